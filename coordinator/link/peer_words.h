// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "dsp/base/units.h"

// The lines that continuo-link-peer and continuo-link say to each other (coordinator/link/peer/main.cc).

namespace continuo::coordinator::link {

/// Where Ableton Link is, as one of its peers says it.
struct PeerState {
  Nanoseconds at = 0;    ///< CLOCK_MONOTONIC_RAW
  int peers = 0;         ///< others
  double bpm = 0;        ///< 20 to 999
  double phase = 0;      ///< quarter notes, within [0, quantum)
  double quantum = 0;    ///< quarter notes of a bar
  bool playing = false;  ///< as peers that exchange start and stop have it
};

/// Nothing: not such a line, or a number of it out of its range.
std::optional<PeerState> ReadPeerState(std::string_view line);

/// "quantum BEATS", to be sent.
std::string QuantumWords(double quantum);
/// "play AT_US" or "stop AT_US", to be sent. Before the first of them starts and stops are not exchanged.
std::string PlayingWords(bool playing, Nanoseconds at);
/// "set BPM PHASE AT_US", to be sent.
std::string SetWords(double bpm, double phase, Nanoseconds at);

}  // namespace continuo::coordinator::link
