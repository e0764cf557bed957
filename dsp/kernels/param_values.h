// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <iterator>
#include <span>

#include "dsp/base/math.h"
#include "dsp/kernels/kernel.h"

namespace continuo::dsp {

/// What the parameters of a kernel are set to. `kParams` is the kernel's constexpr array of ParamDescription.
template <const auto& kParams>
class ParamValues {
 public:
  ParamValues() { Reset(); }

  /// To the initial values, but for these.
  void Reset(std::span<const ParamSetting> settings = {}) {
    for (std::size_t i = 0; i < kCount; ++i) values_[i] = kParams[i].initial;
    for (const ParamSetting& setting : settings) {
      if (setting.index < kCount) values_[setting.index] = setting.value;
    }
  }
  /// False if the event sets no parameter of this kernel.
  bool Apply(const KernelEvent& event) CONTINUO_REALTIME {
    if (event.kind != EventKind::kParam || event.target >= kCount) return false;
    values_[event.target] = event.value;
    return true;
  }
  float operator[](std::size_t param) const { return values_[param]; }
  const float* data() const { return values_.data(); }
  bool IsOn(std::size_t param) const { return values_[param] >= 0.5f; }

  void Snapshot(ByteWriter& out) const { out.F32s(values_.data(), kCount); }
  /// False if the bytes are no such values; they are then the initial ones, so that what is made of them is defined.
  bool Restore(ByteReader& in) {
    in.F32s(values_.data(), kCount);
    bool ok = in.ok();
    for (std::size_t i = 0; i < kCount; ++i) ok = ok && InRange(kParams[i], values_[i]);
    if (!ok) Reset();
    return ok;
  }

 private:
  static constexpr std::size_t kCount = std::size(kParams);
  std::array<float, kCount> values_;
};

/// Reads samples or filter state. False if one of them is NaN or infinite, which no kernel ever holds.
inline bool ReadFinite(ByteReader& in, float* values, std::size_t count) {
  bool finite = true;
  for (std::size_t i = 0; i < count; ++i) {
    values[i] = in.F32();
    finite = finite && IsFinite(values[i]);
  }
  return finite && in.ok();
}

}  // namespace continuo::dsp
