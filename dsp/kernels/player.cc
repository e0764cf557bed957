// SPDX-License-Identifier: Apache-2.0
#include "dsp/kernels/player.h"

#include <algorithm>

#include "dsp/base/math.h"
#include "dsp/kernels/add_asset.h"
#include "dsp/kernels/param_values.h"
#include "dsp/kernels/ramp.h"

namespace continuo::dsp {
namespace {

enum Param : std::uint16_t { kLevel, kLoop, kBegin, kParamCount };

constexpr ParamDescription kParams[] = {
    {"gain", "dB", -96.0f, 24.0f, 0.0f, "Level of the recording."},
    {"loop", "", 0.0f, 1.0f, 0.0f, "1: begins again at its end."},
    {"begin", "ms", 0.0f, 16000000.0f, 0.0f, "Where on the timeline the file begins."},
};
static_assert(std::size(kParams) == kParamCount);

/// One reader of the file. A jump needs two: one that fades out where it was, one that fades in where it leads.
struct Head {
  Frames position = 0;  // below 0: the file has not begun
  Ramp level;

  bool silent() const { return !level.moving() && level.now() == 0.0f; }

  void Render(const AudioAsset& asset, bool loop, int frames, int channels, float* const* out) {
    if (loop && position >= asset.frames) position %= asset.frames;
    for (int done = 0; done < frames;) {
      const Frames until = position < 0 ? -position : asset.frames - position;
      const int stretch =
          until <= 0 ? frames - done : static_cast<int>(std::min<Frames>(frames - done, until));
      if (position >= 0 && until > 0) {
        AddAsset(asset, position, stretch, channels, out, done,
                 [this](int) { return level.Next(); });
      } else {
        for (int i = 0; i < stretch; ++i) level.Next();
      }
      position += stretch;
      done += stretch;
      if (loop && position >= asset.frames) position %= asset.frames;
    }
    if (silent()) position = 0;  // how far it read on depends on where the block ended
  }
  void Snapshot(ByteWriter& out) const {
    out.Le(position);
    level.Snapshot(out);
  }
  bool Restore(ByteReader& in) {
    constexpr Frames kFar = Frames{1} << 48;
    position = in.Le<Frames>();
    return level.Restore(in) && position > -kFar && position < kFar;
  }
};

class Player final : public Kernel {
 public:
  bool Prepare(const KernelConfig& config, Arena&) override {
    if (config.assets.size() != 1) return false;
    channels_ = config.channels;
    assets_ = config.assets;
    values_.Reset();
    gain_.Reset(DbToGain(values_[kLevel]));
    return true;
  }

  void Process(const Block& block) CONTINUO_REALTIME override {
    for (int c = 0; c < channels_; ++c) std::fill_n(block.out[c], block.frames, 0.0f);
    for (Head& head : heads_) {
      if (head.silent()) continue;
      head.Render(assets_[0], values_.IsOn(kLoop), block.frames, channels_, block.out);
    }
    for (int i = 0; i < block.frames; ++i) {
      const float gain = gain_.Next();
      for (int c = 0; c < channels_; ++c) block.out[c][i] = Clean(block.out[c][i] * gain);
    }
  }

  void Apply(const KernelEvent& event) CONTINUO_REALTIME override {
    switch (event.kind) {
      case EventKind::kParam:
        if (values_.Apply(event) && event.target == kLevel) gain_.GoTo(DbToGain(event.value));
        break;
      case EventKind::kRoll:
        Roll(RollPosition(event) - static_cast<Frames>(values_[kBegin]) * (kSampleRate / 1000));
        break;
      case EventKind::kNoteOn:
        Roll(0);
        break;
      case EventKind::kAllNotesOff:
        Stop();
        break;
      case EventKind::kNoteOff:
      case EventKind::kTempo:
        break;
    }
  }

  void Snapshot(ByteWriter& out) const override {
    values_.Snapshot(out);
    gain_.Snapshot(out);
    out.Le(active_);
    for (const Head& head : heads_) head.Snapshot(out);
  }

  bool Restore(ByteReader& in) override {
    if (!values_.Restore(in)) return false;
    if (!gain_.Restore(in)) return false;
    active_ = in.Le<std::uint8_t>();
    if (active_ > 1) return false;
    for (Head& head : heads_) {
      if (!head.Restore(in)) return false;
    }
    return in.ok();
  }

 private:
  void Stop() { heads_[active_].level.GoTo(0.0f); }

  void Roll(Frames position) {
    if (!heads_[active_].silent()) {
      Stop();
      active_ ^= 1;
    }
    Head& head = heads_[active_];
    head.position = position;
    // The beginning of a recording has its own attack; entering amid it needs a fade.
    if (position > 0) {
      head.level.Reset(0.0f);
      head.level.GoTo(1.0f);
    } else {
      head.level.Reset(1.0f);
    }
  }

  int channels_ = 0;
  std::span<const AudioAsset> assets_;
  ParamValues<kParams> values_;
  Ramp gain_;
  std::uint8_t active_ = 0;
  Head heads_[2];
};

}  // namespace

constinit const KernelDescription kPlayer = {
    .kind = "player",
    .help = "Plays one audio file along with the session.",
    .determinism = Determinism::kD0,
    .input_ports_min = 0,
    .input_ports_max = 0,
    .channels_min = 1,
    .channels_max = 2,
    .takes_notes = true,
    .assets_min = 1,
    .assets_max = 1,
    .latency_frames = 0,
    .tail_frames = -1,
    .snapshot_version = 1,
    .cost_ns_per_frame = 8,
    .params = kParams,
    .bytes = sizeof(Player),
    .create = CreateKernel<Player>,
};

}  // namespace continuo::dsp
