// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <array>

#include "dsp/kernels/param_values.h"
#include "dsp/kernels/recent_peak.h"
#include "dsp/kernels/true_peak.h"

namespace continuo::dsp {

/// A sum of squares over a tenth of a second. Parts are summed first, so that nothing is lost beside what is large.
class SumOfSquares {
 public:
  void BeginPeriod() {
    sum_ += part_;
    part_ = 0.0f;
  }
  /// Tiny values count as nothing: their squares would be subnormal.
  void Add(float x) { part_ += SquareOf(x); }
  void Add(float x, float weight) { part_ += weight * SquareOf(x); }
  /// The mean square of the tenth that is over; begins the next.
  float TakeMean() {
    BeginPeriod();
    const float mean = sum_ * (1.0f / RecentPeak::kPeriod);
    sum_ = 0.0f;
    return mean;
  }

  void Snapshot(ByteWriter& out) const {
    out.F32(sum_);
    out.F32(part_);
  }
  bool Restore(ByteReader& in) {
    float sums[2];
    const bool ok = ReadFinite(in, sums, 2);
    sum_ = sums[0];
    part_ = sums[1];
    return ok && IsSum(sum_) && IsSum(part_);
  }

 private:
  static float SquareOf(float x) {
    if (IsWithin(x, TruePeak::kLoudest)) [[likely]]
      return x * x;
    const float magnitude = FlushTiny(Abs(x) < TruePeak::kLoudest ? Abs(x) : TruePeak::kLoudest);
    return magnitude * magnitude;
  }
  static bool IsSum(float x) { return x >= 0.0f && x <= 1e30f; }

  float sum_ = 0, part_ = 0;
};

/// What is measured of one channel by itself.
class ChannelMeter {
 public:
  void Reset() { *this = {}; }

  /// Before samples from a control period's beginning on.
  void BeginPeriod() { squares_.BeginPeriod(); }
  void EndTenth() {
    peak_.Turn();
    true_peak_.Turn();
    std::copy(tenths_.begin() + 1, tenths_.end(), tenths_.begin());
    tenths_.back() = squares_.TakeMean();
  }
  /// Peak and RMS. Clean samples within one control period, here and below.
  void AddLevels(const float* samples, int frames) CONTINUO_REALTIME {
    float peak = 0.0f;
    SumOfSquares squares = squares_;
    for (int i = 0; i < frames; ++i) {
      const float magnitude = Abs(samples[i]);
      peak = peak > magnitude ? peak : magnitude;
      squares.Add(samples[i]);
    }
    squares_ = squares;
    peak_.Add(peak < TruePeak::kLoudest ? peak : TruePeak::kLoudest);
  }
  /// Returns the largest true peak, which is exact if it is above `highest_before`.
  float AddTruePeaks(const float* samples, int frames, float highest_before) CONTINUO_REALTIME {
    std::array<float, kControlFrames> between;
    const float interest = std::min(true_peak_.now(), highest_before);
    if (!detector_.Process(samples, frames, interest, between)) return 0.0f;
    float highest = 0.0f;
    for (int i = 0; i < frames; ++i) highest = highest > between[i] ? highest : between[i];
    true_peak_.Add(highest);
    return highest;
  }
  void ForgetTruePeaks() {
    true_peak_ = {};
    detector_.Reset();
  }

  float peak() const { return peak_.value(); }
  float true_peak() const { return true_peak_.value(); }
  /// Over the last 300 ms.
  float mean_square() const {
    float sum = 0.0f;
    for (const float tenth : tenths_) sum += tenth;
    return sum * (1.0f / static_cast<float>(kTenths));
  }

  void Snapshot(ByteWriter& out) const {
    peak_.Snapshot(out);
    true_peak_.Snapshot(out);
    detector_.Snapshot(out);
    squares_.Snapshot(out);
    out.F32s(tenths_.data(), kTenths);
  }
  bool Restore(ByteReader& in) {
    const bool ok = peak_.Restore(in) && true_peak_.Restore(in) && detector_.Restore(in) &&
                    squares_.Restore(in) && ReadFinite(in, tenths_.data(), kTenths);
    return ok && *std::min_element(tenths_.begin(), tenths_.end()) >= 0.0f;
  }

 private:
  static constexpr int kTenths = 3;

  RecentPeak peak_, true_peak_;
  TruePeak detector_;
  SumOfSquares squares_;
  std::array<float, kTenths> tenths_ = {};
};

}  // namespace continuo::dsp
