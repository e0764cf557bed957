// SPDX-License-Identifier: Apache-2.0
#include "dsp/kernels/brick_wall.h"

#include <algorithm>

#include "dsp/base/math.h"
#include "dsp/kernels/param_values.h"

namespace continuo::dsp {
namespace {

constexpr std::int32_t kOne = 1 << 24;
constexpr float kToFloat = 0x1p-24f;

float Smaller(float a, float b) {
  return a < b ? a : b;
}

/// What is held and a stretch, in whole vectors, behind as many ones as a pass looks back.
constexpr int kBefore = 32;
using Window = std::array<float, kBefore + (BrickWall::kHold + kControlFrames + 3) / 4 * 4>;

template <int kStep>
void LeastOfTwo(const Window& from, Window& to) {
  for (std::size_t i = kBefore; i < from.size(); ++i) to[i] = Smaller(from[i], from[i - kStep]);
}

bool IsGain(float x) {
  return x >= 0.0f && x <= 1.0f;
}

}  // namespace

void BrickWall::Reset() {
  needed_.fill(1.0f);
  level_ = 1.0f;
  first_.Fill(kOne);
  second_.Fill(kOne);
  steady_ = 2 * kMean;
}

float BrickWall::SteadyGain() const {
  return static_cast<float>(static_cast<std::int32_t>(level_ * kOne)) * kToFloat;
}

void BrickWall::SetRelease(float ms) {
  release_ = 1.0f - Exp(-1000.0f / (ms * kSampleRate));
  // A level of 1 stays; another one may go on from where it stood.
  if (level_ != 1.0f) steady_ = 0;
}

void BrickWall::Process(MediaTime n, int frames, Stretch& gain) {
  Hold(frames, gain);
  for (int i = 0; i < frames; ++i) {
    const float returning = level_ + release_ * (gain[i] - level_), before = level_;
    level_ = Smaller(gain[i], returning);
    steady_ = gain[i] == 1.0f && level_ == before ? std::min(steady_ + 1, 2 * kMean) : 0;
    const int at = static_cast<int>((n + i) & (kMean - 1));
    const std::int32_t once = first_.Next(at, static_cast<std::int32_t>(level_ * kOne));
    gain[i] = static_cast<float>(second_.Next(at, once)) * kToFloat;
  }
}

/// The least of the last kHold gains, by minima of twice as many in each pass.
void BrickWall::Hold(int frames, Stretch& gain) {
  Window a, b;
  std::fill_n(a.begin(), kBefore, 1.0f);
  std::fill_n(b.begin(), kBefore, 1.0f);
  float* const window = a.data() + kBefore;
  std::copy(needed_.begin(), needed_.end(), window);
  for (int i = 0; i < kControlFrames; ++i) window[kHold - 1 + i] = i < frames ? gain[i] : 1.0f;
  std::copy_n(window + frames, kHold - 1, needed_.begin());

  LeastOfTwo<1>(a, b);
  LeastOfTwo<2>(b, a);
  LeastOfTwo<4>(a, b);
  LeastOfTwo<8>(b, a);
  LeastOfTwo<16>(a, b);
  LeastOfTwo<32>(b, a);
  constexpr int kReached = 64;
  static_assert(kReached <= kHold && 2 * kReached > kHold);
  for (int i = 0; i < kControlFrames; ++i) {
    const int last = kHold - 1 + i;
    gain[i] = Smaller(window[last], window[last - (kHold - kReached)]);
  }
}

void BrickWall::Snapshot(ByteWriter& out) const {
  out.F32s(needed_.data(), needed_.size());
  out.F32(level_);
  for (const Mean* mean : {&first_, &second_}) {
    for (const std::int32_t value : mean->ring) out.Le(value);
  }
}

bool BrickWall::Mean::Restore(ByteReader& in) {
  bool ok = true;
  sum = 0;
  for (std::int32_t& value : ring) {
    value = in.Le<std::int32_t>();
    ok = ok && value >= 0 && value <= kOne;
    if (ok) sum += value;
  }
  return ok;
}

bool BrickWall::Restore(ByteReader& in) {
  bool ok = ReadFinite(in, needed_.data(), needed_.size());
  ok = ok && std::all_of(needed_.begin(), needed_.end(), IsGain);
  level_ = in.F32();
  steady_ = 0;
  return ok && IsGain(level_) && first_.Restore(in) && second_.Restore(in) && in.ok();
}

}  // namespace continuo::dsp
