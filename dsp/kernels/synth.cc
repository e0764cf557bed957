// SPDX-License-Identifier: Apache-2.0
#include "dsp/kernels/synth.h"

#include <algorithm>

#include "dsp/base/math.h"
#include "dsp/kernels/held_keys.h"
#include "dsp/kernels/lfo.h"
#include "dsp/kernels/ramp.h"
#include "dsp/kernels/synth_params.h"
#include "dsp/kernels/synth_voice.h"
#include "dsp/kernels/voice_pool.h"

namespace continuo::dsp {
namespace {

constexpr int kVoices = 16;
constexpr int kPlaces = kVoices + 8;  // the rest is for those that fade out to make room
constexpr float kPeriodsPerMs = kSampleRate / 1000.0f / kControlFrames;

enum class Mono { kOff, kStrike, kSlur };  // as the parameter counts

class Synth final : public Kernel {
 public:
  bool Prepare(const KernelConfig& config, Arena& arena) override {
    channels_ = config.channels;
    seed_ = config.seed;
    voices_ = arena.Take<SynthVoice>(kPlaces);
    values_.Reset(config.params);
    SetPatch();
    from_ = to_ = MakeMix(values_, Lfo());
    gain_.Reset(DbToGain(At(SynthParam::kGain)));
    return true;
  }

  void Process(const Block& block) CONTINUO_REALTIME override {
    float* left = block.out[0];
    float* right = channels_ > 1 ? block.out[1] : nullptr;
    ForEachControlStretch(block, [&](MediaTime n, int at, int frames) {
      if (ControlPhase(n) == 0) Tick();
      RenderStretch(ControlPhase(n), frames, left + at, right == nullptr ? nullptr : right + at);
    });
  }

  void Apply(const KernelEvent& event) CONTINUO_REALTIME override {
    switch (event.kind) {
      case EventKind::kParam:
        SetParam(event);
        break;
      case EventKind::kNoteOn:
        if (event.target <= 127) NoteOn(event.target, std::clamp(event.value, 0.0f, 1.0f));
        break;
      case EventKind::kNoteOff:
        NoteOff(event.target);
        break;
      case EventKind::kAllNotesOff:
        AllOff();
        break;
      case EventKind::kRoll:
      case EventKind::kTempo:
        break;
    }
  }

  void Snapshot(ByteWriter& out) const override {
    values_.Snapshot(out);
    from_.Snapshot(out);
    to_.Snapshot(out);
    gain_.Snapshot(out);
    out.Le(lfo_);
    held_.Snapshot(out);
    out.Le(notes_);
    for (const SynthVoice& voice : voices()) voice.Snapshot(out);
  }

  bool Restore(ByteReader& in) override {
    if (!values_.Restore(in)) return false;
    if (!from_.Restore(in) || !to_.Restore(in) || !gain_.Restore(in)) return false;
    lfo_ = in.Le<std::uint32_t>();
    SetPatch();
    if (!held_.Restore(in)) return false;
    notes_ = in.Le<std::uint32_t>();
    for (SynthVoice& voice : voices()) {
      if (!voice.Restore(in)) return false;
    }
    return in.ok();
  }

 private:
  std::span<SynthVoice> voices() const { return {voices_, kPlaces}; }
  float At(SynthParam param) const { return ValueOf(values_, param); }
  Mono mono() const { return static_cast<Mono>(static_cast<int>(At(SynthParam::kMono) + 0.5f)); }
  int slide() const { return static_cast<int>(At(SynthParam::kGlide) * kPeriodsPerMs); }

  /// -1..1, as it stands in this control period.
  float Lfo() const {
    return At(SynthParam::kLfoWave) < 0.5f ? SlowSine(lfo_) : SlowTriangle(lfo_);
  }

  void SetPatch() {
    patch_ = MakePatch(values_);
    BendByLfo();
  }
  void BendByLfo() {
    const float pitch = At(SynthParam::kLfoPitch), filter = At(SynthParam::kLfoFilter);
    const float lfo = pitch > 0.0f || filter > 0.0f ? Lfo() : 0.0f;
    patch_.bend_octaves = pitch * (1.0f / 1200.0f) * lfo;
    patch_.cutoff_bend = filter * lfo;
  }

