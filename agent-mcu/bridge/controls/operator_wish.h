// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "dsp/base/units.h"
#include "proto/session/timeline.h"

namespace continuo::mcu {

/// What is asked of the coordinator, as any operator asks it.
struct OperatorWish {
  enum class Kind : std::uint8_t { kSet, kPlay, kStop, kTempo, kScene, kMute, kSound };
  Kind kind = Kind::kSet;
  std::string task, param;  ///< kSet
  float value = 0;          ///< kSet
  std::uint32_t tempo_mbpm = 0;
  std::string scene;
  /// Of this command alone, however often it is asked, and by whichever bridge: it is carried out once.
  std::array<std::uint8_t, 16> key{};
};

/// "strip.gain = -6", "play" ...
std::string TextOf(const OperatorWish& wish);

struct OperatorAnswer {
  bool reached = false;  ///< it has its verdict, or was refused; false: nobody answers, ask again
  bool committed = false;
  MediaTime at = 0;  ///< the sample on which it happens
  std::string text;  ///< a sentence
};

/// The show that plays, as the coordinator tells it.
struct ShowView {
  bool plays = false;
  session::Segment segment;                ///< in force now
  std::vector<session::Segment> segments;  ///< the last ones known, those to come among them
  Frames playout = 0;
  struct Readings {
    std::string task, kind;
    std::vector<float> values;  ///< as its kernel orders them
  };
  std::vector<Readings> readings;
};

}  // namespace continuo::mcu
