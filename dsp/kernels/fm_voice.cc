// SPDX-License-Identifier: Apache-2.0
#include "dsp/kernels/fm_voice.h"

#include "dsp/base/math.h"

namespace continuo::dsp {
namespace {

constexpr float kVoiceGain = 0.25f;  // four full carriers reach full scale
constexpr float kIndex = 2.0f;       // cycles by which level 1 modulates: 4 pi radians
constexpr float kFadeMs = 5.0f;

bool IsShare(float value) {
  return value >= 0.0f && value <= 1.0f;
}

std::uint32_t StepOf(float hz) {
  // An operator beyond the rate's half would come back as another tone; it stays below.
  const float cycles = hz > 23000.0f ? 23000.0f / kSampleRate : hz * (1.0f / kSampleRate);
  return static_cast<std::uint32_t>(cycles * 0x1p32f);
}

}  // namespace

void FmVoice::Begin(int key, float velocity, std::uint32_t order, const FmPatch& patch) {
  *this = FmVoice{};
  key_ = static_cast<std::uint8_t>(key);
  sounding_ = true;
  order_ = order;
  algorithm_ = patch.algorithm;
  const float softer = 1.0f - velocity * velocity;
  loud_ = 1.0f - patch.velocity * softer;
  bright_ = 1.0f - patch.touch * softer;
  for (std::size_t k = 0; k < kOperators; ++k) {
    envelope_[k].Begin();
    // A modulator that is there from the first sample on belongs to the stroke.
    if (patch.shape[k].attack >= 1.0f) envelope_[k] = {EnvelopeStage::kDecay, 1.0f};
  }
  Retune(patch);
}

void FmVoice::Release() {
  released_ = true;
  for (Envelope& envelope : envelope_) envelope.Release();
}

void FmVoice::Silence() {
  if (!idle()) fade_ = EnvelopeShape::Share(kFadeMs * (kSampleRate / 1000.0f));
}

void FmVoice::Retune(const FmPatch& patch) {
  const float hz = 440.0f * Exp2(static_cast<float>(key_ - 69) * (1.0f / 12.0f));
  for (std::size_t k = 0; k < kOperators; ++k) step_[k] = StepOf(hz * patch.ratio[k]);
}

FmVoice::Routing FmVoice::MakeRouting() const {
  const FmAlgorithm& algorithm = kFmAlgorithms[algorithm_];
  Routing routing;
  for (int k = 0; k < kOperators; ++k) {
    for (int m = 0; m < kOperators; ++m) {
      routing.to[k][m] = (algorithm.by[k] >> m & 1) != 0 ? kIndex * bright_ : 0.0f;
    }
    routing.heard[k] = (algorithm.carriers >> k & 1) != 0 ? kVoiceGain * loud_ : 0.0f;
  }
  return routing;
}

/// All that is heard of it has come to its end.
bool FmVoice::Rests() const {
  for (int k = 0; k < kOperators; ++k) {
    const bool heard = (kFmAlgorithms[algorithm_].carriers >> k & 1) != 0;
    if (heard && envelope_[k].stage != EnvelopeStage::kIdle) return false;
  }
  return true;
}

void FmVoice::Render(const FmPatch& patch, const FmStretch& stretch, const SineTable& sine,
                     int frames, float* out) {
  const Routing routing = MakeRouting();
  const auto& to = routing.to;
  const auto& heard = routing.heard;
  for (int i = 0; i < frames; ++i) {
    const auto at = static_cast<float>(stretch.first + i);
    float level[kOperators];
    for (int k = 0; k < kOperators; ++k) {
      const float set = stretch.levels.of[k] + at * stretch.step.of[k];
      level[k] = set * envelope_[k].Step(patch.shape[k]);
    }
    const float feedback = stretch.levels.feedback + at * stretch.step.feedback;
    // Half of two outputs: one alone would swing from sample to sample.
    const float own = feedback * 0.5f * (last_ + before_);
    before_ = last_;
    last_ = level[3] * sine.At(phase_[3] + PhaseOf(own));
    const float op4 = last_;
    const float op3 = level[2] * sine.At(phase_[2] + PhaseOf(to[2][3] * op4));
    const float op2 = level[1] * sine.At(phase_[1] + PhaseOf(to[1][3] * op4 + to[1][2] * op3));
    const float op1 =
        level[0] * sine.At(phase_[0] + PhaseOf((to[0][3] * op4 + to[0][2] * op3) + to[0][1] * op2));
    const float sum = (heard[0] * op1 + heard[1] * op2) + (heard[2] * op3 + heard[3] * op4);
    out[i] += sum * level_;
    level_ -= level_ * fade_;
    for (int k = 0; k < kOperators; ++k) phase_[k] += step_[k];
    if (level_ < Envelope::kSilence) {
      *this = FmVoice{};
      return;
    }
  }
  // A voice that came to rest is exactly silent, and forgets: how far its phases ran on depends on where the block
  // ended.
  if (Rests()) *this = FmVoice{};
}

void FmVoice::Snapshot(ByteWriter& out) const {
  out.Le(key_);
  out.Le(static_cast<std::uint8_t>((sounding_ ? 1 : 0) | (released_ ? 2 : 0)));
  out.Le(algorithm_);
  out.Le(order_);
  for (const std::uint32_t phase : phase_) out.Le(phase);
  for (const std::uint32_t step : step_) out.Le(step);
  for (const Envelope& envelope : envelope_) envelope.Snapshot(out);
  for (const float value : {loud_, bright_, last_, before_, level_, fade_}) out.F32(value);
}

bool FmVoice::Restore(ByteReader& in) {
  key_ = in.Le<std::uint8_t>();
  const auto flags = in.Le<std::uint8_t>();
  sounding_ = (flags & 1) != 0;
  released_ = (flags & 2) != 0;
  algorithm_ = in.Le<std::uint8_t>();
  order_ = in.Le<std::uint32_t>();
  for (std::uint32_t& phase : phase_) phase = in.Le<std::uint32_t>();
  for (std::uint32_t& step : step_) step = in.Le<std::uint32_t>();
  if (flags > 3 || key_ > 127 || algorithm_ >= kAlgorithms) return false;
  for (Envelope& envelope : envelope_) {
    if (!envelope.Restore(in)) return false;
  }
  for (float* value : {&loud_, &bright_, &last_, &before_, &level_, &fade_}) *value = in.F32();
  return in.ok() && IsShare(loud_) && IsShare(bright_) && IsShare(level_) && IsShare(fade_) &&
         Abs(last_) <= 1.01f && Abs(before_) <= 1.01f;
}

}  // namespace continuo::dsp
