// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cstdint>

#include "dsp/base/units.h"

namespace continuo::clock {

/// A straight line through noisy values of time, by least squares, and how noisy they are. Integers: of up to a few
/// hundred values within a minute, that differ by less than some ten milliseconds. Pure; no heap.
class Fit {
 public:
  /// `value` at `local`, in nanoseconds; `local` grows.
  void Add(Nanoseconds local, Nanoseconds value) {
    if (count_ == 0) {
      local_ = local;
      value_ = value;
    }
    const std::int64_t x = (local - local_) / kMs, y = value - value_;
    if (count_ >= 2 && x1_ > x0_) {
      const std::int64_t expected = y1_ + (y1_ - y0_) * (x - x1_) / (x1_ - x0_);
      odd_ += y < expected ? expected - y : y - expected;
    }
    x0_ = x1_, y0_ = y1_, x1_ = x, y1_ = y;
    ++count_;
    x_ += x, y_ += y, xx_ += x * x, xy_ += x * y;
  }

  std::int64_t count() const { return count_; }
  Nanoseconds span() const { return x1_ * kMs; }
  Nanoseconds LastLocal() const { return local_ + span(); }
  /// How fast the values grow: nanoseconds in a second.
  std::int64_t RatePpb() const {
    const std::int64_t spread = count_ * xx_ - x_ * x_;
    if (spread == 0) return 0;
    const std::int64_t product = count_ * xy_ - x_ * y_;
    return product / spread * 1'000 + product % spread * 1'000 / spread;
  }
  /// The line's value there.
  Nanoseconds ValueAt(Nanoseconds local) const {
    if (count_ == 0) return 0;
    const std::int64_t x = (local - local_) / kMs;
    return value_ + (y_ + RatePpb() * (count_ * x - x_) / 1'000) / count_;
  }
  Nanoseconds LastValue() const { return ValueAt(LastLocal()); }
  /// About the standard deviation of a value. A value less what the two before it let expect is off by more than twice
  /// as much, in the mean.
  Nanoseconds Noise() const { return count_ < 3 ? 0 : odd_ / (2 * (count_ - 2)); }
  /// About the standard deviation of the rate: that of a value times the root of 12 / count, within the span.
  std::int64_t UncertainPpb() const { return UncertainPpb(Noise()); }
  /// Where more is known of the values' noise.
  std::int64_t UncertainPpb(Nanoseconds noise) const {
    if (count_ < 3 || x1_ == 0) return 1'000'000;
    return noise * 34'640 / (std::max<std::int64_t>(Root(100 * count_), 1) * x1_);
  }

 private:
  static constexpr Nanoseconds kMs = 1'000'000;
  static std::int64_t Root(std::int64_t square) {
    std::int64_t root = 0;
    while ((root + 1) * (root + 1) <= square) ++root;
    return root;
  }

  Nanoseconds local_ = 0, value_ = 0;  // the first
  std::int64_t count_ = 0;
  std::int64_t x_ = 0, y_ = 0, xx_ = 0, xy_ = 0;    // sums; x in ms and y in ns, from the first
  std::int64_t x0_ = 0, y0_ = 0, x1_ = 0, y1_ = 0;  // the last two
  std::int64_t odd_ = 0;                            // sum of |value - expected|
};

}  // namespace continuo::clock
