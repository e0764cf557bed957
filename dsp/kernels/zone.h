// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "dsp/base/units.h"

namespace continuo::dsp {

/// Most zones of one kit: each stroke looks at all of them.
inline constexpr std::uint32_t kMaxZones = 1024;

/// How a zone's recording goes on while its key is held, and after.
enum class ZonePlay : std::uint8_t {
  kGated,            ///< to its end, or until the key is let go
  kOneShot,          ///< to its end, whatever the key does
  kLooped,           ///< loops as long as it is heard
  kLoopedWhileHeld,  ///< loops until the key is let go, then goes on behind the loop
};

/// Part of a kit: which strokes it answers, with what stretch of the recording, and how that sounds. Plain values as
/// they lie in a canonical file (dsp/graph/canonical.h): little-endian, 68 bytes, no padding.
struct Zone {
  std::uint32_t begin = 0, frames = 0;  ///< of the recording; at least 1 frame
  std::uint32_t loop_begin = 0,
                loop_end = 0;  ///< within the zone; the end is the first frame behind the loop
  float gain = 1;              ///< amplitude ratio, 0..64
  float pan = 0;               ///< -1 left .. 1 right; in the middle both sides are as recorded
  float tune = 0;              ///< semitones, -128..128
  float key_track = 1;         ///< semitones per key away from `root`, -12..12
  float velocity = 1;          ///< how much the force of a stroke matters for its level, 0..1
  float delay_ms = 0, attack_ms = 0, hold_ms = 0;  ///< 0..100000 each, as are the next two
  float decay_ms = 0;                              ///< until 60 dB of the way to `sustain` are gone
  float sustain = 1;                               ///< 0..1
  float release_ms = 0;  ///< time to fall by 60 dB; 0: as the instrument is set
  std::uint8_t key_min = 0, key_max = 127;
  std::uint8_t velocity_min = 0, velocity_max = 127;
  std::uint8_t root = 60;  ///< key at which the recording has its own pitch
  ZonePlay play = ZonePlay::kGated;
  std::uint8_t group = 0;   ///< of zones that may silence others; 0: none
  std::uint8_t off_by = 0;  ///< a stroke of this group silences it; 0: none does

  bool Loops() const { return play == ZonePlay::kLooped || play == ZonePlay::kLoopedWhileHeld; }
  bool Answers(int key, int stroke) const {
    return key >= key_min && key <= key_max && stroke >= velocity_min && stroke <= velocity_max;
  }
};
static_assert(sizeof(Zone) == 68 && alignof(Zone) == 4, "zones are viewed in place");

/// Whether all of it is within the ranges above and within a recording of `frames`.
bool IsSane(const Zone& zone, Frames frames);

}  // namespace continuo::dsp
