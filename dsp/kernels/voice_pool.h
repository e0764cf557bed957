// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <span>

namespace continuo::dsp {

/// A place for a new note among `voices`, of which at most `most` may sound. Where they do, the oldest that is
/// released, else the oldest, makes room: it fades out in the place that it has. Only where all places are taken, the
/// softest of those that fade ends at once. `notes`: begun so far. The answer hangs on nothing but the voices' state.
template <typename Voice>
Voice& FreeVoice(std::span<Voice> voices, int most, std::uint32_t notes) {
  const auto rank = [notes](const Voice& voice) {
    const std::uint64_t released = voice.released() ? 1 : 0;
    const std::uint32_t age = notes - voice.order();
    return released << 32 | age;
  };
  int counted = 0;
  Voice *victim = nullptr, *free = nullptr, *softest = nullptr;
  for (Voice& voice : voices) {
    if (voice.idle()) {
      if (free == nullptr) free = &voice;
    } else if (voice.leaving()) {
      if (softest == nullptr || voice.level() < softest->level()) softest = &voice;
    } else {
      ++counted;
      if (victim == nullptr || rank(voice) > rank(*victim)) victim = &voice;
    }
  }
  if (counted >= most) victim->Silence();
  if (free != nullptr) return *free;
  if (counted >= most && victim->idle()) return *victim;  // it had not begun to sound
  return softest != nullptr ? *softest : *victim;
}

}  // namespace continuo::dsp