  void SetParam(const KernelEvent& event) {
    const Mono before = mono();
    if (!values_.Apply(event)) return;
    if (event.target == static_cast<int>(SynthParam::kGain)) gain_.GoTo(DbToGain(event.value));
    if (mono() != before) AllOff();  // what sounds was struck by other rules
    SetPatch();
  }

  /// A control period begins.
  void Tick() {
    lfo_ += static_cast<std::uint32_t>(At(SynthParam::kLfoRate) *
                                       (kControlFrames * 0x1p32f / kSampleRate));
    const bool moved = values_.Step();
    if (moved) patch_ = MakePatch(values_);
    BendByLfo();
    from_ = to_;
    const bool trembles = At(SynthParam::kLfoAmp) > 0.0f;
    if (moved || trembles) to_ = MakeMix(values_, trembles ? Lfo() : 0.0f);
  }

  void RenderStretch(int phase, int frames, float* left, float* right) {
    const MixStretch stretch = MixStretch::Of(from_, to_, phase);
    std::fill_n(left, frames, 0.0f);
    if (right != nullptr) std::fill_n(right, frames, 0.0f);
    for (SynthVoice& voice : voices()) {
      if (!voice.idle()) voice.Render(patch_, stretch, phase == 0, frames, left, right);
    }
    for (int i = 0; i < frames; ++i) {
      const float gain = gain_.Next();
      left[i] = Clean(left[i] * gain);
      if (right != nullptr) right[i] = Clean(right[i] * gain);
    }
  }

  SynthVoice& Begin(int key, float velocity) {
    SynthVoice& voice = FreeVoice(voices(), kVoices, notes_);
    voice.Begin(key, velocity, notes_++, seed_, patch_);
    return voice;
  }

  void NoteOn(int key, float velocity) {
    if (mono() == Mono::kOff) {
      ReleaseKey(key);
      Begin(key, velocity);
      return;
    }
    const bool held = !held_.empty();
    held_.Press(key);
    SynthVoice* const last = Single();
    if (last != nullptr && held && mono() == Mono::kSlur && !last->released()) {
      last->SlideTo(key, slide());
      return;
    }
    const bool slides = last != nullptr && slide() > 0 && (held || mono() == Mono::kStrike);
    const float from = slides ? last->octaves() : 0.0f;
    if (last != nullptr) last->Silence();
    SynthVoice& voice = Begin(key, velocity);
    if (slides) voice.SlideFrom(from, slide());
  }

  void NoteOff(int key) {
    if (mono() == Mono::kOff) return ReleaseKey(key);
    held_.Release(key);
    SynthVoice* const voice = Single();
    if (voice == nullptr || voice->key() != key || voice->released()) return;
    // The key that is still held sounds again: trills are played so.
    if (held_.empty()) {
      voice->Release();
    } else {
      voice->SlideTo(held_.last(), slide());
    }
  }

  /// The one note that sounds, where notes are played one at a time; nullptr: none.
  SynthVoice* Single() const {
    SynthVoice* newest = nullptr;
    for (SynthVoice& voice : voices()) {
      if (voice.idle() || voice.leaving()) continue;
      if (newest == nullptr || notes_ - voice.order() < notes_ - newest->order()) newest = &voice;
    }
    return newest;
  }

  void AllOff() {
    held_.Clear();
    for (SynthVoice& voice : voices()) voice.Release();
  }

  void ReleaseKey(int key) {
    for (SynthVoice& voice : voices()) {
      if (voice.key() == key) voice.Release();
    }
  }

  int channels_ = 0;
  std::uint64_t seed_ = 0;
  SynthValues values_;
  Patch patch_;    // of values_ and lfo_
  Mix from_, to_;  // of this control period's begin and end
  Ramp gain_;
  std::uint32_t lfo_ = 0;    // phase of the slow oscillator, in 2^-32 of a turn
  HeldKeys held_;            // where notes are played one at a time
  std::uint32_t notes_ = 0;  // so far
  SynthVoice* voices_ = nullptr;
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
    .snapshot_version = 2,
    .cost_ns_per_frame = 220,
    .params = kSynthParams,
    .bytes = sizeof(Synth),
    .create = CreateKernel<Synth>,
};

}  // namespace continuo::dsp
