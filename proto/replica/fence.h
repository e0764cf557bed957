// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cstdint>

#include "proto/replica/fellow.h"

namespace continuo::replica {

/// What a replica that woke from a stall may do, and when (R8; the argument is in replica.h).
class Fence {
 public:
  enum class Way : std::uint8_t {
    kWait,     ///< some fellow has not spoken yet
    kReturn,   ///< nobody moved on without me
    kFlagged,  ///< someone who is silent now may have: play on, but flagged
  };

  /// The stall ended; the newest message sent so far carried `seq`.
  void Wake(std::uint32_t seq) {
    if (!unvouched_) unasked_from_ = kNotYet;
    unvouched_ = true;
    running_voucher_ = false;
    wake_seq_ = seq;
  }

  /// A message that says the hearer is not excluded; true if it was composed after it heard us awake. One that has left
  /// knows nothing of what became of us.
  bool Vouches(const wire::FellowMessage& message) {
    if (!unvouched_ || !Newer(message.echo, wake_seq_)) return false;
    if (message.standing == wire::Standing::kClosed) return false;
    running_voucher_ |= !message.fenced;
    return true;
  }
  /// A fellow was excluded that computes from packet `from` on; `vouched`: it had vouched before.
  void Excluded(bool vouched, PacketIndex from) {
    if (unvouched_ && !vouched) unasked_from_ = std::min(unasked_from_, from);
  }

  /// `all_vouched`: every live fellow has. `head`: first packet that nobody is known to have computed, dead or alive. A
  /// joiner that is silent can only have moved on if somebody brought it to its first packet.
  Way Decide(bool all_vouched, PacketIndex head) const {
    if (!all_vouched) return Way::kWait;
    return running_voucher_ || unasked_from_ > head ? Way::kReturn : Way::kFlagged;
  }
  void Return() { unvouched_ = false; }
  /// Between Wake and Return: my place in the lineage rests on nobody's word.
  bool unvouched() const { return unvouched_; }

 private:
  std::uint32_t wake_seq_ = 0;
  bool unvouched_ = false;
  bool running_voucher_ = false;  // one that was not fenced itself
  PacketIndex unasked_from_ =
      kNotYet;  // of those excluded that had not vouched since the first wake-up
};

}  // namespace continuo::replica
