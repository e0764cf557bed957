// SPDX-License-Identifier: Apache-2.0
#include "dsp/kernels/zone.h"

#include <initializer_list>

namespace continuo::dsp {
namespace {

/// False for NaN.
bool Within(float value, float min, float max) {
  return value >= min && value <= max;
}

}  // namespace

bool IsSane(const Zone& zone, Frames frames) {
  constexpr float kMostMs = 100'000.0f;
  if (zone.frames == 0 || Frames{zone.begin} + zone.frames > frames) return false;
  if (zone.play > ZonePlay::kLoopedWhileHeld) return false;
  if (zone.Loops() && (zone.loop_begin >= zone.loop_end || zone.loop_end > zone.frames)) {
    return false;
  }
  for (const float ms :
       {zone.delay_ms, zone.attack_ms, zone.hold_ms, zone.decay_ms, zone.release_ms}) {
    if (!Within(ms, 0.0f, kMostMs)) return false;
  }
  return Within(zone.gain, 0.0f, 64.0f) && Within(zone.pan, -1.0f, 1.0f) &&
         Within(zone.tune, -128.0f, 128.0f) && Within(zone.key_track, -12.0f, 12.0f) &&
         Within(zone.velocity, 0.0f, 1.0f) && Within(zone.sustain, 0.0f, 1.0f) &&
         zone.key_max <= 127 && zone.velocity_max <= 127 && zone.root <= 127;
}

}  // namespace continuo::dsp
