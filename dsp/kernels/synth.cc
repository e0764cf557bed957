// SPDX-License-Identifier: Apache-2.0
#include "dsp/kernels/synth.h"

#include <algorithm>

#include "dsp/base/math.h"
#include "dsp/kernels/ramp.h"
#include "dsp/kernels/synth_params.h"
#include "dsp/kernels/synth_voice.h"

namespace continuo::dsp {
namespace {

constexpr int kVoices = 16;

class Synth final : public Kernel {
 public:
  bool Prepare(const KernelConfig& config, Arena&) override {
    channels_ = config.channels;
    seed_ = config.seed;
    values_.Reset();
    target_ = MakePatch(values_);
    cutoff_octaves_ = target_.cutoff_octaves;
    gain_.Reset(DbToGain(ValueOf(values_, SynthParam::kGain)));
    return true;
  }

  void Process(const Block& block) CONTINUO_REALTIME override {
    float* left = block.out[0];
    float* right = channels_ > 1 ? block.out[1] : nullptr;
    ForEachControlStretch(block, [&](MediaTime n, int at, int frames) {
      const bool tick = ControlPhase(n) == 0;
      RenderStretch(tick, frames, left + at, right == nullptr ? nullptr : right + at);
    });
  }

  void Apply(const KernelEvent& event) CONTINUO_REALTIME override {
    switch (event.kind) {
      case EventKind::kParam:
        SetParam(event);
        break;
      case EventKind::kNoteOn:
        if (event.target <= 127) NoteOn(event.target, event.value);
        break;
      case EventKind::kNoteOff:
        ReleaseKey(event.target);
        break;
      case EventKind::kAllNotesOff:
        for (SynthVoice& voice : voices_) voice.Release();
        break;
      case EventKind::kRoll:
      case EventKind::kTempo:
        break;
    }
  }

  void Snapshot(ByteWriter& out) const override {
    values_.Snapshot(out);
    out.F32(cutoff_octaves_);
    gain_.Snapshot(out);
    out.Le(notes_);
    for (const SynthVoice& voice : voices_) voice.Snapshot(out);
  }

  bool Restore(ByteReader& in) override {
    if (!values_.Restore(in)) return false;
    cutoff_octaves_ = in.F32();
    if (!IsFinite(cutoff_octaves_) || !gain_.Restore(in)) return false;
    notes_ = in.Le<std::uint32_t>();
    target_ = MakePatch(values_);
    for (SynthVoice& voice : voices_) {
      if (!voice.Restore(in)) return false;
      voice.Retune(target_);
    }
    return in.ok();
  }

 private:
  void SetParam(const KernelEvent& event) {
    if (!values_.Apply(event)) return;
    if (event.target == static_cast<int>(SynthParam::kGain)) gain_.GoTo(DbToGain(event.value));
    target_ = MakePatch(values_);
    for (SynthVoice& voice : voices_) voice.Retune(target_);
  }

  void RenderStretch(bool tick, int frames, float* left, float* right) {
    // The filter glides to a new cut-off over some 10 ms; everything else takes effect at once.
    if (tick) cutoff_octaves_ += (target_.cutoff_octaves - cutoff_octaves_) * 0.1f;
    Patch patch = target_;
    patch.cutoff_octaves = cutoff_octaves_;
    std::fill_n(left, frames, 0.0f);
    if (right != nullptr) std::fill_n(right, frames, 0.0f);
    for (SynthVoice& voice : voices_) {
      if (!voice.idle()) voice.Render(patch, tick, frames, left, right);
    }
    for (int i = 0; i < frames; ++i) {
      const float gain = gain_.Next();
      left[i] = Clean(left[i] * gain);
      if (right != nullptr) right[i] = Clean(right[i] * gain);
    }
  }

  void NoteOn(int key, float velocity) {
    ReleaseKey(key);
    StealVoice().Begin(key, velocity, notes_++, seed_, target_);
  }

  void ReleaseKey(int key) {
    for (SynthVoice& voice : voices_) {
      if (voice.key() == key) voice.Release();
    }
  }

  /// An idle voice, else the oldest released one, else the oldest.
  SynthVoice& StealVoice() {
    SynthVoice* best = &voices_[0];
    for (SynthVoice& voice : voices_) {
      if (Rank(voice) > Rank(*best)) best = &voice;
    }
    return *best;
  }
  std::uint64_t Rank(const SynthVoice& voice) const {
    const std::uint64_t idle = voice.idle() ? 1 : 0, released = voice.released() ? 1 : 0;
    const std::uint32_t age = notes_ - voice.order();
    return idle << 33 | released << 32 | age;
  }

  int channels_ = 0;
  std::uint64_t seed_ = 0;
  SynthValues values_;
  Patch target_;              // of values_
  float cutoff_octaves_ = 0;  // follows target_
  Ramp gain_;
  std::uint32_t notes_ = 0;  // so far
  SynthVoice voices_[kVoices];
};

}  // namespace

constinit const KernelDescription kSynth = {
    .kind = "synth",
    .help = "Polyphonic subtractive synthesiser, 16 voices.",
    .determinism = Determinism::kD0,
    .input_ports_min = 0,
    .input_ports_max = 0,
    .channels_min = 1,
    .channels_max = 2,
    .takes_notes = true,
    .assets_min = 0,
    .assets_max = 0,
    .latency_frames = 0,
    .tail_frames = 20 * kSampleRate,
    .snapshot_version = 1,
    .cost_ns_per_frame = 120,
    .params = kSynthParams,
    .bytes = sizeof(Synth),
    .create = CreateKernel<Synth>,
};

}  // namespace continuo::dsp
