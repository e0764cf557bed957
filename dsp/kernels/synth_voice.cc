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

constexpr float kVoiceGain = 0.25f;  // four full voices reach full scale

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
  const bool was_idle = idle();
  key_ = static_cast<std::uint8_t>(key);
  velocity_ = velocity;
  order_ = order;
  if (was_idle) {
    // Free-running oscillators, as in an analogue synth: a chord does not start with all its edges aligned.
    const std::uint64_t bits = RandomBits(seed, 0, order);
    osc1_.at = static_cast<std::uint32_t>(bits);
    osc2_.at = static_cast<std::uint32_t>(bits >> 32);
    sub_.at = osc1_.at / 2;
    stage1_ = stage2_ = LowPass{};
    filter_.level = 0.0f;
    pan_ = RandomBipolar(seed, 1, order);
  }
  amp_.Begin();
  filter_.Begin();
  fresh_ = true;
  Retune(patch);
}

void SynthVoice::Release() {
  amp_.Release();
  filter_.Release();
}

void SynthVoice::Retune(const Patch& patch) {
  const float hz = 440.0f * Exp2(static_cast<float>(key_ - 69) * (1.0f / 12.0f));
  osc1_.SetFrequency(hz);
  osc2_.SetFrequency(hz * patch.osc2_ratio);
  sub_.SetFrequency(hz * 0.5f);
  const float loud = 1.0f - patch.velocity * (1.0f - velocity_ * velocity_);
  // Resonance adds level at the cut-off; giving some back keeps patches comparable.
  drive_ = kVoiceGain * loud * (1.0f - 0.5f * patch.resonance);
  const float pan = pan_ * patch.spread;
  left_ = Sqrt(0.5f * (1.0f - pan));
  right_ = Sqrt(0.5f * (1.0f + pan));
}

void SynthVoice::SetFilter(const Patch& patch) {
  const float octaves = patch.cutoff_octaves + patch.env_octaves * filter_.Step(patch.filter) +
                        patch.key_follow * static_cast<float>(key_ - 60) * (1.0f / 12.0f);
  const float hz = Exp2(std::clamp(octaves, 4.3f, 14.3f));  // 20 Hz .. 20 kHz
  const float angle = kPi * hz * (1.0f / kSampleRate);
  const float g = Sin(angle) / Cos(angle);
  coefficients1_ = LowPass::Coefficients::Of(g, kDamping1);
  coefficients2_ =
      LowPass::Coefficients::Of(g, kDamping2 + (kLeastDamping - kDamping2) * patch.resonance);
}

void SynthVoice::Render(const Patch& patch, bool tick, int frames, float* left, float* right) {
  if (tick || fresh_) SetFilter(patch);
  fresh_ = false;
  // Locals, so that the compiler may keep them in registers.
  const Shape shape = patch.shape;
  const float level2 = patch.osc2, level1 = 1.0f - patch.osc2, sub_level = patch.sub;
  const LowPass::Coefficients c1 = coefficients1_, c2 = coefficients2_;
  const EnvelopeShape curve = patch.amp;
  const float drive = drive_, gain_left = left_, gain_right = right_;
  Phase osc1 = osc1_, osc2 = osc2_, sub = sub_;
  LowPass stage1 = stage1_, stage2 = stage2_;
  Envelope amp = amp_;
  for (int i = 0; i < frames; ++i) {
    float sum = level1 * shape.Sample(osc1);
    if (level2 != 0.0f) sum += level2 * shape.Sample(osc2);
    if (sub_level != 0.0f) sum += sub_level * Square(sub);
    osc1.at += osc1.step;
    osc2.at += osc2.step;
    sub.at += sub.step;
    const float sample = stage2.Step(c2, stage1.Step(c1, sum * drive)) * amp.Step(curve);
    if (right == nullptr) {
      left[i] += sample;
    } else {
      left[i] += sample * gain_left;
      right[i] += sample * gain_right;
    }
  }
  osc1_.at = osc1.at;
  osc2_.at = osc2.at;
  sub_.at = sub.at;
  stage1_ = stage1;
  stage2_ = stage2;
  amp_ = amp;
  // A voice that fell silent forgets: how far its oscillators ran on depends on where the block ended.
  if (idle()) *this = SynthVoice{};
}

void SynthVoice::Snapshot(ByteWriter& out) const {
  out.Le(key_);
  out.Le(static_cast<std::uint8_t>(fresh_));
  out.F32(velocity_);
  out.F32(pan_);
  out.Le(order_);
  amp_.Snapshot(out);
  filter_.Snapshot(out);
  for (const Phase* phase : {&osc1_, &osc2_, &sub_}) out.Le(phase->at);
  WriteFilter(stage1_, coefficients1_, out);
  WriteFilter(stage2_, coefficients2_, out);
}

bool SynthVoice::Restore(ByteReader& in) {
  key_ = in.Le<std::uint8_t>();
  const auto fresh = in.Le<std::uint8_t>();
  fresh_ = fresh == 1;
  velocity_ = in.F32();
  pan_ = in.F32();
  order_ = in.Le<std::uint32_t>();
  if (key_ > 127 || fresh > 1 || !IsFinite(velocity_) || !(Abs(pan_) <= 1.0f)) return false;
  if (!amp_.Restore(in) || !filter_.Restore(in)) return false;
  for (Phase* phase : {&osc1_, &osc2_, &sub_}) phase->at = in.Le<std::uint32_t>();
  return ReadFilter(in, stage1_, coefficients1_) && ReadFilter(in, stage2_, coefficients2_);
}

}  // namespace continuo::dsp
