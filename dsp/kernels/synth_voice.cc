// SPDX-License-Identifier: Apache-2.0
#include "dsp/kernels/synth_voice.h"

#include <algorithm>

#include "dsp/base/math.h"
#include "dsp/base/random.h"
#include "dsp/kernels/param_values.h"

namespace continuo::dsp {
namespace {

// A fourth-order Butterworth low-pass is two second-order ones with these dampings (1 / Q); resonance lowers the
// second.
constexpr float kDamping1 = 1.8477591f;
constexpr float kDamping2 = 0.76536686f;
constexpr float kLeastDamping = 0.08f;

constexpr float kFadeMs = 5.0f;
constexpr float kVoiceGain = 0.25f;  // four full voices reach full scale

/// Above 440 Hz.
float OctavesOf(int key) {
  return static_cast<float>(key - 69) * (1.0f / 12.0f);
}

void WriteFilter(const LowPass& filter, const LowPass::Coefficients& c, ByteWriter& out) {
  for (const float value : {filter.first, filter.second, c.a1, c.a2, c.a3}) out.F32(value);
}

bool ReadFilter(ByteReader& in, LowPass& filter, LowPass::Coefficients& c) {
  float values[5];
  if (!ReadFinite(in, values, 5)) return false;
  filter = {values[0], values[1]};
  c = {values[2], values[3], values[4]};
  return true;
}

}  // namespace

void SynthVoice::Begin(int key, float velocity, std::uint32_t order, std::uint64_t seed,
                       const Patch& patch) {
  *this = SynthVoice{};
  key_ = static_cast<std::uint8_t>(key);
  order_ = order;
  // Free-running oscillators, as in an analogue synth: a chord does not start with all its edges aligned.
  const std::uint64_t bits = RandomBits(seed, 0, order);
  osc1_.at = static_cast<std::uint32_t>(bits);
  osc2_.at = static_cast<std::uint32_t>(bits >> 32);
  sub_.at = osc1_.at / 2;
  pan_ = RandomBipolar(seed, 1, order) * patch.spread;
  loud_ = 1.0f - patch.velocity * (1.0f - velocity * velocity);
  octaves_ = OctavesOf(key);
  amp_.Begin();
  filter_.Begin();
  fresh_ = true;
  Tune(patch);
}

void SynthVoice::Release() {
  amp_.Release();
  filter_.Release();
}

void SynthVoice::Silence() {
  if (!idle()) fade_ = EnvelopeShape::Share(kFadeMs * (kSampleRate / 1000.0f));
}

void SynthVoice::SlideTo(int key, int periods) {
  key_ = static_cast<std::uint8_t>(key);
  SlideFrom(octaves_, periods);
}

void SynthVoice::SlideFrom(float octaves, int periods) {
  // One period at least: oscillators are tuned where a period begins.
  const int steps = std::max(periods, 1);
  octaves_ = octaves;
  slide_ = FlushTiny((OctavesOf(key_) - octaves) / static_cast<float>(steps));
  periods_ = static_cast<std::uint16_t>(steps);
  fresh_ = true;
}

void SynthVoice::Tune(const Patch& patch) {
  const float octaves = octaves_ + patch.bend_octaves;
  const float hz = 440.0f * Exp2(octaves);
  osc1_.SetFrequency(hz);
  osc2_.SetFrequency(440.0f * Exp2(octaves + patch.osc2_octaves));
  sub_.SetFrequency(hz * 0.5f);
}

void SynthVoice::SetFilter(const Patch& patch) {
  const float octaves = patch.cutoff_octaves + patch.cutoff_bend +
                        patch.env_octaves * filter_.Step(patch.filter) +
                        patch.key_follow * static_cast<float>(key_ - 60) * (1.0f / 12.0f);
  const float hz = Exp2(std::clamp(octaves, 4.3f, 14.3f));  // 20 Hz .. 20 kHz
  const float angle = kPi * hz * (1.0f / kSampleRate);
  const float g = Sin(angle) / Cos(angle);
  coefficients1_ = LowPass::Coefficients::Of(g, kDamping1);
  coefficients2_ =
      LowPass::Coefficients::Of(g, kDamping2 + (kLeastDamping - kDamping2) * patch.resonance);
}

void SynthVoice::Render(const Patch& patch, const MixStretch& mix, bool tick, int frames,
                        float* left, float* right) {
  if (tick && periods_ > 0) octaves_ = --periods_ == 0 ? OctavesOf(key_) : octaves_ + slide_;
  if (tick || fresh_) {
    Tune(patch);
    SetFilter(patch);
  }
  fresh_ = false;
  if (mix.moving) {
    RenderMix<true>(patch, mix, frames, left, right);
  } else {
    RenderMix<false>(patch, mix, frames, left, right);
  }
  // A voice that fell silent forgets: how far its oscillators ran on depends on where the block ended.
  if (idle()) *this = SynthVoice{};
}

template <bool kMoving>
void SynthVoice::RenderMix(const Patch& patch, const MixStretch& stretch, int frames, float* left,
                           float* right) {
  // Locals, so that the compiler may keep them in registers.
  Mix mix = stretch.begin;
  const LowPass::Coefficients c1 = coefficients1_, c2 = coefficients2_;
  const EnvelopeShape curve = patch.amp;
  const float gain_left = Sqrt(0.5f * (1.0f - pan_)), gain_right = Sqrt(0.5f * (1.0f + pan_));
  const float drive = kVoiceGain * loud_;
  Phase osc1 = osc1_, osc2 = osc2_, sub = sub_;
  LowPass stage1 = stage1_, stage2 = stage2_;
  Envelope amp = amp_;
  for (int i = 0; i < frames; ++i) {
    if constexpr (kMoving) mix = stretch.At(i);
    float sum = mix.osc1 * mix.Sample(osc1);
    if (mix.osc2 != 0.0f) sum += mix.osc2 * mix.Sample(osc2);
    if (mix.sub != 0.0f) sum += mix.sub * Square(sub);
    osc1.at += osc1.step;
    osc2.at += osc2.step;
    sub.at += sub.step;
    const float filtered = stage2.Step(c2, stage1.Step(c1, sum * (drive * mix.level)));
    const float sample = filtered * (amp.Step(curve) * level_);
    level_ -= level_ * fade_;
    if (right == nullptr) {
      left[i] += sample;
    } else {
      left[i] += sample * gain_left;
      right[i] += sample * gain_right;
    }
    if (level_ < Envelope::kSilence) {
      amp.End();
      break;
    }
  }
  osc1_.at = osc1.at;
  osc2_.at = osc2.at;
  sub_.at = sub.at;
  stage1_ = stage1;
  stage2_ = stage2;
  amp_ = amp;
}

void SynthVoice::Snapshot(ByteWriter& out) const {
  out.Le(key_);
  out.Le(static_cast<std::uint8_t>(fresh_));
  for (const float value : {loud_, pan_, octaves_, slide_, level_, fade_}) out.F32(value);
  out.Le(periods_);
  out.Le(order_);
  amp_.Snapshot(out);
  filter_.Snapshot(out);
  for (const Phase* phase : {&osc1_, &osc2_, &sub_}) {
    out.Le(phase->at);
    out.Le(phase->step);
  }
  WriteFilter(stage1_, coefficients1_, out);
  WriteFilter(stage2_, coefficients2_, out);
}

bool SynthVoice::Restore(ByteReader& in) {
  key_ = in.Le<std::uint8_t>();
  const auto fresh = in.Le<std::uint8_t>();
  fresh_ = fresh == 1;
  for (float* value : {&loud_, &pan_, &octaves_, &slide_, &level_, &fade_}) *value = in.F32();
  periods_ = in.Le<std::uint16_t>();
  order_ = in.Le<std::uint32_t>();
  const auto is_share = [](float value) { return value >= 0.0f && value <= 1.0f; };
  if (key_ > 127 || fresh > 1 || !is_share(loud_) || !(Abs(pan_) <= 1.0f)) return false;
  if (!(Abs(octaves_) <= 16.0f) || !(Abs(slide_) <= 16.0f)) return false;
  if (!is_share(level_) || !is_share(fade_)) return false;
  if (!amp_.Restore(in) || !filter_.Restore(in)) return false;
  for (Phase* phase : {&osc1_, &osc2_, &sub_}) {
    *phase = Phase{};
    phase->at = in.Le<std::uint32_t>();
    const auto step = in.Le<std::uint32_t>();
    if (step >= 1u << 31) return false;
    if (step != 0) phase->SetStep(step);  // a voice that never sounded has none
  }
  return ReadFilter(in, stage1_, coefficients1_) && ReadFilter(in, stage2_, coefficients2_);
}

}  // namespace continuo::dsp
