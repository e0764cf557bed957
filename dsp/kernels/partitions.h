// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>

#include "dsp/base/fft.h"
#include "dsp/base/realtime.h"
#include "dsp/kernels/control_rate.h"
#include "dsp/kernels/sample_history.h"

namespace continuo::dsp {

/// One side of an impulse response: its sample i, or 0 beyond its end.
struct ImpulseSide {
  const AudioAsset* asset = nullptr;
  int side = 0;
  bool mean = false;  ///< of both sides

  float operator[](Frames i) const;
};

/// Convolution with the part of an impulse response from 2B samples on, in partitions of B samples: what came in during
/// one period of B samples is transformed, multiplied and transformed back during the next one, and heard in the one
/// after. Periods begin where n is a multiple of B.
///
/// The work of a period is a list of many equal steps, which are done slot by slot, one slot being one control period,
/// so that hardly more is to be done in one quantum than in another. Which step is done when depends on n alone; what
/// comes out does not depend on it at all.
class Partitions {
 public:
  /// `sides`: of each channel, which outlive this. `count`: how many partitions. May be called with a measuring arena.
  void Prepare(Arena& arena, int block, int count, std::span<const ImpulseSide> sides);

  int block() const { return block_; }
  /// Input samples that Rebuild needs.
  int history() const { return (count_ + 3) * block_; }

  /// Does the work of the slot that begins `phase` samples after the last multiple of the largest block. `scratch` has
  /// room for 2B samples.
  void Work(int phase, const SampleHistory* histories, float* scratch) CONTINUO_REALTIME;
  /// Adds what is heard `phase` samples after the last multiple of the largest block, within one slot.
  void AddTo(float* out, int channel, int phase, int frames) const CONTINUO_REALTIME;
  /// Computes everything that Work would have computed up to the sample before `phase` from the history alone. Not
  /// real time: as much work as in as many periods as there are partitions.
  void Rebuild(int phase, const SampleHistory* histories, float* scratch);

 private:
  /// Spectra are kept side by side: 2B values each, the real parts first.
  float* Spectrum(float* spectra, int channel, int index) const {
    return spectra + (static_cast<std::size_t>(channel) * count_ + index) * 2 * block_;
  }
  int channels() const { return channels_; }
  int StepsPerChannel() const { return 2 * fft_.passes() + count_ + 2; }
  int Steps() const { return channels_ * StepsPerChannel(); }
  void BeginPeriod();
  /// The period began `age` samples ago.
  void Do(int from, int to, int age, const SampleHistory* histories, float* scratch);
  void DoStep(int channel, int step, int age, const SampleHistory& history, float* scratch);
  void Transform(float* spectrum) const;

  ConvolutionFft fft_;
  int block_ = 0, count_ = 0, channels_ = 0;
  int newest_ = 0;             // which of the inputs is of the current period
  float* impulse_ = nullptr;   // [channel][partition]
  float* inputs_ = nullptr;    // [channel][ring]
  float* product_ = nullptr;   // [channel]
  float* heard_ = nullptr;     // [channel][B]: of this period
  float* upcoming_ = nullptr;  // [channel][B]: of the next one
};

}  // namespace continuo::dsp
