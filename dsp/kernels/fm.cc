// SPDX-License-Identifier: Apache-2.0
#include "dsp/kernels/fm.h"

#include <algorithm>

#include "dsp/base/math.h"
#include "dsp/kernels/control_rate.h"
#include "dsp/kernels/fm_params.h"
#include "dsp/kernels/fm_voice.h"
#include "dsp/kernels/ramp.h"
#include "dsp/kernels/voice_pool.h"

namespace continuo::dsp {
namespace {

constexpr int kVoices = 16;
constexpr int kPlaces = kVoices + 8;  // the rest is for those that fade out to make room

class Fm final : public Kernel {
 public:
  bool Prepare(const KernelConfig& config, Arena& arena) override {
    channels_ = config.channels;
    sine_.Prepare(arena);
    voices_ = arena.Take<FmVoice>(kPlaces);
    values_.Reset(config.params);
    patch_ = MakeFmPatch(values_);
    from_ = to_ = MakeFmLevels(values_);
    gain_.Reset(DbToGain(values_[fm::kGain]));
    return true;
  }

  void Process(const Block& block) CONTINUO_REALTIME override {
    ForEachControlStretch(block, [&](MediaTime n, int at, int frames) {
      const int phase = ControlPhase(n);
      if (phase == 0) Tick();
      RenderStretch(phase, frames, block.out[0] + at);
    });
    for (int c = 1; c < channels_; ++c) std::copy_n(block.out[0], block.frames, block.out[c]);
  }

  void Apply(const KernelEvent& event) CONTINUO_REALTIME override {
    switch (event.kind) {
      case EventKind::kParam:
        if (!values_.Apply(event)) break;
        if (event.target == fm::kGain) gain_.GoTo(DbToGain(event.value));
        patch_ = MakeFmPatch(values_);
        break;
      case EventKind::kNoteOn:
        if (event.target <= 127) NoteOn(event.target, std::clamp(event.value, 0.0f, 1.0f));
        break;
      case EventKind::kNoteOff:
        ReleaseKey(event.target);
        break;
      case EventKind::kAllNotesOff:
        for (FmVoice& voice : voices()) voice.Release();
        break;
      case EventKind::kRoll:
      case EventKind::kTempo:
        break;
    }
  }

  void Snapshot(ByteWriter& out) const override {
    values_.Snapshot(out);
    for (const FmLevels* levels : {&from_, &to_}) {
      out.F32s(levels->of.data(), kOperators);
      out.F32(levels->feedback);
    }
    gain_.Snapshot(out);
    out.Le(notes_);
    for (const FmVoice& voice : voices()) voice.Snapshot(out);
  }

  bool Restore(ByteReader& in) override {
    if (!values_.Restore(in)) return false;
    patch_ = MakeFmPatch(values_);
    for (FmLevels* levels : {&from_, &to_}) {
      in.F32s(levels->of.data(), kOperators);
      levels->feedback = in.F32();
      if (!AreSane(*levels)) return false;
    }
    if (!gain_.Restore(in)) return false;
    notes_ = in.Le<std::uint32_t>();
    for (FmVoice& voice : voices()) {
      if (!voice.Restore(in)) return false;
    }
    return in.ok();
  }

 private:
  std::span<FmVoice> voices() const { return {voices_, kPlaces}; }

  static bool AreSane(const FmLevels& levels) {
    const auto sane = [](float value) { return value >= 0.0f && value <= 1.0f; };
    return std::all_of(levels.of.begin(), levels.of.end(), sane) && sane(levels.feedback);
  }

  void Tick() {
    from_ = to_;
    if (!values_.Step()) return;
    to_ = MakeFmLevels(values_);
    patch_ = MakeFmPatch(values_);
    for (FmVoice& voice : voices()) {
      if (!voice.idle()) voice.Retune(patch_);
    }
  }

  void RenderStretch(int phase, int frames, float* out) {
    FmStretch stretch;
    constexpr float kPart = 1.0f / kControlFrames;
    for (std::size_t k = 0; k < kOperators; ++k) {
      stretch.step.of[k] = (to_.of[k] - from_.of[k]) * kPart;
    }
    stretch.step.feedback = (to_.feedback - from_.feedback) * kPart;
    stretch.levels = from_;
    stretch.first = phase;
    std::fill_n(out, frames, 0.0f);
    for (FmVoice& voice : voices()) {
      if (!voice.idle()) voice.Render(patch_, stretch, sine_, frames, out);
    }
    for (int i = 0; i < frames; ++i) out[i] = Clean(out[i] * gain_.Next());
  }

  void NoteOn(int key, float velocity) {
    ReleaseKey(key);
    FreeVoice(voices(), kVoices, notes_).Begin(key, velocity, notes_, patch_);
    ++notes_;
  }

  void ReleaseKey(int key) {
    for (FmVoice& voice : voices()) {
      if (!voice.idle() && voice.key() == key) voice.Release();
    }
  }

  int channels_ = 0;
  SineTable sine_;
  FmValues values_;
  FmPatch patch_;       // of values_
  FmLevels from_, to_;  // of this control period's begin and end
  Ramp gain_;
  std::uint32_t notes_ = 0;  // so far
  FmVoice* voices_ = nullptr;
};

}  // namespace

constinit const KernelDescription kFm = {
    .kind = "fm",
    .help = "FM synthesiser: four operators, eight algorithms, 16 voices.",
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
    .cost_ns_per_frame = 200,
    .params = kFmParams,
    .bytes = sizeof(Fm),
    .create = CreateKernel<Fm>,
};

}  // namespace continuo::dsp
