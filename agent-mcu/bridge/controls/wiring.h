// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "proto/mcu/panel.h"
#include "proto/session/timeline.h"

namespace continuo::mcu {

/// What a knob or a switch does to the show.
struct Action {
  enum class Kind : std::uint8_t {
    kNone,
    kSet,  ///< a parameter: a knob between `from` and `to`, a switch to `to`
    kPlay,
    kStop,
    kPlayOrStop,  ///< whichever it does not do
    kTap,         ///< a beat: two or more of them are a tempo
    kScene,
    kMute,
    kSound,
  };
  Kind kind = Kind::kNone;
  std::string task, param;  ///< kSet
  std::string scene;        ///< kScene
  float from = 0, to = 0;   ///< kSet
};

/// A task's reading that lights the lamps of the meter.
struct MeterWire {
  std::string task;
  std::string reading;  ///< as `continuo status` names it: "peak.1"
  std::array<float, kMeterLamps> lamps{-36, -18, -6, -1};  ///< from where on each is lit, rising
};

/// What is at a board's panel, in the words of the show.
struct Wiring {
  struct Switch {
    Action press, release;
  };
  std::array<Action, kKnobs> knobs;
  std::array<Switch, kSwitches> switches;
  /// At most four: on from there, off from there.
  std::vector<std::pair<session::BarBeat, session::BarBeat>> relay;
  std::optional<MeterWire> meter;
};

/// Inputs that something is wired to, by bit.
std::uint8_t WatchedOf(const Wiring& wiring);

/// "knob-1" ... "switch-4"; "tempo" ... "meter-4".
std::string InputName(std::size_t input);
std::string OutputName(std::size_t output);

}  // namespace continuo::mcu
