// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>

#include "coordinator/link/peer_words.h"

namespace continuo::coordinator::link {

/// Whether Ableton Link plays beside a show that rolls or stands. As with tempi the show's state holds and Link is put
/// onto it; where it follows, what a peer sets while the show stays as it was is proposed, as a dated command like any
/// other. Pure; one thread.
class StartStop {
 public:
  /// What was proposed is known to be dated by then, or is not.
  static constexpr Nanoseconds kDating = 4'000'000'000;
  /// What the peer says 50 ms later knows what was done.
  static constexpr Nanoseconds kDeaf = 100'000'000;

  explicit StartStop(bool follows) : follows_(follows) {}

  struct Wish {
    std::optional<bool> put;      ///< Link is made to play, or to stop
    std::optional<bool> propose;  ///< that the show roll, or stand
  };
  /// What the show does as it is heard at `peer.at`.
  struct Show {
    bool rolls = false;
    /// What was dated already, by whomever, will make it as Link is.
    bool changes = false;
  };
  /// `settled`: nobody has come lately, so what Link says is somebody's wish.
  Wish Decide(const PeerState& peer, const Show& show, bool settled);
  /// The show will not have what was proposed.
  void Refused() { refused_ = true; }

 private:
  const bool follows_;
  std::optional<bool> agreed_;              // what both were at last
  std::optional<Nanoseconds> proposed_at_;  // that Link's state become the show's
  bool refused_ = false;
  Nanoseconds deaf_until_ = 0;  // what is said before that does not know what was done
};

}  // namespace continuo::coordinator::link
