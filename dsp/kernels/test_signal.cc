// SPDX-License-Identifier: Apache-2.0
#include "dsp/kernels/test_signal.h"

#include <algorithm>
#include <array>

#include "dsp/base/math.h"
#include "dsp/base/random.h"

namespace continuo::dsp {
namespace {

/// Remainder of n in [0, period), for negative n, too.
Frames Within(MediaTime n, Frames period) {
  const Frames rest = n % period;
  return rest < 0 ? rest + period : rest;
}

/// Sine of a phase in 2^-64 of a turn.
float SineOf(std::uint64_t phase) {
  const auto turns = static_cast<float>(static_cast<std::int32_t>(phase >> 32)) * 0x1p-32f;
  return Sin(turns * (2.0f * kPi));
}

/// What a tone of that frequency moves on per sample, in whole 2^-64 of a turn: off by 0.002 degrees at today's n.
std::uint64_t StepOf(float hz) {
  const auto scaled = static_cast<std::uint64_t>(hz * 0x1p24f);  // exact: 24 bits, hz >= 1
  constexpr std::uint64_t kRate = kSampleRate;
  const std::uint64_t upper = (scaled << 25) / kRate, rest = (scaled << 25) % kRate;
  return (upper << 15) + (rest << 15) / kRate;
}

std::uint64_t PhaseOf(std::uint64_t step, MediaTime n) {
  return step * static_cast<std::uint64_t>(n);
}

/// The upper half of the product.
std::uint64_t MulHigh(std::uint64_t a, std::uint64_t b) {
  const std::uint64_t a0 = a & 0xffffffffu, a1 = a >> 32, b0 = b & 0xffffffffu, b1 = b >> 32;
  const std::uint64_t middle = a1 * b0 + (a0 * b0 >> 32);
  const std::uint64_t carried = a0 * b1 + (middle & 0xffffffffu);
  return a1 * b1 + (middle >> 32) + (carried >> 32);
}

/// 2^x in 2^-63, for x in 2^-64: the exponential series to 2^-47. A float's 24 bits would be heard as noise after the
/// many turns of a sweep.
std::uint64_t Exp2Of(std::uint64_t x) {
  constexpr std::uint64_t kSeries[] = {
      0x8000000000000000u, 0x58b90bfbe8e7bcd6u, 0x1ebfbdff82c58ea8u, 0x071ac235c1282fe3u,
      0x013b2ab6fba4e773u, 0x002bb0ffcf14ce62u, 0x00050c244be1b1e2u, 0x00007ff2ff1622c3u,
      0x00000b160111d2e4u, 0x000000da929e9cafu, 0x0000000f267a8ac6u, 0x00000000f465639bu,
      0x000000000e1deb28u, 0x0000000000c0b0cau, 0x0000000000098a4bu, 0x00000000000070dcu};
  std::uint64_t sum = 0;
  for (int k = static_cast<int>(std::size(kSeries)) - 1; k >= 0; --k) {
    sum = kSeries[k] + MulHigh(sum, x);
  }
  return sum;
}

/// Gain of a sample that lies `from_begin` after the beginning and `to_end` before the end of something.
float FadeAt(Frames from_begin, Frames to_end, Frames length) {
  const Frames nearest = std::min(from_begin, to_end);
  return nearest >= length ? 1.0f : static_cast<float>(nearest) / static_cast<float>(length);
}

/// An exponential sweep: after the share s of its time it has made A * (1000^s - 1) turns, A = 20 Hz * time / ln 1000
/// (Farina, "Simultaneous measurement of impulse response and distortion with a swept-sine technique", 2000).
void FillSweep(const TestSignal& signal, MediaTime n, int frames, float* out) {
  constexpr std::uint64_t kOctaves = 0x9f73da38d9d4a83eu;  // log2(1000), in 2^-60
  constexpr std::uint64_t kTurns = 0x3f3fabfe11f70u;       // 20 / 48000 / ln(1000), in 2^-64
  constexpr Frames kFade = FramesOfMs(10);
  const auto period = static_cast<Frames>(signal.sweep_s * kSampleRate + 0.5f);
  const std::uint64_t per_frame = kOctaves / static_cast<std::uint64_t>(period);
  const std::uint64_t turns = MulHigh(static_cast<std::uint64_t>(period) << 42, kTurns) << 7;
  for (int i = 0; i < frames; ++i) {
    const Frames at = Within(n + i, period);
    const std::uint64_t octaves = static_cast<std::uint64_t>(at) * per_frame;
    // In 2^-49 of a turn; whole turns may overflow.
    const std::uint64_t grown = MulHigh(turns << 1, Exp2Of(octaves << 4)) << (octaves >> 60);
    const float gain = signal.amplitude * FadeAt(at, period - at, kFade);
    out[i] = gain * SineOf((grown - turns) << 15);
  }
}

/// Pink noise as a sum of 16 random numbers, each held twice as long as the one before (Voss, after Gardner,
/// "Fractal music", 1978): within 1.1 dB of 3 dB per octave from 20 Hz to 20 kHz. Summed in integers, so that
/// it does not matter where one begins.
class PinkNoise {
 public:
  static constexpr float kRms = 2.3094011f;  // of 16 numbers, uniform in [-1, 1)

