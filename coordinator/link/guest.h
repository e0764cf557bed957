// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>

#include "coordinator/link/peer_words.h"
#include "coordinator/link/start_stop.h"
#include "proto/session/heard_segments.h"
#include "proto/session/timeline.h"

namespace continuo::coordinator::link {

enum class Mode : std::uint8_t {
  kLead,    ///< Link goes as the show does, whatever its peers wish
  kFollow,  ///< a tempo that a peer sets is proposed to the show
};

/// What a guest wants done.
struct Wish {
  std::optional<double> quantum;  ///< of phases, quarter notes; nothing else then
  /// Link is put there.
  struct Place {
    double bpm = 0;
    double phase = 0;
    Nanoseconds at = 0;
  };
  std::optional<Place> place;
  std::optional<std::uint32_t> propose_mbpm;  ///< to the show
  StartStop::Wish rolling;                    ///< beside any of these
};

/// Keeps Ableton Link beside a show. The show's place in the music holds, always: Link is put onto it. Of Link the show
/// takes at most a tempo, as a dated command like any other, and not from somebody who has only just come: a joiner
/// resets nobody. Pure; one thread.
class Guest {
 public:
  /// `start_stop`: starts and stops are exchanged, too.
  explicit Guest(Mode mode, bool start_stop = false) : mode_(mode) {
    if (start_stop) start_stop_.emplace(mode == Mode::kFollow);
  }

  /// The segment that the show has now, known before it is heard. Any number of times.
  void Know(std::span<const session::Segment> told) { segments_.Know(told); }
  /// `heard`: the sample that is heard at `peer.at`.
  Wish Decide(const PeerState& peer, MediaTime heard);
  /// The show will not have the tempo that was proposed.
  void Refused() { refused_ = proposed_; }
  /// Or that it roll, or stand.
  void RefusedRolling() { start_stop_->Refused(); }

  /// By how much Link was ahead of the show when it was looked at last, in ms; nothing while there is no common tempo.
  std::optional<double> apart_ms() const { return apart_ms_; }
  /// The tempo that is heard, in thousandths.
  std::uint32_t heard_mbpm() const { return heard_mbpm_; }

 private:
  bool HasSettled(const PeerState& peer) const;
  bool IsProposal(const PeerState& peer, std::int64_t link, std::int64_t show) const;
  StartStop::Wish Rolling(const PeerState& peer, MediaTime heard);
  Wish DecideTempo(const PeerState& peer, MediaTime heard, const session::Segment& segment);
  Wish Put(const session::Segment& segment, const PeerState& peer, double phase);

  Mode mode_;
  std::optional<StartStop> start_stop_;
  session::HeardSegments segments_;
  int peers_ = 0;
  Nanoseconds joined_ = 0;      // when somebody came last
  Nanoseconds deaf_until_ = 0;  // what is said before that does not know what was done
  // Tempi as Link has them: microseconds of a quarter note. 0: none.
  std::int64_t agreed_ = 0, proposed_ = 0, refused_ = 0;
  Nanoseconds proposed_at_ = 0;
  std::optional<double> apart_ms_;
  std::uint32_t heard_mbpm_ = 0;
};

}  // namespace continuo::coordinator::link
