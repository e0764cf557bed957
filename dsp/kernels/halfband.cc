// SPDX-License-Identifier: Apache-2.0
#include "dsp/kernels/halfband.h"

#include <algorithm>

#include "dsp/base/math.h"
#include "dsp/kernels/ordered_sums.h"
#include "dsp/kernels/param_values.h"

namespace continuo::dsp {
namespace {

/// The modified Bessel function of order 0 at 2 * sqrt(quarter): its power series, of which 40 terms are more than a
/// float can tell up to an argument of 20.
float BesselOf(float quarter) {
  float sum = 1.0f, term = 1.0f;
  for (int k = 1; k <= 40; ++k) {
    term *= quarter / static_cast<float>(k * k);
    sum += term;
  }
  return sum;
}

/// `past`, then `in`: where a filter reads. Keeps the newest `count` for the next time.
void Join(float* past, int count, const float* in, int stride, int frames, float* joined) {
  std::copy_n(past, count, joined);
  for (int i = 0; i < frames; ++i) joined[count + i] = in[i * stride];
  std::copy_n(joined + frames, count, past);
}

}  // namespace

void HalfbandTaps::Design(int centre_tap, float beta) {
  centre = centre_tap;
  float sum = 0.0f;
  for (int j = 0; j <= centre; ++j) {
    const int away = 2 * j - centre;  // odd
    const int distance = away < 0 ? -away : away;
    const float r = static_cast<float>(away) / static_cast<float>(centre + 1);
    const float window = BesselOf(0.25f * beta * beta * (1.0f - r * r));
    const float sign = distance % 4 == 1 ? 1.0f : -1.0f;
    taps[j] = sign * window / static_cast<float>(distance);
    sum += taps[j];
  }
  for (int j = 0; j <= centre; ++j) taps[j] *= 0.5f / sum;
}

void Upsampler::Reset() {
  std::fill(std::begin(past_), std::end(past_), 0.0f);
}

void Upsampler::Process(const HalfbandTaps& taps, const float* in, int frames, float* out) {
  float joined[HalfbandTaps::kMaxCentre + kMostFrames], filtered[kMostFrames];
  Join(past_, taps.centre, in, 1, frames, joined);
  OrderedSums(taps.taps, joined, taps.count(), frames, filtered);
  // The zeros between the samples took half of the level.
  const float* middle = joined + taps.centre - (taps.centre - 1) / 2;
  for (int i = 0; i < frames; ++i) {
    out[2 * i] = 2.0f * filtered[i];
    out[2 * i + 1] = middle[i];
  }
}

void Upsampler::Snapshot(const HalfbandTaps& taps, ByteWriter& out) const {
  out.F32s(past_, static_cast<std::size_t>(taps.centre));
}

bool Upsampler::Restore(const HalfbandTaps& taps, ByteReader& in) {
  return ReadFinite(in, past_, static_cast<std::size_t>(taps.centre));
}

void Downsampler::Reset() {
  std::fill(std::begin(even_), std::end(even_), 0.0f);
  std::fill(std::begin(odd_), std::end(odd_), 0.0f);
}

void Downsampler::Process(const HalfbandTaps& taps, const float* in, int frames, float* out) {
  constexpr int kMost = Upsampler::kMostFrames;
  float even[HalfbandTaps::kMaxCentre + kMost], odd[HalfbandTaps::kMaxCentre + kMost];
  Join(even_, taps.centre, in, 2, frames, even);
  Join(odd_, (taps.centre + 1) / 2, in + 1, 2, frames, odd);
  OrderedSums(taps.taps, even, taps.count(), frames, out);
  for (int i = 0; i < frames; ++i) out[i] += 0.5f * odd[i];
}

void Downsampler::Snapshot(const HalfbandTaps& taps, ByteWriter& out) const {
  out.F32s(even_, static_cast<std::size_t>(taps.centre));
  out.F32s(odd_, static_cast<std::size_t>((taps.centre + 1) / 2));
}

bool Downsampler::Restore(const HalfbandTaps& taps, ByteReader& in) {
  return ReadFinite(in, even_, static_cast<std::size_t>(taps.centre)) &&
         ReadFinite(in, odd_, static_cast<std::size_t>((taps.centre + 1) / 2));
}

}  // namespace continuo::dsp
