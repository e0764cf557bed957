// SPDX-License-Identifier: Apache-2.0
#include "coordinator/link/peer_words.h"

#include <cstdio>
#include <limits>

namespace continuo::coordinator::link {
namespace {

constexpr long long kMostMicros = std::numeric_limits<Nanoseconds>::max() / 4'000;
constexpr int kMostPeers = 10'000;
constexpr double kMostQuantum = 128;

}  // namespace

std::optional<PeerState> ReadPeerState(std::string_view line) {
  const std::string text(line);
  PeerState state;
  long long micros = 0;
  int read = -1, playing = -1;
  std::sscanf(text.c_str(), "link %18lld %6d %lf %lf %lf %1d%n", &micros, &state.peers, &state.bpm,
              &state.phase, &state.quantum, &playing, &read);
  if (read != static_cast<int>(text.size())) return std::nullopt;
  // Said so that what is no number is refused, too.
  const bool sane = micros >= 0 && micros <= kMostMicros && state.peers >= 0 &&
                    state.peers <= kMostPeers && state.bpm >= 20 && state.bpm <= 999 &&
                    state.quantum > 0 && state.quantum <= kMostQuantum && state.phase >= 0 &&
                    state.phase <= state.quantum && (playing == 0 || playing == 1);
  if (!sane) return std::nullopt;
  state.at = micros * 1'000;
  state.playing = playing == 1;
  return state;
}

std::string QuantumWords(double quantum) {
  char text[64];
  std::snprintf(text, sizeof text, "quantum %.9f\n", quantum);
  return text;
}

std::string PlayingWords(bool playing, Nanoseconds at) {
  return (playing ? "play " : "stop ") + std::to_string(at / 1'000) + "\n";
}

std::string SetWords(double bpm, double phase, Nanoseconds at) {
  char text[128];
  std::snprintf(text, sizeof text, "set %.9f %.9f %lld\n", bpm, phase,
                static_cast<long long>(at / 1'000));
  return text;
}

}  // namespace continuo::coordinator::link
