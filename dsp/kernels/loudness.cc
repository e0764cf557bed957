// SPDX-License-Identifier: Apache-2.0
#include "dsp/kernels/loudness.h"

#include <algorithm>

#include "dsp/base/math.h"
#include "dsp/base/quick_math.h"
#include "dsp/kernels/kernel.h"
#include "dsp/kernels/param_values.h"

namespace continuo::dsp {
namespace {

constexpr float kOffset = -0.691f;
constexpr float kDbPerOctave = 3.01029996f;  // of power
constexpr float kUnit = 0x1p24f;

float PowerOf(float lufs) {
  return QuickExp2((lufs - kOffset) * (1.0f / kDbPerOctave));
}

/// Below it, the level is silence: 10 lg of it is kSilenceDb.
constexpr float kSilentPower = 3.98e-15f;

}  // namespace

float LufsOf(float power) {
  if (!(power > kSilentPower)) return kSilenceDb;
  return std::max(kSilenceDb, kOffset + kDbPerOctave * QuickLog2(power));
}

void LoudnessHistogram::Prepare(Arena& arena) {
  bins_ = arena.Take<Bin>(kBins);
}

void LoudnessHistogram::Reset() {
  std::fill_n(bins_, kBins, Bin{});
}

void LoudnessHistogram::Add(float power) {
  const float lufs = LufsOf(power);
  if (!(lufs > kAbsoluteGate)) return;
  const int bin = std::min(static_cast<int>((lufs - kAbsoluteGate) * kPerLu), kBins - 1);
  const float edge = PowerOf(kAbsoluteGate + static_cast<float>(bin) * (1.0f / kPerLu));
  const float ratio = std::min(power / edge, 2.0f);
  bins_[bin].sum += static_cast<std::uint32_t>(ratio * kUnit);
  ++bins_[bin].count;
}

/// The bin in which the gate lies counts if most of it is above.
int LoudnessHistogram::FirstBinAbove(float gate_lufs) {
  const float bins = (gate_lufs - kAbsoluteGate) * kPerLu + 0.5f;
  return bins < 0.0f ? 0 : std::min(static_cast<int>(bins), kBins);
}

float LoudnessHistogram::MeanAbove(float gate_lufs) const {
  float power = 0.0f, count = 0.0f;
  for (int bin = FirstBinAbove(gate_lufs); bin < kBins; ++bin) {
    if (bins_[bin].count == 0) continue;
    const float edge = PowerOf(kAbsoluteGate + static_cast<float>(bin) * (1.0f / kPerLu));
    power += edge * (static_cast<float>(bins_[bin].sum) * (1.0f / kUnit));
    count += static_cast<float>(bins_[bin].count);
  }
  return count == 0.0f ? 0.0f : power / count;
}

float LoudnessHistogram::Percentile(float gate_lufs, float share) const {
  const int first = FirstBinAbove(gate_lufs);
  std::uint64_t count = 0;
  for (int bin = first; bin < kBins; ++bin) count += bins_[bin].count;
  if (count == 0) return 0.0f;
  const auto rank = static_cast<std::uint64_t>(static_cast<float>(count - 1) * share + 0.5f);
  std::uint64_t seen = 0;
  int bin = first;
  while (bin < kBins - 1 && (seen += bins_[bin].count) <= rank) ++bin;
  return kAbsoluteGate + (static_cast<float>(bin) + 0.5f) * (1.0f / kPerLu);
}

void LoudnessHistogram::Snapshot(ByteWriter& out) const {
  for (int bin = 0; bin < kBins; ++bin) {
    out.Le(bins_[bin].sum);
    out.Le(bins_[bin].count);
  }
}

bool LoudnessHistogram::Restore(ByteReader& in) {
  bool ok = true;
  for (int bin = 0; bin < kBins; ++bin) {
    bins_[bin].sum = in.Le<std::uint64_t>();
    bins_[bin].count = in.Le<std::uint32_t>();
    const std::uint64_t least = std::uint64_t{bins_[bin].count} << 23;
    ok = ok && bins_[bin].sum >= least && bins_[bin].sum <= 4 * least;
  }
  return ok && in.ok();
}

void Loudness::Prepare(Arena& arena) {
  powers_.fill(0.0f);
  blocks_.Prepare(arena);
  short_terms_.Prepare(arena);
  whole_ = 0;
  begun_ = false;
}

void Loudness::Reset() {
  powers_.fill(0.0f);
  Restart();
}

void Loudness::Restart() {
  blocks_.Reset();
  short_terms_.Reset();
  whole_ = 0;
  begun_ = false;
}

void Loudness::EndTenth(float power) {
  std::copy(powers_.begin() + 1, powers_.end(), powers_.begin());
  powers_.back() = power;
  if (begun_) whole_ = std::min(whole_ + 1, kShortTerm);
  if (whole_ >= kMomentary) blocks_.Add(MeanOfLast(kMomentary));
  if (whole_ >= kShortTerm) short_terms_.Add(MeanOfLast(kShortTerm));
}

float Loudness::MeanOfLast(int tenths) const {
  float sum = 0.0f;
  for (int i = kShortTerm - tenths; i < kShortTerm; ++i) sum += powers_[i];
  return sum / static_cast<float>(tenths);
}

float Loudness::Integrated() const {
  const float above_absolute = LufsOf(blocks_.MeanAbove(LoudnessHistogram::kAbsoluteGate));
  return LufsOf(blocks_.MeanAbove(above_absolute - 10.0f));
}

float Loudness::Range() const {
  const float gate = LufsOf(short_terms_.MeanAbove(LoudnessHistogram::kAbsoluteGate)) - 20.0f;
  return short_terms_.Percentile(gate, 0.95f) - short_terms_.Percentile(gate, 0.1f);
}

void Loudness::Snapshot(ByteWriter& out) const {
  out.F32s(powers_.data(), powers_.size());
  out.Le(static_cast<std::uint8_t>(whole_));
  out.Le(static_cast<std::uint8_t>(begun_));
  blocks_.Snapshot(out);
  short_terms_.Snapshot(out);
}

bool Loudness::Restore(ByteReader& in) {
  bool ok = ReadFinite(in, powers_.data(), powers_.size());
  ok = ok && std::all_of(powers_.begin(), powers_.end(), [](float x) { return x >= 0.0f; });
  whole_ = in.Le<std::uint8_t>();
  const auto begun = in.Le<std::uint8_t>();
  begun_ = begun == 1;
  return ok && whole_ <= kShortTerm && begun <= 1 && (begun_ || whole_ == 0) &&
         blocks_.Restore(in) && short_terms_.Restore(in);
}

}  // namespace continuo::dsp
