// SPDX-License-Identifier: Apache-2.0
#include "dsp/kernels/true_peak.h"

#include <algorithm>

#include "dsp/base/lanes.h"
#include "dsp/base/math.h"
#include "dsp/kernels/lane_groups.h"
#include "dsp/kernels/param_values.h"

namespace continuo::dsp {
namespace {

constexpr int kTaps = 2 * TruePeak::kReach;  // as there

// Delays of a quarter and of half a sample, least squares from 0 to 22 kHz, scaled to a sum of 1. Off by 0.4 %
// (quarter) and 0.5 % (half) at most up to 20 kHz, by 1.0 and 1.4 % up to 22 kHz.
constexpr float kQuarter[kTaps] = {
    -0.00128585492f, 0.00214860479f, -0.0032870402f, 0.00475428759f,   //
    -0.00661468211f, 0.00894986042f, -0.0118692466f, 0.015528611f,     //
    -0.0201644141f,  0.0261614927f,  -0.0341983732f, 0.0455978344f,    //
    -0.0633244825f,  0.0956418128f,  -0.177321133f,  0.899851193f,     //
    0.300023849f,    -0.126751209f,  0.0783488343f,  -0.054976523f,    //
    0.040889948f,    -0.0313115143f, 0.0243043963f,  -0.0189373092f,   //
    0.0147075355f,   -0.0113189463f, 0.00858395478f, -0.00637565322f,  //
    0.00460265361f,  -0.0031951297f, 0.00209678535f, -0.00126014104f,
};
constexpr float kHalf[kTaps] = {
    -0.00179974575f, 0.00300089222f,  -0.00458174123f, 0.00661328616f,   //
    -0.00918059442f, 0.0123903844f,   -0.0163839944f,  0.0213601173f,    //
    -0.0276163037f,  0.0356292772f,   -0.0462232264f,  0.0609626183f,    //
    -0.0832181556f,  0.121790115f,    -0.209022626f,   0.636279696f,     //
    0.636279696f,    -0.209022626f,   0.121790115f,    -0.0832181556f,   //
    0.0609626183f,   -0.0462232264f,  0.0356292772f,   -0.0276163037f,   //
    0.0213601173f,   -0.0163839944f,  0.0123903844f,   -0.00918059442f,  //
    0.00661328616f,  -0.00458174123f, 0.00300089222f,  -0.00179974575f,
};

/// A tap and its mirror image weigh the sum and the difference of what is under them. The half's are equal; three
/// quarters are a quarter, mirrored. In all lanes, so that they need not be spread.
struct Fold {
  float sum[kLanes], difference[kLanes], half[kLanes];
};
constexpr std::array<Fold, TruePeak::kReach> MakeFolds() {
  std::array<Fold, TruePeak::kReach> folds{};
  for (int k = 0; k < TruePeak::kReach; ++k) {
    for (int i = 0; i < kLanes; ++i) {
      folds[k].sum[i] = 0.5f * (kQuarter[k] + kQuarter[kTaps - 1 - k]);
      folds[k].difference[i] = 0.5f * (kQuarter[k] - kQuarter[kTaps - 1 - k]);
      folds[k].half[i] = kHalf[k];
    }
  }
  return folds;
}
alignas(sizeof(Lanes)) constexpr std::array<Fold, TruePeak::kReach> kFolds = MakeFolds();

template <int kCount>
float EnergyOf(const float* samples) {
  Lanes energies[2] = {};
  for (int i = 0; i < kCount; i += 2 * kLanes) {
    for (int half = 0; half < 2; ++half) {
      const Lanes x = LoadLanes(samples + i + half * kLanes);
      energies[half] += x * x;
    }
  }
  const Lanes energy = energies[0] + energies[1];
  return (energy[0] + energy[1]) + (energy[2] + energy[3]);
}

/// Magnitude of the highest point of a parabola through three points, if the middle one is an extremum; else its own.
[[maybe_unused]] Lanes Top(const Lanes& a, const Lanes& b, const Lanes& c) {
  const Lanes rise = b - a, fall = b - c;
  const Lanes bend = rise + fall, tilt = fall - rise;
  const LaneBits extremum = ((rise > 0.0f) & (fall > 0.0f)) | ((rise < 0.0f) & (fall < 0.0f));
  return AbsLanes(b + KeepLanes(0.125f * tilt * (tilt / bend), extremum));
}

}  // namespace

void TruePeak::Reset() {
  history_ = {};
  before_ = 0.0f;
  is_behind_ = false;
}

bool TruePeak::Process(const float* in, int frames, float interest, Stretch& peaks) {
  Window window;
  std::copy(history_.begin(), history_.end(), window.begin());
  if (frames == kControlFrames) {
    CopyPeriod(in, window.data() + kTaps);
  } else {
    std::fill(std::copy_n(in, frames, window.begin() + kTaps), window.end(), 0.0f);
  }
  const bool loud = !IsQuiet(window, interest);
  if (loud) {
    before_ = Before();
    Measure(window, frames, interest, peaks);
  }
  is_behind_ = !loud;
  std::copy_n(window.begin() + frames, kTaps, history_.begin());
  return loud;
}

/// No filter makes more of its samples than their energy allows, since the squares of its own taps add up to less than
/// 1; and what a parabola adds is less than a quarter (see Measure).
bool TruePeak::IsQuiet(const Window& window, float interest) const {
  const float limit = interest * interest;
  const float before = is_behind_ ? 0.0f : before_ * before_;  // else the window shows it, too
  // Mostly the new samples are enough to say no.
  const float fresh = 1.6f * EnergyOf<kControlFrames>(&window[kTaps]);
  if (fresh > limit || 1.6f * before > limit) return false;
  return fresh + 1.6f * EnergyOf<kTaps>(window.data()) <= limit;
}

/// The sums that Interpolate makes, of one place.
float TruePeak::Before() const {
  if (!is_behind_) return before_;
  float sums = 0.0f, differences = 0.0f;
  for (int k = 0; k < kReach; ++k) {
    const float left = history_[k], right = history_[kTaps - 1 - k];
    sums += kFolds[k].sum[0] * (left + right);
    differences += kFolds[k].difference[0] * (left - right);
  }
  return Clean(sums - differences);
}

#ifdef CONTINUO_SCALAR_LANES

namespace {

/// The points behind four samples. `x`: the first of those under the filters. The same sums as below, one group at a
/// time, so that all of them stay in registers, as do the samples that one pair of taps leaves to the next.
void InterpolateFour(const float* x, Lanes& quarter, Lanes& half, Lanes& three_quarters) {
  Lanes sums{}, differences{}, halves{};
  const auto add = [&](int k, float l0, float l1, float l2, float l3, float r0, float r1, float r2,
                       float r3) {
    const float sum = kFolds[k].sum[0], difference = kFolds[k].difference[0];
    const float middle = kFolds[k].half[0];
    const Lanes both{l0 + r0, l1 + r1, l2 + r2, l3 + r3};
    sums += sum * both;
    differences += difference * Lanes{l0 - r0, l1 - r1, l2 - r2, l3 - r3};
    halves += middle * both;
  };
  float l0 = x[0], l1 = x[1], l2 = x[2], l3;
  const float* right = x + kTaps - 1;
  float r0, r1 = right[1], r2 = right[2], r3 = right[3];
  for (int k = 0; k < TruePeak::kReach; k += 4) {
    l3 = x[k + 3], r0 = right[-k];
    add(k, l0, l1, l2, l3, r0, r1, r2, r3);
    l0 = x[k + 4], r3 = right[-k - 1];
    add(k + 1, l1, l2, l3, l0, r3, r0, r1, r2);
    l1 = x[k + 5], r2 = right[-k - 2];
    add(k + 2, l2, l3, l0, l1, r2, r3, r0, r1);
    l2 = x[k + 6], r1 = right[-k - 3];
    add(k + 3, l3, l0, l1, l2, r1, r2, r3, r0);
  }
  quarter = sums + differences;
  half = halves;
  three_quarters = CleanLanes(sums - differences);
}

/// What is within one sample's time, and a quarter before and behind.
struct Points {
  float before, here, quarter, half, last, next;
};

/// Whether one of them is larger than `most` >= 0, or no number.
bool IsLoud(const Points& points, float most) {
  const auto limit = std::bit_cast<std::int32_t>(most);
  const auto below = [limit](float x) {
    return limit - (std::bit_cast<std::int32_t>(x) & 0x7fffffff);
  };
  return (below(points.before) | below(points.here) | below(points.quarter) | below(points.half) |
          below(points.last) | below(points.next)) < 0;
}

float Larger(float a, float b) {
  return a > b ? a : b;
}
float Top(float a, float b, float c) {
  const float rise = b - a, fall = b - c;
  const float bend = rise + fall, tilt = fall - rise;
  const bool extremum = (rise > 0.0f && fall > 0.0f) || (rise < 0.0f && fall < 0.0f);
  return Abs(b + (extremum ? 0.125f * tilt * (tilt / bend) : 0.0f));
}
/// As below.
[[gnu::noinline]] float Highest(const Points& p) {
  const float top = Larger(Larger(Top(p.before, p.here, p.quarter), Top(p.here, p.quarter, p.half)),
                           Larger(Top(p.quarter, p.half, p.last), Top(p.half, p.last, p.next)));
  return top < TruePeak::kLoudest ? top : TruePeak::kLoudest;
}

}  // namespace

void TruePeak::Measure(const Window& window, int frames, float interest, Stretch& peaks) {
  const float* const x = window.data() + 1;
  // What a parabola adds is less than a quarter of its points' height: of three that have an extremum, the tilt is less
  // than the bend, and than twice that height.
  const float near = 0.79f * interest;
  float before = before_;
  for (int i = 0; i < frames; i += kLanes) {
    Lanes quarter, half, last;
    InterpolateFour(&x[i], quarter, half, last);
    for (int lane = 0; lane < kLanes; ++lane) {
      const Points points{before,     x[i + lane + kReach - 1], quarter[lane], half[lane],
                          last[lane], x[i + lane + kReach]};
      peaks[i + lane] = IsLoud(points, near) ? Highest(points) : 0.0f;
      before = last[lane];
      if (i + lane + 1 == frames) before_ = before;
    }
  }
}

#else

void TruePeak::Measure(const Window& window, int frames, float interest, Stretch& peaks) {
  const float* const x = window.data() + 1;
  Between y;
  Interpolate(x, y);
  y.three_quarters[0] = before_;
  for (int i = 0; i < kControlFrames; i += kLanes) {
    const Lanes before = LoadLanes(&y.three_quarters[i]), here = LoadLanes(&x[i + kReach - 1]);
    const Lanes quarter = LoadLanes(&y.quarter[i]), half = LoadLanes(&y.half[i]);
    const Lanes last = LoadLanes(&y.three_quarters[i + 1]), next = LoadLanes(&x[i + kReach]);
    Lanes top = LargerLanes(LargerLanes(AbsLanes(here), AbsLanes(quarter)),
                            LargerLanes(AbsLanes(half), AbsLanes(last)));
    // A parabola's bend is at most four times the points' height, and an eighth of that is added.
    const Lanes near = LargerLanes(top, LargerLanes(AbsLanes(before), AbsLanes(next)));
    if (!AllHold(1.5f * near <= interest)) {
      top = LargerLanes(LargerLanes(Top(before, here, quarter), Top(here, quarter, half)),
                        LargerLanes(Top(quarter, half, last), Top(half, last, next)));
    }
    StoreLanes(SmallerLanes(top, AllLanes(kLoudest)), &peaks[i]);
  }
  before_ = y.three_quarters[frames];
}

void TruePeak::Interpolate(const float* x, Between& y) {
  for (int i = 0; i < kControlFrames; i += 2 * kLanes) {
    // Two groups, so that one's sum is under way while the other's waits.
    Lanes sums[2] = {}, differences[2] = {}, halves[2] = {};
    for (int k = 0; k < kReach; ++k) {
      const Lanes sum = LoadLanes(kFolds[k].sum), half = LoadLanes(kFolds[k].half);
      const Lanes difference = LoadLanes(kFolds[k].difference);
      for (int group = 0; group < 2; ++group) {
        const Lanes left = LoadLanes(&x[i + group * kLanes + k]);
        const Lanes right = LoadLanes(&x[i + group * kLanes + kTaps - 1 - k]);
        const Lanes both = left + right;
        sums[group] += sum * both;
        differences[group] += difference * (left - right);
        halves[group] += half * both;
      }
    }
    for (int group = 0; group < 2; ++group) {
      const int at = i + group * kLanes;
      StoreLanes(sums[group] + differences[group], &y.quarter[at]);
      StoreLanes(halves[group], &y.half[at]);
      StoreLanes(CleanLanes(sums[group] - differences[group]), &y.three_quarters[at + 1]);
    }
  }
}

#endif

void TruePeak::Snapshot(ByteWriter& out) const {
  out.F32s(history_.data() + 1, kTaps - 1);
  out.F32(Before());
}

bool TruePeak::Restore(ByteReader& in) {
  history_[0] = 0.0f;
  is_behind_ = false;
  return ReadFinite(in, history_.data() + 1, kTaps - 1) && ReadFinite(in, &before_, 1);
}

}  // namespace continuo::dsp
