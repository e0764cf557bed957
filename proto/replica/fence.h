// SPDX-License-Identifier: Apache-2.0
#pragma once

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
    if (!unvouched_) unasked_ = false;
    unvouched_ = true;
    any_voucher_ = false;
    running_voucher_ = false;
    wake_seq_ = seq;
  }

  /// A message that says the hearer is not excluded; true if it was composed after it heard us awake.
  bool Vouches(const wire::FellowMessage& message) {
    if (!unvouched_ || !Newer(message.echo, wake_seq_)) return false;
    running_voucher_ |= !message.fenced;
    any_voucher_ = true;
    return true;
  }
  /// A fellow was excluded; `vouched`: it had vouched before.
  void Excluded(bool vouched) { unasked_ |= unvouched_ && !vouched; }

  /// `all_vouched`: every live fellow has.
  Way Decide(bool all_vouched) const {
    if (!all_vouched) return Way::kWait;
    return any_voucher_ && (running_voucher_ || !unasked_) ? Way::kReturn : Way::kFlagged;
  }
  void Return() { unvouched_ = false; }
  /// Between Wake and Return: my place in the lineage rests on nobody's word.
  bool unvouched() const { return unvouched_; }

 private:
  std::uint32_t wake_seq_ = 0;
  bool unvouched_ = false;
  bool any_voucher_ = false;
  bool running_voucher_ = false;  // one that was not fenced itself
  bool unasked_ = false;  // someone was excluded that had not vouched since the first wake-up
};

}  // namespace continuo::replica
