// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "dsp/base/bytes.h"
#include "dsp/base/math.h"
#include "dsp/base/units.h"

namespace continuo::dsp {

/// When a gate is open, and how far. It opens with the first sample at or above the threshold, at an even pace in
/// amplitude; it closes when none has reached the threshold less the hysteresis for as long as the hold, at an even
/// pace in decibels. So a wave's own zero crossings close nothing if the hold is longer than half its period.
class GateDoor {
 public:
  struct Settings {
    float threshold_db, hysteresis_db, range_db;  ///< the latter two >= 0
    float attack_ms, hold_ms, release_ms;         ///< attack and release: for the whole range
  };

  void Reset() {
    gain_ = 0.0f;
    quiet_ = kMaxHold;
  }
  void Set(const Settings& settings) {
    open_at_ = DbToGain(settings.threshold_db);
    keep_at_ = DbToGain(settings.threshold_db - settings.hysteresis_db);
    const float closed = DbToGain(-settings.range_db);
    rise_ = (1.0f - closed) / FramesOf(settings.attack_ms);
    fall_ = DbToGain(-settings.range_db / FramesOf(settings.release_ms));
    hold_ = static_cast<std::int32_t>(FramesOf(settings.hold_ms));
  }

  /// True: it stays wide open for all of them, whatever they are, and has heard them. Else nothing was done.
  bool StaysOpen(const float* magnitudes, int count) {
    if (gain_ != 1.0f || quiet_ + count >= hold_) return false;
    quiet_ += count;
    for (int i = count - 1; i >= 0; --i) {
      if (magnitudes[i] < open_at_ && magnitudes[i] < keep_at_) continue;
      quiet_ = count - 1 - i;
      break;
    }
    return true;
  }
  /// True: it stays shut for all of them, at the gain `closed`, and has heard them. Else nothing was done.
  bool StaysShut(const float* magnitudes, int count, float closed) {
    if (gain_ != closed || quiet_ < hold_) return false;
    for (int i = 0; i < count; ++i) {
      if (magnitudes[i] >= open_at_) return false;
    }
    quiet_ = quiet_ < kMaxHold - count ? quiet_ + count : kMaxHold;
    return true;
  }
  /// Gain of this sample, of the key's `magnitude`; `closed` is the gain of the closed gate.
  float Next(float magnitude, float closed) {
    const bool was_open = quiet_ < hold_;
    if (magnitude >= open_at_ || (was_open && magnitude >= keep_at_)) {
      quiet_ = 0;
    } else if (quiet_ < kMaxHold) {
      ++quiet_;
    }
    const bool open = quiet_ < hold_;
    const float moved = open ? gain_ + rise_ : gain_ * fall_;
    gain_ = moved > 1.0f ? 1.0f : moved < closed ? closed : moved;
    return gain_;
  }

  void Snapshot(ByteWriter& out) const {
    out.F32(gain_);
    out.Le(quiet_);
  }
  /// The settings are to be set again.
  bool Restore(ByteReader& in) {
    gain_ = in.F32();
    quiet_ = in.Le<std::int32_t>();
    return in.ok() && gain_ >= 0.0f && gain_ <= 1.0f && quiet_ >= 0 && quiet_ <= kMaxHold;
  }

 private:
  static constexpr std::int32_t kMaxHold = 1 << 24;

  /// At least one sample.
  static float FramesOf(float ms) {
    const float frames = ms * (kSampleRate / 1000.0f);
    return frames < 1.0f ? 1.0f : frames;
  }

  float open_at_ = 1, keep_at_ = 1, rise_ = 1, fall_ = 0;
  std::int32_t hold_ = 1;
  float gain_ = 0;
  std::int32_t quiet_ = kMaxHold;  // samples since the key last was loud enough
};

}  // namespace continuo::dsp
