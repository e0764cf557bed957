// SPDX-License-Identifier: Apache-2.0
#include "coordinator/link/start_stop.h"

namespace continuo::coordinator::link {
StartStop::Wish StartStop::Decide(const PeerState& peer, const Show& show, bool settled) {
  if (peer.at < deaf_until_) return {};
  if (peer.playing == show.rolls) {
    agreed_ = show.rolls;
    proposed_at_.reset();
    refused_ = false;
    return {};
  }
  if (show.changes) return {};
  const bool was_agreed = agreed_ == show.rolls && !refused_;
  if (proposed_at_ && was_agreed && peer.at - *proposed_at_ < kDating) return {};
  if (follows_ && peer.peers > 0 && settled && was_agreed && !proposed_at_) {
    proposed_at_ = peer.at;
    return {.put = {}, .propose = peer.playing};
  }
  deaf_until_ = peer.at + kDeaf;
  agreed_ = show.rolls;
  proposed_at_.reset();
  refused_ = false;
  return {.put = show.rolls, .propose = {}};
}

}  // namespace continuo::coordinator::link
