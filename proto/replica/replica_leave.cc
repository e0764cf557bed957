// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "proto/replica/replica.h"

// How a replica goes, and how a witness takes over.

namespace continuo::replica {

void Replica::Retire(int keep) {
  leaves_ = true;
  keep_ = std::max(keep, 1);
  CloseIfHeard();
}

void Replica::Stay() {
  leaves_ = false;
  asked_ = false;
  if (standing_ == wire::Standing::kClosing) standing_ = wire::Standing::kMember;
}

// Others that go on computing, as well as self does, from a packet on that self has reached.
int Replica::Keepers() const {
  return static_cast<int>(std::count_if(fellows_.begin(), fellows_.end(), [&](const Fellow& f) {
    return f.Computes() && f.standing == wire::Standing::kMember && f.from <= next_ &&
           (tainted_ || !f.tainted);
  }));
}

void Replica::CloseIfHeard() {
  if (!leaves_ || (state_ != State::kInSync && state_ != State::kTainted)) return;
  standing_ = wire::Standing::kClosing;
  if (Keepers() < keep_) {
    asked_ = false;
    return;
  }
  if (!asked_) {
    asked_ = true;
    asked_seq_ = seq_;
  }
  const bool heard = std::all_of(fellows_.begin(), fellows_.end(), [&](const Fellow& f) {
    return !f.Live() || Newer(f.echo, asked_seq_);
  });
  if (!heard) return;
  state_ = State::kClosed;
  standing_ = wire::Standing::kClosed;
  promise_ = wire::kForever;
}

void Replica::Checkpointed(PacketIndex next) {
  if (!witness_ || bare_ || Absent() || next <= next_) return;
  next_ = next;
  if (state_ == State::kLearning && next_ >= from_) Promote();
  ForgetPlayed();
}

bool Replica::ShouldResume() const {
  if (!witness_ || (state_ != State::kInSync && state_ != State::kTainted)) return false;
  return std::none_of(fellows_.begin(), fellows_.end(), [this](const Fellow& f) {
    const bool computes = f.next > f.from || f.from == config_.first;
    return f.Live() && !f.witness && computes;
  });
}

bool Replica::Resume(PacketIndex next, std::uint32_t evseq) {
  if (!ShouldResume() || next < next_) return false;
  witness_ = false;
  next_ = next;
  evseq_ = evseq;
  return true;
}

}  // namespace continuo::replica
