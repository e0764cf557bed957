// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "dsp/base/units.h"
#include "dsp/graph/description.h"

// How a wire is plugged in and pulled out without a click: linearly, since what replaces a sound in mid-show is mostly
// the same music. A function of the sample's number alone, so agents and oracle fade alike to the bit.

namespace continuo::dsp {

inline constexpr Frames kWireFade = FramesOfMs(20);

/// Does any sample of [n, n + frames) come through the wire? If not, its source need not even exist.
constexpr bool Sounds(const Wire& wire, MediaTime n, Frames frames) {
  return n + frames > wire.begins && n < wire.ends + kWireFade;
}

/// Is any sample of [n, n + frames) heard of it? What is delayed is heard for longer than it comes.
constexpr bool IsHeard(const Wire& wire, MediaTime n, Frames frames) {
  return n + frames > wire.begins && n < wire.ends + kWireFade + wire.delay;
}

/// Neither fade touches [n, n + frames): the wire passes everything as it is.
constexpr bool IsPlain(const Wire& wire, MediaTime n, Frames frames) {
  return n >= wire.begins + kWireFade && n + frames <= wire.ends;
}

/// Gain of sample n: 0 outside, (0, 1) within a fade, 1 between them.
constexpr float WireGain(const Wire& wire, MediaTime n) {
  if (n < wire.begins || n >= wire.ends + kWireFade) return 0.0f;
  constexpr auto kLength = static_cast<float>(kWireFade);
  float gain = 1.0f;
  if (n < wire.begins + kWireFade) gain = static_cast<float>(n - wire.begins) / kLength;
  if (n >= wire.ends) gain *= static_cast<float>(wire.ends + kWireFade - n) / kLength;
  return gain;
}

}  // namespace continuo::dsp
