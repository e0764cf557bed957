// SPDX-License-Identifier: Apache-2.0
#include "dsp/kernels/player.h"

#include <algorithm>
#include <cstdint>

#include "dsp/base/math.h"
#include "dsp/kernels/add_asset.h"
#include "dsp/kernels/param_values.h"
#include "dsp/kernels/ramp.h"

namespace continuo::dsp {
namespace {

enum Param : std::uint16_t { kLevel, kLoop, kBegin, kOffset, kParamCount };

constexpr ParamDescription kParams[] = {
    {"gain", "dB", -96.0f, 24.0f, 0.0f, "Level of the recording.", Curve::kLinear, 10.0f},
    {"loop", "", 0.0f, 1.0f, 0.0f, "1: begins again at its end.", Curve::kStep},
    {"begin", "ms", 0.0f, 16000000.0f, 0.0f,
     "Where on the timeline the file begins, from the next time on that the transport rolls."},
    {"offset", "ms", 0.0f, 3600000.0f, 0.0f,
     "How much of the file is left out at its beginning, from the next roll on."},
};
static_assert(std::size(kParams) == kParamCount);

constexpr Frames kFar = Frames{1} << 48;

/// Whole milliseconds by themselves: a float holds no hour to the frame.
Frames FramesIn(float ms) {
  constexpr int kPerMs = kSampleRate / 1000;
  const auto whole = static_cast<std::int32_t>(ms);
  const float rest = ms - static_cast<float>(whole);
  return Frames{whole} * kPerMs + static_cast<std::int32_t>(rest * kPerMs);
}

/// One reader of the file. A jump needs two: one that fades out where it was, one that fades in where it leads.
struct Head {
  Frames wait = 0;      // samples until it begins
  Frames position = 0;  // in the file; within it, unless silent
  Frames begin = 0;     // in the file; a loop leads back to here
  Ramp level;

  bool silent() const { return !level.moving() && level.now() == 0.0f; }
  void End() { *this = Head{}; }

  /// `at`: of the file without the `offset` that is left out of it; below 0: it begins later.
  void Start(const AudioAsset& asset, Frames at, Frames offset, bool loop) {
    End();
    Frames first = offset + std::max<Frames>(at, 0);
    if (first >= asset.frames) {
      if (!loop || offset >= asset.frames) return;
      first = offset + (first - offset) % (asset.frames - offset);
    }
    wait = std::max<Frames>(-at, 0);
    begin = offset;
    position = first;
    level.Reset(1.0f);
    // The beginning of a recording has its own attack; entering amid it needs a fade.
    if (position > 0) {
      level.Reset(0.0f);
      level.GoTo(1.0f);
    }
  }
  /// Fades out; at once, if it has not begun.
  void Stop() {
    if (wait > 0) return End();
    level.GoTo(0.0f);
  }

  void Render(const AudioAsset& asset, bool loop, int frames, int channels, float* const* out) {
    const int still = static_cast<int>(std::min<Frames>(wait, frames));
    wait -= still;
    for (int done = still; done < frames;) {
      const int stretch =
          static_cast<int>(std::min<Frames>(frames - done, asset.frames - position));
      AddAsset(asset, position, stretch, channels, out, done, [this](int) { return level.Next(); });
      position += stretch;
      done += stretch;
      if (silent()) return End();  // how far it read on depends on where the block ended
      if (position < asset.frames) continue;
      if (!loop) return End();
      position = begin;
    }
  }
  void Snapshot(ByteWriter& out) const {
    for (const Frames value : {wait, position, begin}) out.Le(value);
    level.Snapshot(out);
  }
  bool Restore(ByteReader& in, const AudioAsset& asset) {
    for (Frames* value : {&wait, &position, &begin}) *value = in.Le<Frames>();
    if (!level.Restore(in) || !level.Within(0.0f, 1.0f)) return false;
    if (silent()) return wait == 0 && position == 0 && begin == 0;
    return wait >= 0 && wait < kFar && begin >= 0 && begin <= position && position < asset.frames;
  }
};

constexpr int kHeads = 4;  // jumps within one fade that are heard without a click

class Player final : public Kernel {
 public:
  bool Prepare(const KernelConfig& config, Arena&) override {
    if (config.assets.size() != 1) return false;
    channels_ = config.channels;
    assets_ = config.assets;
    values_.Reset(config.params);
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
        Roll(RollPosition(event) - FramesIn(values_[kBegin]));
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
    for (const Head& head : heads_) head.Snapshot(out);
  }

  bool Restore(ByteReader& in) override {
    if (!values_.Restore(in)) return false;
    if (!gain_.Restore(in)) return false;
    for (Head& head : heads_) {
      if (!head.Restore(in, assets_[0])) return false;
    }
    return in.ok();
  }

 private:
  void Stop() {
    for (Head& head : heads_) {
      if (head.level.target() > 0.0f) head.Stop();
    }
  }

  /// `at`: as of Head::Start.
  void Roll(Frames at) {
    Stop();
    // A head that is at rest, else the softest: it breaks off, but hardly anything is left of it.
    Head* head = &heads_[0];
    for (Head& other : heads_) {
      if (other.level.now() < head->level.now()) head = &other;
    }
    head->Start(assets_[0], at, FramesIn(values_[kOffset]), values_.IsOn(kLoop));
  }

  int channels_ = 0;
  std::span<const AudioAsset> assets_;
  ParamValues<kParams> values_;
  Ramp gain_;
  Head heads_[kHeads];
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
    .snapshot_version = 2,
    .cost_ns_per_frame = 4,
    .params = kParams,
    .bytes = sizeof(Player),
    .create = CreateKernel<Player>,
    .rolls = true,
};

}  // namespace continuo::dsp
