// SPDX-License-Identifier: Apache-2.0
#include "coordinator/link/guest.h"

#include <algorithm>
#include <cmath>

namespace continuo::coordinator::link {
namespace {

constexpr Nanoseconds kMs = 1'000'000;
/// Somebody who comes takes a second to find the others' time; until then its tempo is nobody's wish.
constexpr Nanoseconds kJoining = 3'000 * kMs;
/// A tempo that was proposed is heard by then, or not at all.
constexpr Nanoseconds kDating = 4'000 * kMs;
/// What the peer says 50 ms later knows what was done.
constexpr Nanoseconds kDeaf = 100 * kMs;
/// Below it nothing is done: it would be noise.
constexpr double kToleranceMs = 0.25;
/// The slowest that Link goes, in thousandths. Beside a slower show it is left alone.
constexpr std::uint32_t kSlowestLink = 20'000;

/// As Link counts: whole microseconds of a quarter note.
std::int64_t MicrosOf(double bpm) {
  return std::llround(60e6 / bpm);
}

double BarOf(const session::Segment& segment) {
  return segment.meter_num * 4.0 / segment.meter_den;
}

/// Quarter notes since the bar began.
double PhaseOf(const session::Segment& segment, MediaTime n) {
  const session::Ticks bar = session::kTicksPerBeat * 4 * segment.meter_num / segment.meter_den;
  const session::Ticks in_bar = ((segment.At(n) - segment.bar_tick) % bar + bar) % bar;
  return static_cast<double>(in_bar) / session::kTicksPerBeat;
}

/// The shorter way round.
double Wrapped(double beats, double bar) {
  return beats - bar * std::round(beats / bar);
}

}  // namespace

bool Guest::HasSettled(const PeerState& peer) const {
  return peer.at - joined_ >= kJoining;
}

/// Somebody has set it while the show's stayed as it was.
bool Guest::IsProposal(const PeerState& peer, std::int64_t link, std::int64_t show) const {
  if (mode_ != Mode::kFollow || peer.peers == 0 || !HasSettled(peer)) return false;
  return agreed_ == show && link != refused_ && link != proposed_;
}

Wish Guest::Put(const session::Segment& segment, const PeerState& peer, double phase) {
  deaf_until_ = peer.at + kDeaf;
  agreed_ = MicrosOf(segment.tempo_mbpm / 1e3);
  proposed_ = refused_ = 0;
  apart_ms_.reset();
  Wish wish;
  wish.place = Wish::Place{segment.tempo_mbpm / 1e3, phase, peer.at};
  return wish;
}

StartStop::Wish Guest::Rolling(const PeerState& peer, MediaTime heard) {
  StartStop::Show show{.rolls = segments_.At(heard)->playing, .changes = false};
  for (const session::Segment& segment : segments_.all()) {
    show.changes |= segment.n0 > heard && segment.playing == peer.playing;
  }
  return start_stop_->Decide(peer, show, HasSettled(peer));
}

Wish Guest::Decide(const PeerState& peer, MediaTime heard) {
  if (peer.peers > peers_) joined_ = peer.at;
  peers_ = peer.peers;
  const session::Segment* const segment = segments_.At(heard);
  if (segment == nullptr) return {};
  Wish wish = DecideTempo(peer, heard, *segment);
  if (start_stop_) wish.rolling = Rolling(peer, heard);
  return wish;
}

Wish Guest::DecideTempo(const PeerState& peer, MediaTime heard, const session::Segment& segment) {
  Wish wish;
  if (peer.at < deaf_until_) return wish;
  heard_mbpm_ = segment.tempo_mbpm;
  if (heard_mbpm_ < kSlowestLink) return wish;
  const double bar = BarOf(segment);
  if (std::abs(peer.quantum - bar) > 1e-6) {
    deaf_until_ = peer.at + kDeaf;
    wish.quantum = bar;
    return wish;
  }
  const double phase = PhaseOf(segment, heard);
  const std::int64_t link = MicrosOf(peer.bpm), show = MicrosOf(segment.tempo_mbpm / 1e3);
  if (link != show) {
    apart_ms_.reset();
    const bool is_dated = link == proposed_ && link != refused_ && agreed_ == show;
    if (is_dated && peer.at - proposed_at_ < kDating) return wish;
    if (!IsProposal(peer, link, show)) return Put(segment, peer, phase);
    proposed_ = link;
    proposed_at_ = peer.at;
    wish.propose_mbpm = static_cast<std::uint32_t>(
        std::clamp(std::llround(peer.bpm * 1e3), static_cast<long long>(session::kTempoMinMilliBpm),
                   static_cast<long long>(session::kTempoMaxMilliBpm)));
    return wish;
  }
  agreed_ = show;
  proposed_ = refused_ = 0;
  if (!segment.playing) return wish;  // the show stays where it is; Link cannot
  const double apart = Wrapped(peer.phase - phase, bar) * static_cast<double>(show) / 1e3;
  if (std::abs(apart) > kToleranceMs) return Put(segment, peer, phase);
  apart_ms_ = apart;
  return wish;
}

}  // namespace continuo::coordinator::link
