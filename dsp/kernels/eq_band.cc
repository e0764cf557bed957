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

/// Two channels at once: each waits for its own last sample, so two take hardly longer than one.
void RunPair(const SvfCoefficients& coefficients, SvfState* states, float* left, float* right,
             int frames) {
  SvfState l = states[0], r = states[1];
  for (int i = 0; i < frames; ++i) {
    left[i] = l.Tick(coefficients, left[i]);
    right[i] = r.Tick(coefficients, right[i]);
  }
  states[0] = l;
  states[1] = r;
}

void RunOne(const SvfCoefficients& coefficients, SvfState* states, float* samples, int frames) {
  SvfState state = states[0];
  for (int i = 0; i < frames; ++i) samples[i] = state.Tick(coefficients, samples[i]);
  states[0] = state;
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

void EqBand::Prepare(SvfState* states, const float* params) {
  states_ = states;
  type_ = wanted_ = TypeOf(params);
  log2_frequency_.Reset(Log2(params[kFrequency]));
  gain_.Reset(params[kGain]);
  q_.Reset(params[kQ]);
  blend_.Reset(1.0f);
  shape_ = from_ = Target();
  step_ = {0, 0, 0, 0, 0};
  gliding_ = false;
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
  gliding_ = log2_frequency_.moving() || gain_.moving() || q_.moving() || blend_.moving();
  if (gliding_) {
    log2_frequency_.Next();
    gain_.Next();
    q_.Next();
    blend_.Next();
    step_ = shape_.StepTo(Target(), 1.0f / kControlFrames);
  } else if (glided && shape_.IsFlat()) {
    std::fill_n(states_, channels, SvfState{});
  }
}

void EqBand::Process(float* const* samples, int channels, int at, int frames) {
  if (idle()) return;
  const int pairs = channels / 2;
  // While it glides, coefficients are new for every sample.
  const int stretch = gliding_ ? 1 : frames;
  for (int i = at; i < at + frames; i += stretch) {
    const SvfCoefficients coefficients(shape_);
    for (int p = 0; p < pairs; ++p) {
      RunPair(coefficients, states_ + 2 * p, samples[2 * p] + i, samples[2 * p + 1] + i, stretch);
    }
    if (channels % 2 != 0)
      RunOne(coefficients, states_ + 2 * pairs, samples[2 * pairs] + i, stretch);
    if (gliding_) shape_.Add(step_);
  }
}

void EqBand::Snapshot(ByteWriter& out, int channels) const {
  out.Le(static_cast<std::uint8_t>(type_));
  for (const RampOf<64>* ramp : {&log2_frequency_, &gain_, &q_, &blend_}) ramp->Snapshot(out);
  out.Le(static_cast<std::uint8_t>(gliding_));
  for (const SvfShape* shape : {&from_, &shape_, &step_}) Write(out, *shape);
  for (int c = 0; c < channels; ++c) {
    out.F32(states_[c].s1);
    out.F32(states_[c].s2);
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
    float memory[2];
    ok = ReadFinite(in, memory, 2) && ok;
    states_[c] = {memory[0], memory[1]};
  }
  return ok;
}

}  // namespace continuo::dsp
