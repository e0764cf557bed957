// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>

#include "dsp/kernels/envelope.h"
#include "dsp/kernels/gliding_params.h"
#include "dsp/kernels/kernel.h"

namespace continuo::dsp {

inline constexpr int kOperators = 4;
inline constexpr int kAlgorithms = 8;

/// Positions in kFmParams: those of the whole, then those of each operator in turn.
namespace fm {
enum Param : std::uint16_t {
  kGain,
  kAlgorithm,
  kFeedback,
  kVelocity,
  kTouch,
  kOperator1,
};
enum OperatorParam : std::uint16_t {
  kRatio,
  kDetune,
  kLevel,
  kAttack,
  kDecay,
  kSustain,
  kRelease,
  kPerOperator
};
inline constexpr std::size_t kParamCount = kOperator1 + kOperators * kPerOperator;
}  // namespace fm

extern const std::array<ParamDescription, fm::kParamCount> kFmParams;
using FmValues = GlidingParams<kFmParams>;

/// Who modulates whom. Operators count from 0; 3 is computed first and feeds back on itself.
struct FmAlgorithm {
  /// Bit m of by[k]: operator m modulates operator k.
  std::array<std::uint8_t, kOperators> by;
  std::uint8_t carriers;  ///< bit k: operator k is heard
};
extern const std::array<FmAlgorithm, kAlgorithms> kFmAlgorithms;

/// The sound, as all voices share it.
struct FmPatch {
  std::array<float, kOperators> ratio{};          ///< of the note's frequency, detuning included
  std::array<EnvelopeShape, kOperators> shape{};  ///< per sample
  float velocity = 0, touch = 0;
  std::uint8_t algorithm = 0;
};
FmPatch MakeFmPatch(const FmValues& values);

/// What voices share and what moves within a control period.
struct FmLevels {
  std::array<float, kOperators> of{};
  float feedback = 0;
};
FmLevels MakeFmLevels(const FmValues& values);

}  // namespace continuo::dsp
