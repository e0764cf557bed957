// SPDX-License-Identifier: Apache-2.0
#include "dsp/kernels/eq_band.h"

#include <algorithm>

namespace continuo::dsp {
namespace {

EqType TypeOf(const float* params) {
  if (params[EqBand::kOn] < 0.5f) return EqType::kOff;
  const int type = static_cast<int>(params[EqBand::kType] + 0.5f);
  return static_cast<EqType>(std::clamp(type, 0, kEqTypes - 1));
}

void Write(ByteWriter& out, const SvfShape& s) {
  for (const float value : {s.g, s.k, s.input, s.band, s.low}) out.F32(value);
}

bool Read(ByteReader& in, SvfShape& s) {
  float values[5];
  const bool ok = ReadFinite(in, values, 5);
  s = {values[0], values[1], values[2], values[3], values[4]};
  return ok;
}

}  // namespace

SvfShape EqShape(EqType type, float frequency, float gain_db, float q) {
  switch (type) {
    case EqType::kBell:
      return Peak(frequency, gain_db, q);
    case EqType::kLowShelf:
      return LowShelf(frequency, gain_db, q);
    case EqType::kHighShelf:
      return HighShelf(frequency, gain_db, q);
    case EqType::kLowCut:
      return HighPass(frequency, q);
    case EqType::kHighCut:
      return LowPass(frequency, q);
    case EqType::kNotch:
      return Notch(frequency, q);
    case EqType::kTilt:
      return Tilt(frequency, gain_db, q);
    case EqType::kOff:
      break;
  }
  return Peak(frequency, 0.0f, q);
}

void EqBand::Prepare(SvfGroup::Memory* memories, const float* params) {
  memories_ = memories;
  type_ = wanted_ = TypeOf(params);
  log2_frequency_.Reset(Log2(params[kFrequency]));
  gain_.Reset(params[kGain]);
  q_.Reset(params[kQ]);
  blend_.Reset(1.0f);
  shape_ = from_ = Target();
  step_ = {0, 0, 0, 0, 0};
  gliding_ = false;
  group_ = SvfGroup(shape_);
}

void EqBand::GoTo(int param, const float* params) {
  if (param == kFrequency) log2_frequency_.GoTo(Log2(params[kFrequency]));
  if (param == kGain) gain_.GoTo(params[kGain]);
  if (param == kQ) q_.GoTo(params[kQ]);
  wanted_ = TypeOf(params);
}

SvfShape EqBand::Target() const {
  const SvfShape to = EqShape(type_, Exp2(log2_frequency_.now()), gain_.now(), q_.now());
  const float x = blend_.now();
  // Begins and ends without a kink.
  return x == 1.0f ? to : from_.Towards(to, x * x * (3.0f - 2.0f * x));
}

void EqBand::BeginPeriod(int channels) {
  const bool glided = gliding_;
  if (glided) shape_ = Target();
  if (wanted_ != type_) {
    type_ = wanted_;
    from_ = shape_;
    blend_.Reset(0.0f);
    blend_.GoTo(1.0f);
  }
  gliding_ = Moving();
  if (gliding_) {
    log2_frequency_.Next();
    gain_.Next();
    q_.Next();
    blend_.Next();
    step_ = shape_.StepTo(Target(), 1.0f / kControlFrames);
  } else if (glided) {
    group_ = SvfGroup(shape_);
    if (shape_.IsFlat()) std::fill_n(memories_, channels, SvfGroup::Memory{});
  }
}

void EqBand::Process(float* const* samples, int channels, MediaTime n, int at, int frames) {
  if (gliding_) {
    Glide(samples, channels, at, frames);
    return;
  }
  int c = 0;
  for (; c + 1 < channels; c += 2) {
    group_.ProcessPair(memories_ + c, n, samples[c] + at, samples[c + 1] + at, frames);
  }
  if (c < channels) group_.Process(memories_[c], n, samples[c] + at, frames);
}

/// Coefficients are new for every sample.
void EqBand::Glide(float* const* samples, int channels, int at, int frames) {
  for (int i = at; i < at + frames; ++i) {
    const SvfCoefficients coefficients(shape_);
    for (int c = 0; c < channels; ++c) {
      samples[c][i] = Clean(memories_[c].state.Tick(coefficients, samples[c][i]));
    }
    shape_.Add(step_);
  }
}

void EqBand::Snapshot(ByteWriter& out, int channels) const {
  out.Le(static_cast<std::uint8_t>(type_));
  for (const RampOf<64>* ramp : {&log2_frequency_, &gain_, &q_, &blend_}) ramp->Snapshot(out);
  out.Le(static_cast<std::uint8_t>(gliding_));
  for (const SvfShape* shape : {&from_, &shape_, &step_}) Write(out, *shape);
  for (int c = 0; c < channels; ++c) {
    out.F32(memories_[c].state.s1);
    out.F32(memories_[c].state.s2);
    for (const float sample : memories_[c].begun) out.F32(sample);
  }
}

bool EqBand::Restore(ByteReader& in, int channels, const float* params) {
  const auto type = in.Le<std::uint8_t>();
  bool ok = type <= static_cast<std::uint8_t>(EqType::kOff);
  if (ok) type_ = static_cast<EqType>(type);
  wanted_ = TypeOf(params);
  for (RampOf<64>* ramp : {&log2_frequency_, &gain_, &q_, &blend_}) ok = ramp->Restore(in) && ok;
  const auto gliding = in.Le<std::uint8_t>();
  gliding_ = gliding == 1;
  ok = ok && gliding <= 1;
  for (SvfShape* shape : {&from_, &shape_, &step_}) ok = Read(in, *shape) && ok;
  ok = ok && shape_.g > 0 && shape_.k > 0 && from_.g > 0 && from_.k > 0;
  for (int c = 0; c < channels; ++c) {
    float state[2];
    ok = ReadFinite(in, state, 2) && ok;
    memories_[c].state = {state[0], state[1]};
    ok = ReadFinite(in, memories_[c].begun.data(), memories_[c].begun.size()) && ok;
  }
  if (ok && !gliding_) group_ = SvfGroup(shape_);
  return ok;
}

}  // namespace continuo::dsp
