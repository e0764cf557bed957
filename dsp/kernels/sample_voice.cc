// SPDX-License-Identifier: Apache-2.0
#include "dsp/kernels/sample_voice.h"

#include <algorithm>

#include "dsp/base/math.h"

namespace continuo::dsp {
namespace {

constexpr float kPerMs = kSampleRate / 1000.0f;
constexpr float kSemitonesMax = 60.0f;
constexpr float kGainMax = 64.0f;
constexpr std::int32_t kPauseMax = 100'000 * (kSampleRate / 1000);

std::int32_t FramesIn(float ms) {
  return static_cast<std::int32_t>(ms * kPerMs);
}

/// Samples of the recording per sample of output, 2^-32 each. A recording at its own pitch is stepped exactly.
std::uint64_t StepOf(const Zone& zone, int key) {
  const float semitones = zone.tune + zone.key_track * static_cast<float>(key - zone.root);
  if (semitones == 0.0f) return std::uint64_t{1} << 32;
  const float ratio = Exp2(std::clamp(semitones, -kSemitonesMax, kSemitonesMax) * (1.0f / 12.0f));
  return std::uint64_t{static_cast<std::uint32_t>(ratio * 0x1p24f)} << 8;
}

bool IsShare(float value) {
  return value >= 0.0f && value <= 1.0f;
}

}  // namespace

void SampleVoice::Begin(const ZonePlace& place, const Zone& zone, const Stroke& stroke) {
  *this = SampleVoice{};
  place_ = place;
  key_ = static_cast<std::uint8_t>(stroke.key);
  sounding_ = true;
  order_ = stroke.order;
  step_ = StepOf(zone, stroke.key);
  wait_ = FramesIn(zone.delay_ms);
  hold_ = FramesIn(zone.hold_ms);
  gain_ = zone.gain * stroke.loudness;
  const float release = zone.release_ms > 0.0f ? zone.release_ms : stroke.release_ms;
  shape_ = EnvelopeShape::Of(zone.attack_ms, zone.decay_ms, zone.sustain, release, kPerMs);
  amp_.Begin();
  // Without an attack the first sample is heard as it was recorded.
  if (shape_.attack >= 1.0f) amp_ = {EnvelopeStage::kDecay, 1.0f};
}

void SampleVoice::Release() {
  if (!sounding_ || released_) return;
  if (wait_ > 0) return End();
  released_ = true;
  amp_.Release();
}

void SampleVoice::FadeWithin(float ms) {
  if (!sounding_) return;
  if (wait_ > 0) return End();
  fade_ = std::max(fade_, EnvelopeShape::Share(ms * kPerMs));
}

float SampleVoice::NextLevel() {
  const bool at_the_top = hold_ > 0 && amp_.stage == EnvelopeStage::kDecay;
  if (at_the_top) --hold_;
  const float now = level_ * (at_the_top ? amp_.level : amp_.Step(shape_));
  level_ -= level_ * fade_;
  return now;
}

void SampleVoice::Render(const AudioAsset& asset, const Zone& zone, const Interpolator& between,
                         std::uint32_t bend, int frames, int channels, float* const* out) {
  const int first = std::min<int>(wait_, frames);
  wait_ -= first;
  const std::uint64_t step = bend == kNoBend ? step_ : step_ * bend >> 24;
  const float left = gain_ * std::min(1.0f, 1.0f - zone.pan);
  const float right = gain_ * std::min(1.0f, 1.0f + zone.pan);
  if (IsStraight(zone, step)) {
    return RenderStraight(asset, zone, left, right, first, frames, channels, out);
  }
  for (int i = first; i < frames; ++i) {
    const Sides sides = Read(asset, zone, between);
    const float level = NextLevel();
    if (channels == 1) {
      out[0][i] +=
          level * gain_ * (asset.channels == 1 ? sides.left : 0.5f * (sides.left + sides.right));
    } else {
      out[0][i] += level * left * sides.left;
      out[1][i] += level * right * sides.right;
    }
    Advance(zone, step);
    const bool over = position_ >= zone.frames || amp_.stage == EnvelopeStage::kIdle ||
                      level_ < Envelope::kSilence;
    if (over) return End();
  }
}

/// Most drums, most of the time: what Render() computes, with nothing in it that stands still.
void SampleVoice::RenderStraight(const AudioAsset& asset, const Zone& zone, float left, float right,
                                 int first, int frames, int channels, float* const* out) {
  const int count =
      static_cast<int>(std::min<Frames>(frames - first, Frames{zone.frames} - position_));
  const int second = std::min(1, asset.channels - 1);
  const float* from = asset.samples + (Frames{zone.begin} + position_) * asset.channels;
  for (int i = first; i < first + count; ++i, from += asset.channels) {
    if (channels == 1) {
      out[0][i] += gain_ * (second == 0 ? from[0] : 0.5f * (from[0] + from[1]));
    } else {
      out[0][i] += left * from[0];
      out[1][i] += right * from[second];
    }
  }
  position_ += count;
  if (position_ >= zone.frames) End();
}

SampleVoice::Sides SampleVoice::Read(const AudioAsset& asset, const Zone& zone,
                                     const Interpolator& between) const {
  const int second = std::min(1, asset.channels - 1);
  if (fraction_ == 0) {
    const float* const at = asset.samples + (Frames{zone.begin} + position_) * asset.channels;
    return {at[0], at[second]};
  }
  float scratch[Interpolator::kTaps * kMaxChannels];
  const float* const taps = Taps(asset, zone, scratch);
  const Interpolator::Weights weights = between.At(fraction_);
  const float left = Interpolator::Sum(weights, taps, asset.channels);
  if (second == 0) return {left, left};
  return {left, Interpolator::Sum(weights, taps + 1, asset.channels)};
}

/// Eight samples around the position, as the ear meets them: around the loop, and silence beyond the zone.
const float* SampleVoice::Taps(const AudioAsset& asset, const Zone& zone, float* scratch) const {
  const bool looping = Looping(zone);
  const Frames low = wrapped_ ? zone.loop_begin : 0, high = looping ? zone.loop_end : zone.frames;
  const Frames first = position_ - Interpolator::kBefore;
  const float* const recording = asset.samples + Frames{zone.begin} * asset.channels;
  if (first >= low && first + Interpolator::kTaps <= high) {
    return recording + first * asset.channels;
  }
  const Frames length = Frames{zone.loop_end} - zone.loop_begin;
  for (int tap = 0; tap < Interpolator::kTaps; ++tap) {
    Frames at = first + tap;
    while (looping && at >= zone.loop_end) at -= length;
    while (wrapped_ && at < zone.loop_begin) at += length;
    const bool inside = at >= 0 && at < zone.frames;
    for (int c = 0; c < asset.channels; ++c) {
      scratch[tap * asset.channels + c] = inside ? recording[at * asset.channels + c] : 0.0f;
    }
  }
  return scratch;
}

void SampleVoice::Advance(const Zone& zone, std::uint64_t step) {
  const std::uint64_t moved = fraction_ + (step & (kWhole - 1));
  fraction_ = static_cast<std::uint32_t>(moved);
  position_ += static_cast<Frames>(step >> 32) + static_cast<Frames>(moved >> 32);
  if (!Looping(zone) || position_ < zone.loop_end) return;
  const std::uint32_t length = zone.loop_end - zone.loop_begin;
  const auto beyond = static_cast<std::uint32_t>(position_ - zone.loop_end);
  position_ = Frames{zone.loop_begin} + beyond % length;
  wrapped_ = true;
}

void SampleVoice::Snapshot(ByteWriter& out) const {
  out.Le(place_.asset);
  out.Le(place_.zone);
  out.Le(key_);
  out.Le(static_cast<std::uint8_t>((sounding_ ? 1 : 0) | (released_ ? 2 : 0) | (wrapped_ ? 4 : 0)));
  out.Le(order_);
  out.Le(position_);
  out.Le(fraction_);
  out.Le(step_);
  out.Le(wait_);
  out.Le(hold_);
  amp_.Snapshot(out);
  for (const float value :
       {gain_, shape_.attack, shape_.decay, shape_.sustain, shape_.release, level_, fade_}) {
    out.F32(value);
  }
}

bool SampleVoice::Restore(ByteReader& in) {
  place_.asset = in.Le<std::uint8_t>();
  place_.zone = in.Le<std::uint16_t>();
  key_ = in.Le<std::uint8_t>();
  const auto flags = in.Le<std::uint8_t>();
  sounding_ = (flags & 1) != 0;
  released_ = (flags & 2) != 0;
  wrapped_ = (flags & 4) != 0;
  order_ = in.Le<std::uint32_t>();
  position_ = in.Le<Frames>();
  fraction_ = in.Le<std::uint32_t>();
  step_ = in.Le<std::uint64_t>();
  wait_ = in.Le<std::int32_t>();
  hold_ = in.Le<std::int32_t>();
  if (flags > 7 || key_ > 127 || !amp_.Restore(in)) return false;
  for (float* value :
       {&gain_, &shape_.attack, &shape_.decay, &shape_.sustain, &shape_.release, &level_, &fade_}) {
    *value = in.F32();
  }
  for (const float share :
       {shape_.attack, shape_.decay, shape_.sustain, shape_.release, level_, fade_}) {
    if (!IsShare(share)) return false;
  }
  return in.ok() && gain_ >= 0.0f && gain_ <= kGainMax && step_ > 0 && step_ <= kWhole << 6 &&
         wait_ >= 0 && wait_ <= kPauseMax && hold_ >= 0 && hold_ <= kPauseMax;
}

bool SampleVoice::FitsIn(const Zone& zone) const {
  if (wrapped_ && !zone.Loops()) return false;
  return position_ >= 0 && position_ < (Looping(zone) ? zone.loop_end : zone.frames);
}

}  // namespace continuo::dsp
