// SPDX-License-Identifier: Apache-2.0
#include "dsp/kernels/sampler.h"

#include <algorithm>

#include "dsp/base/math.h"
#include "dsp/kernels/control_rate.h"
#include "dsp/kernels/interpolator.h"
#include "dsp/kernels/param_values.h"
#include "dsp/kernels/ramp.h"
#include "dsp/kernels/sample_voice.h"
#include "dsp/kernels/voice_pool.h"
#include "dsp/kernels/zone_map.h"

namespace continuo::dsp {
namespace {

constexpr int kVoices = 32;
constexpr int kPlaces = kVoices + 16;  // the rest is for those that fade out to make room

enum Param : std::uint16_t { kLevel, kHold, kRelease, kChoke, kVelocity, kTune, kParamCount };

constexpr ParamDescription kParams[] = {
    {"gain", "dB", -96.0f, 24.0f, 0.0f, "Level of the whole instrument.", Curve::kLinear, 10.0f},
    {"hold", "", 0.0f, 1.0f, 1.0f,
     "1: a stroke rings out (drums); 0: it ends with its key. Zones of a kit say so themselves.",
     Curve::kStep},
    {"release", "ms", 1.0f, 20000.0f, 200.0f,
     "After the key, or a stop: time to fall by 60 dB, where a zone has none of its own.",
     Curve::kLog},
    {"choke", "", 0.0f, 1.0f, 1.0f, "1: the hi-hat keys 42, 44 and 46 cut each other off.",
     Curve::kStep},
    {"velocity", "", 0.0f, 1.0f, 1.0f, "How much the force of a stroke matters for its level."},
    {"tune", "cent", -1200.0f, 1200.0f, 0.0f, "Pitch of the whole instrument.", Curve::kLinear,
     10.0f},
};
static_assert(std::size(kParams) == kParamCount);

/// Closed, pedal and open hi-hat of General MIDI.
bool IsHiHat(int key) {
  return key == 42 || key == 44 || key == 46;
}

std::uint32_t BendOf(float cents) {
  if (cents == 0.0f) return SampleVoice::kNoBend;
  return static_cast<std::uint32_t>(Exp2(cents * (1.0f / 1200.0f)) *
                                    static_cast<float>(SampleVoice::kNoBend));
}

class Sampler final : public Kernel {
 public:
  bool Prepare(const KernelConfig& config, Arena& arena) override {
    channels_ = config.channels;
    if (!zones_.Prepare(config, arena)) return false;
    between_.Prepare(arena);
    voices_ = arena.Take<SampleVoice>(kPlaces);
    values_.Reset(config.params);
    gain_.Reset(DbToGain(values_[kLevel]));
    tune_.Reset(values_[kTune]);
    bend_ = BendOf(tune_.now());
    return true;
  }

