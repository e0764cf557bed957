// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "dsp/base/units.h"

namespace continuo::coordinator::cli {

/// The time of day of a sample, by this machine's clock. Media time runs on from when it was set and may be apart from
/// the time of day by then; so it is counted back from now.
class WallClock {
 public:
  /// `n` is now.
  explicit WallClock(MediaTime n);
  /// For tests: at `n` it is so many nanoseconds since 1970 (UTC).
  WallClock(MediaTime n, Nanoseconds since_1970) : n_(n), since_1970_(since_1970) {}

  /// "21:04:12.250", of another day "2026-11-25 21:04:12.250"; in the zone of this machine.
  std::string LocalText(MediaTime n) const;
  /// "2026-11-25T20:04:12.250Z"
  std::string UtcText(MediaTime n) const;

 private:
  Nanoseconds At(MediaTime n) const { return since_1970_ + (n - n_) * 62'500 / 3; }

  MediaTime n_;
  Nanoseconds since_1970_;
};

}  // namespace continuo::coordinator::cli
