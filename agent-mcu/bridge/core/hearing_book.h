// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "proto/mcu/hearing.h"
#include "proto/mcu/slice.h"
#include "proto/plan/link.h"

namespace continuo::mcu {

/// What a board's parts have told of how they hear and what they send. Pure: time is the bridge's clock, handed in.
class HearingBook {
 public:
  /// What is played from now on, of that plan.
  void Follow(const std::vector<Slice>& played, const plan::Plan& plan);
  /// What to ask for next, each input of each part in turn; nothing: nothing plays.
  std::optional<HearingWish> Next();
  /// In a sentence, what was lost since this said so last; empty: nothing, or that is less than a second ago.
  std::string Take(const HearingTold& told, Nanoseconds now);
  void AddTo(plan::Status& status) const;

 private:
  /// Counts bytes, once a second.
  struct Rate {
    Nanoseconds since = 0;
    std::uint64_t bytes = 0, per_s = 0;
    void Count(std::uint64_t now_bytes, Nanoseconds now);
  };
  struct Input {
    Heard heard;
    Rate rate;
    std::uint32_t complained = 0;  // of how many lost packets
  };
  struct Part {
    Slice slice;
    std::optional<Said> said;  // nothing: it was not told yet
    Rate rate;
    std::map<std::uint8_t, Input> inputs;  // that were told of
  };

  std::string Complaint(Nanoseconds now);
  dsp::TaskId SourceOf(const Slice& slice, std::uint8_t input) const;

  std::map<Incarnation, Part> parts_;
  dsp::TaskId conductor_ = 0;                // whose stream is every part's first input
  std::pair<Incarnation, int> asked_{0, 0};  // last
  Nanoseconds complained_ = 0;
};

}  // namespace continuo::mcu