  void Process(const Block& block) CONTINUO_REALTIME override {
    for (int c = 0; c < channels_; ++c) std::fill_n(block.out[c], block.frames, 0.0f);
    ForEachControlStretch(block, [&](MediaTime n, int at, int frames) {
      if (ControlPhase(n) == 0 && tune_.moving()) {
        tune_.Next();
        bend_ = BendOf(tune_.now());
      }
      float* const out[2] = {block.out[0] + at, block.out[channels_ - 1] + at};
      RenderStretch(frames, out);
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
        ReleaseKey(event.target);
        break;
      case EventKind::kAllNotesOff:
        for (SampleVoice& voice : voices()) voice.Release();
        break;
      case EventKind::kRoll:
      case EventKind::kTempo:
        break;
    }
  }

  void Snapshot(ByteWriter& out) const override {
    values_.Snapshot(out);
    gain_.Snapshot(out);
    tune_.Snapshot(out);
    out.Le(strokes_);
    for (const SampleVoice& voice : voices()) voice.Snapshot(out);
  }

  bool Restore(ByteReader& in) override {
    if (!values_.Restore(in) || !gain_.Restore(in) || !tune_.Restore(in)) return false;
    if (!(Abs(tune_.now()) <= 1300.0f)) return false;
    bend_ = BendOf(tune_.now());
    strokes_ = in.Le<std::uint32_t>();
    for (SampleVoice& voice : voices()) {
      if (!voice.Restore(in)) return false;
      if (voice.idle()) continue;
      if (!zones_.Has(voice.place()) || !voice.FitsIn(zones_.At(voice.place()))) return false;
    }
    return in.ok();
  }

 private:
  std::span<SampleVoice> voices() const { return {voices_, kPlaces}; }

  void SetParam(const KernelEvent& event) {
    if (!values_.Apply(event)) return;
    if (event.target == kLevel) gain_.GoTo(DbToGain(event.value));
    if (event.target == kTune) tune_.GoTo(event.value);
  }

  void RenderStretch(int frames, float* const* out) {
    for (SampleVoice& voice : voices()) {
      if (voice.idle()) continue;
      const ZonePlace place = voice.place();
      voice.Render(zones_.AssetOf(place), zones_.At(place), between_, bend_, frames, channels_,
                   out);
    }
    for (int i = 0; i < frames; ++i) {
      const float gain = gain_.Next();
      for (int c = 0; c < channels_; ++c) out[c][i] = Clean(out[c][i] * gain);
    }
  }

  bool RingsOut(const ZonePlace& place) const {
    return zones_.IsPlain(place) ? values_.IsOn(kHold)
                                 : zones_.At(place).play == ZonePlay::kOneShot;
  }

  void ReleaseKey(int key) {
    for (SampleVoice& voice : voices()) {
      if (!voice.idle() && voice.key() == key && !RingsOut(voice.place())) voice.Release();
    }
  }

  void NoteOn(int key, float velocity) {
    const int force = std::max(1, static_cast<int>(velocity * 127.0f + 0.5f));
    ReleaseKey(key);
    // First all that falls silent, then all that begins: what one stroke begins does not silence itself.
    if (values_.IsOn(kChoke) && IsHiHat(key)) ChokeHiHat();
    zones_.ForEach(key, force, [this](const ZonePlace&, const Zone& zone) { Choke(zone.group); });
    zones_.ForEach(key, force, [&](const ZonePlace& place, const Zone& zone) {
      const float amount = values_[kVelocity] * zone.velocity;
      SampleVoice& voice = FreeVoice(voices(), kVoices, strokes_);
      voice.Begin(place, zone,
                  {.key = key,
                   .loudness = 1.0f - amount * (1.0f - velocity * velocity),
                   .release_ms = values_[kRelease],
                   .order = strokes_++});
    });
  }

  void ChokeHiHat() {
    for (SampleVoice& voice : voices()) {
      if (IsHiHat(voice.key())) voice.Choke();
    }
  }

  void Choke(int group) {
    if (group == 0) return;
    for (SampleVoice& voice : voices()) {
      if (!voice.idle() && zones_.At(voice.place()).off_by == group) voice.Choke();
    }
  }

  int channels_ = 0;
  ZoneMap zones_;
  Interpolator between_;
  ParamValues<kParams> values_;
  Ramp gain_;
  RampOf<30> tune_;                            // cents; steps once per control period
  std::uint32_t bend_ = SampleVoice::kNoBend;  // of tune_
  std::uint32_t strokes_ = 0;                  // voices begun so far
  SampleVoice* voices_ = nullptr;
};

}  // namespace

constinit const KernelDescription kSampler = {
    .kind = "sampler",
    .help = "Plays recordings and kits (Hydrogen, SFZ) by MIDI key, 32 voices.",
    .determinism = Determinism::kD0,
    .input_ports_min = 0,
    .input_ports_max = 0,
    .channels_min = 1,
    .channels_max = 2,
    .takes_notes = true,
    .assets_min = 1,
    .assets_max = ZoneMap::kMaxAssets,
    .latency_frames = 0,
    .tail_frames = 100 * kSampleRate,
    .snapshot_version = 2,
    .cost_ns_per_frame = 14,
    .params = kParams,
    .bytes = sizeof(Sampler),
    .create = CreateKernel<Sampler>,
    .takes_kits = true,
};

}  // namespace continuo::dsp
