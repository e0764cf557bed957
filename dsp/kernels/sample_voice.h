// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "dsp/base/bytes.h"
#include "dsp/base/realtime.h"
#include "dsp/kernels/envelope.h"
#include "dsp/kernels/interpolator.h"
#include "dsp/kernels/kernel.h"

namespace continuo::dsp {

/// Where a zone is found: in which asset of the configuration, and which of its zones.
struct ZonePlace {
  std::uint8_t asset = 0;
  std::uint16_t zone = 0;
};

/// What a voice begins with.
struct Stroke {
  int key = 60;
  float loudness = 1;    ///< amplitude ratio of its force
  float release_ms = 1;  ///< of zones that have none of their own
  std::uint32_t order = 0;
};

/// One sounding zone of a sampler. Its position counts in 2^-32 of a sample of the recording.
class SampleVoice {
 public:
  void Begin(const ZonePlace& place, const Zone& zone, const Stroke& stroke);
  /// The key was let go, or everything stops.
  void Release();
  /// Fades out within 5 ms, whatever its envelope says, and is out of the count from now on.
  void Silence() { FadeWithin(5.0f); }
  /// The same within 30 ms, as a hand would do it.
  void Choke() { FadeWithin(30.0f); }
  /// Adds `frames` samples to the output. `bend`: pitch as a ratio, 2^-24 each.
  void Render(const AudioAsset& asset, const Zone& zone, const Interpolator& between,
              std::uint32_t bend, int frames, int channels, float* const* out) CONTINUO_REALTIME;

  bool idle() const { return !sounding_; }
  bool released() const { return released_; }
  bool leaving() const { return fade_ > 0.0f; }
  int key() const { return key_; }
  const ZonePlace& place() const { return place_; }
  std::uint32_t order() const { return order_; }
  float level() const { return level_ * amp_.level; }

  void Snapshot(ByteWriter& out) const;
  /// Reads all but whether it fits its zone; for that, FitsIn() once place() is known to exist.
  bool Restore(ByteReader& in);
  bool FitsIn(const Zone& zone) const;

  static constexpr std::uint32_t kNoBend = 1u << 24;

 private:
  static constexpr std::uint64_t kWhole = std::uint64_t{1} << 32;

  bool Looping(const Zone& zone) const {
    return zone.play == ZonePlay::kLooped ||
           (zone.play == ZonePlay::kLoopedWhileHeld && !released_);
  }
  /// Whether from here on it is the recording, as it was recorded, at one level.
  bool IsStraight(const Zone& zone, std::uint64_t step) const {
    return step == kWhole && fraction_ == 0 && fade_ == 0.0f && hold_ == 0 && !Looping(zone) &&
           amp_.stage == EnvelopeStage::kDecay && amp_.level == 1.0f && shape_.sustain == 1.0f;
  }
  void RenderStraight(const AudioAsset& asset, const Zone& zone, float left, float right, int first,
                      int frames, int channels, float* const* out);
  float NextLevel();
  void FadeWithin(float ms);
  /// Left and right of where it stands.
  struct Sides {
    float left, right;
  };
  Sides Read(const AudioAsset& asset, const Zone& zone, const Interpolator& between) const;
  const float* Taps(const AudioAsset& asset, const Zone& zone, float* scratch) const;
  void Advance(const Zone& zone, std::uint64_t step);
  void End() { *this = SampleVoice{}; }

  ZonePlace place_;
  std::uint8_t key_ = 0;
  bool sounding_ = false;
  bool released_ = false;
  bool wrapped_ = false;     // it went through its loop: before the loop's begin lies its end
  std::uint32_t order_ = 0;  // counts the voices of this sampler
  Frames position_ = 0;      // in the zone
  std::uint32_t fraction_ = 0;
  std::uint64_t step_ = kWhole;
  std::int32_t wait_ = 0;  // samples of its delay that are left
  std::int32_t hold_ = 0;  // samples that its envelope stays at the top
  float gain_ = 0;
  Envelope amp_;
  EnvelopeShape shape_;
  float level_ = 1;  // falls once it leaves
  float fade_ = 0;   // share of the level lost per sample; above 0: it leaves
};

}  // namespace continuo::dsp
