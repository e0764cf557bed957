// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>

#include "dsp/kernels/partitions.h"

namespace continuo::dsp {

/// Convolution of up to two channels with a long impulse response, without latency: the first 128 samples of the
/// response directly, the next in partitions of 64 samples, then 1,024, then 4,096 (Gardner, "Efficient convolution
/// without input-output delay", JAES 43, 1995). Each stage has twice the length of its partition to be ready.
///
/// Its only state is what came in; spectra and work under way are computed from it again. Each sample that comes out is
/// the same function of those that came in, whatever the blocks.
class Convolution {
 public:
  static constexpr Frames kMaxImpulse = 10 * kSampleRate;

  /// `impulse` outlives this. A mono response serves every channel; of a stereo one each channel has its side, one
  /// channel alone the mean. False if the response is longer than kMaxImpulse. May be called with a measuring arena.
  bool Prepare(Arena& arena, int channels, const AudioAsset& impulse);
  /// In place; `n` counts if it is the first sample ever.
  void Process(MediaTime n, float* const* samples, int frames) CONTINUO_REALTIME;
  void Snapshot(ByteWriter& out) const;
  bool Restore(ByteReader& in);

 private:
  static constexpr int kStages = 3;
  static constexpr int kBlocks[kStages] = {64, 1024, 4096};
  static constexpr int kLargest = kBlocks[kStages - 1];
  static constexpr int kDirect = 2 * kBlocks[0];
  static constexpr std::uint16_t kNotBegun = 0xffff;

  void Direct(float* const* samples, int channel, int at, int frames) CONTINUO_REALTIME;

  int channels_ = 0;
  int stages_ = 0;
  std::uint16_t phase_ = kNotBegun;  // n modulo the largest block
  std::array<ImpulseSide, 2> sides_;
  std::array<SampleHistory, 2> histories_;
  std::array<Partitions, kStages> partitions_;
  float* taps_ = nullptr;     // [channel][kDirect], the last one first
  float* scratch_ = nullptr;  // two of the largest block
};

}  // namespace continuo::dsp