  PinkNoise(std::uint64_t key, int channel, MediaTime n) : key_(key), channel_(channel) {
    for (int k = 0; k < kSources; ++k) sum_ += values_[k] = ValueOf(k, n);
  }
  /// In the order of n, from the next one on.
  float Next(MediaTime n) {
    for (int k = 0; k < kSources; ++k) {
      if (((n + OffsetOf(k)) & ((MediaTime{1} << k) - 1)) != 0) continue;
      sum_ -= values_[k];
      sum_ += values_[k] = ValueOf(k, n);
    }
    return static_cast<float>(sum_) * 0x1p-23f;
  }

 private:
  static constexpr int kSources = 16;

  /// They shall not all change at once.
  static MediaTime OffsetOf(int k) { return MediaTime{40503} * k; }
  std::int32_t ValueOf(int k, MediaTime n) const {
    const auto stream = static_cast<std::uint32_t>(channel_ | (k + 1) << 8);
    const std::uint64_t bits = RandomBits(key_, stream, (n + OffsetOf(k)) >> k);
    return static_cast<std::int32_t>(bits >> 40) - (1 << 23);
  }

  std::uint64_t key_;
  int channel_;
  std::array<std::int32_t, kSources> values_;
  std::int32_t sum_ = 0;
};

void FillBeeps(const TestSignal& signal, int channel, MediaTime n, int frames, float* out) {
  constexpr Frames kTurn = FramesOfMs(2000), kPace = FramesOfMs(200), kBeep = FramesOfMs(120),
                   kFade = FramesOfMs(5);
  const std::uint64_t step = StepOf(signal.frequency);
  for (int i = 0; i < frames; ++i) {
    const Frames at = Within(n + i, kTurn * signal.channels);
    const Frames in_turn = at % kTurn, in_beep = in_turn % kPace;
    const bool sounds = at / kTurn == channel && in_turn / kPace <= channel && in_beep < kBeep;
    out[i] = sounds ? signal.amplitude * FadeAt(in_beep, kBeep - in_beep, kFade) *
                          SineOf(PhaseOf(step, n + i))
                    : 0.0f;
  }
}

void FillNoise(const TestSignal& signal, int channel, MediaTime n, int frames, float* out) {
  constexpr float kRmsOfSine = 0.70710678f, kRmsOfWhite = 0.57735027f;
  if (signal.shape == TestShape::kWhite) {
    const float scale = signal.amplitude * (kRmsOfSine / kRmsOfWhite);
    for (int i = 0; i < frames; ++i) {
      out[i] = scale * RandomBipolar(signal.key, static_cast<std::uint32_t>(channel), n + i);
    }
    return;
  }
  const float scale = signal.amplitude * (kRmsOfSine / PinkNoise::kRms);
  PinkNoise noise(signal.key, channel, n);
  for (int i = 0; i < frames; ++i) out[i] = scale * noise.Next(n + i);
}

}  // namespace

void TestSignal::Fill(int channel, MediaTime n, int frames, float* out) const {
  const std::uint64_t step = StepOf(frequency);
  switch (shape) {
    case TestShape::kSine:
      for (int i = 0; i < frames; ++i) out[i] = amplitude * SineOf(PhaseOf(step, n + i));
      return;
    case TestShape::kSweep:
      return FillSweep(*this, n, frames, out);
    case TestShape::kWhite:
    case TestShape::kPink:
      return FillNoise(*this, channel, n, frames, out);
    case TestShape::kImpulses:
      for (int i = 0; i < frames; ++i) out[i] = PhaseOf(step, n + i) < step ? amplitude : 0.0f;
      return;
    case TestShape::kChannels:
      return FillBeeps(*this, channel, n, frames, out);
  }
}

}  // namespace continuo::dsp
