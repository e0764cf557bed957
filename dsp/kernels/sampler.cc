// SPDX-License-Identifier: Apache-2.0
#include "dsp/kernels/sampler.h"

#include <algorithm>

#include "dsp/base/math.h"
#include "dsp/kernels/envelope.h"
#include "dsp/kernels/param_values.h"
#include "dsp/kernels/ramp.h"
#include "dsp/kernels/sample_voice.h"

namespace continuo::dsp {
namespace {

constexpr int kVoices = 32;
constexpr int kMaxAssets = 32;
constexpr int kKeys = 128;
constexpr float kChokeMs = 30.0f;

enum Param : std::uint16_t { kLevel, kHold, kRelease, kChoke, kVelocity, kParamCount };

constexpr ParamDescription kParams[] = {
    {"gain", "dB", -96.0f, 24.0f, 0.0f, "Level of the whole instrument."},
    {"hold", "", 0.0f, 1.0f, 1.0f, "1: a stroke rings out (drums); 0: it ends with its key."},
    {"release", "ms", 1.0f, 20000.0f, 200.0f, "After the key, or a stop: time to fall by 60 dB."},
    {"choke", "", 0.0f, 1.0f, 1.0f, "1: the hi-hat keys 42, 44 and 46 cut each other off."},
    {"velocity", "", 0.0f, 1.0f, 0.8f, "How much the force of a stroke matters for its level."},
};
static_assert(std::size(kParams) == kParamCount);

/// Closed, pedal and open hi-hat of General MIDI.
bool IsHiHat(int key) {
  return key == 42 || key == 44 || key == 46;
}

class Sampler final : public Kernel {
 public:
  bool Prepare(const KernelConfig& config, Arena&) override {
    if (config.assets.size() > kMaxAssets || config.asset_keys.size() != config.assets.size()) {
      return false;
    }
    channels_ = config.channels;
    assets_ = config.assets;
    for (std::size_t i = 0; i < assets_.size(); ++i) {
      if (config.asset_keys[i] >= kKeys) return false;
      keys_[i] = config.asset_keys[i];
    }
    values_.Reset();
    fade_ = ShareOf(values_[kRelease]);
    gain_.Reset(DbToGain(values_[kLevel]));
    return true;
  }

  void Process(const Block& block) CONTINUO_REALTIME override {
    for (int c = 0; c < channels_; ++c) std::fill_n(block.out[c], block.frames, 0.0f);
    for (SampleVoice& voice : voices_) {
      if (voice.sounding) {
        voice.Render(assets_[voice.asset], block.frames, channels_, block.out);
      }
    }
    for (int i = 0; i < block.frames; ++i) {
      const float gain = gain_.Next();
      for (int c = 0; c < channels_; ++c) block.out[c][i] = Clean(block.out[c][i] * gain);
    }
  }

  void Apply(const KernelEvent& event) CONTINUO_REALTIME override {
    switch (event.kind) {
      case EventKind::kParam:
        SetParam(event);
        break;
      case EventKind::kNoteOn:
        NoteOn(event.target, event.value);
        break;
      case EventKind::kNoteOff:
        if (!values_.IsOn(kHold)) ReleaseKey(event.target, fade_);
        break;
      case EventKind::kAllNotesOff:
        for (SampleVoice& voice : voices_) voice.Release(fade_);
        break;
      case EventKind::kRoll:
      case EventKind::kTempo:
        break;
    }
  }

  void Snapshot(ByteWriter& out) const override {
    values_.Snapshot(out);
    gain_.Snapshot(out);
    out.Le(notes_);
    for (const SampleVoice& voice : voices_) voice.Snapshot(out);
  }

  bool Restore(ByteReader& in) override {
    if (!values_.Restore(in)) return false;
    fade_ = ShareOf(values_[kRelease]);
    if (!gain_.Restore(in)) return false;
    notes_ = in.Le<std::uint32_t>();
    for (SampleVoice& voice : voices_) {
      if (!voice.Restore(in, assets_)) return false;
    }
    return in.ok();
  }

 private:
  static float ShareOf(float ms) { return EnvelopeShape::Share(ms * 48.0f); }

  void SetParam(const KernelEvent& event) {
    if (!values_.Apply(event)) return;
    if (event.target == kLevel) gain_.GoTo(DbToGain(event.value));
    if (event.target == kRelease) fade_ = ShareOf(event.value);
  }

  void NoteOn(int key, float velocity) {
    const int asset = FindAsset(key, velocity);
    if (asset < 0) return;
    if (!values_.IsOn(kHold)) ReleaseKey(key, fade_);
    if (values_.IsOn(kChoke) && IsHiHat(key)) {
      for (SampleVoice& voice : voices_) {
        if (IsHiHat(voice.key)) voice.Release(ShareOf(kChokeMs));
      }
    }
    const float loud = 1.0f - values_[kVelocity] * (1.0f - velocity * velocity);
    StealVoice() = SampleVoice{.asset = static_cast<std::uint8_t>(asset),
                               .key = static_cast<std::uint8_t>(key),
                               .sounding = true,
                               .order = notes_++,
                               .gain = loud};
  }

  /// The asset of this key: of several the one whose share of the velocities this is. -1: none.
  int FindAsset(int key, float velocity) const {
    int layers = 0;
    for (std::size_t i = 0; i < assets_.size(); ++i) layers += keys_[i] == key ? 1 : 0;
    if (layers == 0) return -1;
    int layer = std::clamp(static_cast<int>(velocity * static_cast<float>(layers)), 0, layers - 1);
    for (std::size_t i = 0; i < assets_.size(); ++i) {
      if (keys_[i] == key && layer-- == 0) return static_cast<int>(i);
    }
    return -1;
  }

  void ReleaseKey(int key, float share) {
    for (SampleVoice& voice : voices_) {
      if (voice.key == key) voice.Release(share);
    }
  }

  /// A silent voice, else the oldest released one, else the oldest.
  SampleVoice& StealVoice() {
    SampleVoice* best = &voices_[0];
    for (SampleVoice& voice : voices_) {
      if (Rank(voice) > Rank(*best)) best = &voice;
    }
    return *best;
  }
  std::uint64_t Rank(const SampleVoice& voice) const {
    const std::uint64_t silent = voice.sounding ? 0 : 1, released = voice.released ? 1 : 0;
    const std::uint32_t age = notes_ - voice.order;
    return silent << 33 | released << 32 | age;
  }

  int channels_ = 0;
  std::span<const AudioAsset> assets_;
  std::uint8_t keys_[kMaxAssets] = {};  // of assets_
  ParamValues<kParams> values_;
  float fade_ = 0;  // of the release
  Ramp gain_;
  std::uint32_t notes_ = 0;  // so far
  SampleVoice voices_[kVoices];
};

}  // namespace

constinit const KernelDescription kSampler = {
    .kind = "sampler",
    .help = "Plays recorded samples by MIDI key: drums and one-shots, 32 voices.",
    .determinism = Determinism::kD0,
    .input_ports_min = 0,
    .input_ports_max = 0,
    .channels_min = 1,
    .channels_max = 2,
    .takes_notes = true,
    .assets_min = 1,
    .assets_max = kMaxAssets,
    .latency_frames = 0,
    .tail_frames = 20 * kSampleRate,
    .snapshot_version = 1,
    .cost_ns_per_frame = 25,
    .params = kParams,
    .bytes = sizeof(Sampler),
    .create = CreateKernel<Sampler>,
};

}  // namespace continuo::dsp
