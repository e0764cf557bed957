// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "dsp/base/fixed.h"
#include "proto/clock/media_map.h"
#include "proto/wire/ptp_message.h"

namespace continuo::mcu {

/// The masters that a board hears, and which of them it follows: a small form of the best master clock algorithm
/// (IEEE 1588-2019, 9.3) for a port that never is a master itself. Pure; no heap.
class PtpMasters {
 public:
  static constexpr std::size_t kKept =
      4;  ///< full: the one that is worst makes room for a better one
  static constexpr std::size_t kAllowed = 4;
  using Allowed = FixedVector<clock::ClockIdentity, kAllowed>;

  /// Grandmasters that may be followed; empty: any.
  void Allow(const Allowed& allowed) { allowed_ = allowed; }
  /// An Announce that came at `now`.
  void Hear(const wire::PtpMessage& announce, Nanoseconds now);
  /// Forgets who has not announced itself for three intervals, and chooses.
  void Choose(Nanoseconds now);

  /// nullptr: there is none. The one whose Syncs are to be followed, or, if all that there are are not allowed, the
  /// best of those.
  const wire::PtpMessage* best() const { return best_ ? &announce_ : nullptr; }
  bool allowed() const { return best_allowed_; }

 private:
  struct Heard {
    wire::PtpMessage announce;
    Nanoseconds at = 0, before = 0;  // the last, and the one before it; 0: there was none
    Nanoseconds Interval() const;
  };
  bool IsAllowed(const wire::PtpMessage& announce) const;

  Allowed allowed_;
  FixedVector<Heard, kKept> heard_;
  wire::PtpMessage announce_;
  bool best_ = false, best_allowed_ = true;
};

/// Whether `one` is the better clock, or the nearer way to the same (9.3.4).
bool IsBetter(const wire::PtpMessage& one, const wire::PtpMessage& other);

/// 2^exponent seconds, of a logMessageInterval; exponents that nobody uses are taken for the nearest that is.
Nanoseconds PtpInterval(std::int8_t exponent, std::int8_t unless_said);

}  // namespace continuo::mcu
