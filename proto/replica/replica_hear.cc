// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "proto/replica/replica.h"

// What fellows say, and what is said to them.

namespace continuo::replica {

// While self joins, it takes each at its word; a member goes by the log.
bool Replica::SpeaksAsMember(const Fellow& fellow, const wire::FellowMessage& message) const {
  if (standing_ == wire::Standing::kLearner) return message.standing != wire::Standing::kLearner;
  return fellow.from != kNotYet;
}

bool Replica::Outlives(const Fellow& fellow, const wire::FellowMessage& message) const {
  if (standing_ == wire::Standing::kLearner) return false;
  if (message.fenced != fence_.unvouched()) return message.fenced;
  return fellow.excluded && config_.self < fellow.incarnation;
}

void Replica::OnFellow(const wire::FellowMessage& message, MediaTime now) {
  if (state_ == State::kEmpty || message.task != config_.task || message.to != config_.self) return;
  Fellow* fellow = Find(message.from);
  if (fellow == nullptr) return OnStranger(message);
  if (message.ack > log_.end()) return;
  if (state_ == State::kClosed) {
    fellow->spoke |= fellow->excluded;
    return fellow->Hear(message, 0);
  }
  NoticeStall(now);
  const bool member = SpeaksAsMember(*fellow, message);
  const bool named = std::count(message.excluded.begin(), message.excluded.end(), config_.self) > 0;
  // One that says it is a member, and names me, may have become one after I was excluded.
  if (named && (fellow->excluded || message.standing != wire::Standing::kLearner)) {
    if (!Outlives(*fellow, message)) {
      state_ = State::kEmpty;
      return;
    }
    Exclude(*fellow);
  }
  if (fellow->excluded) {
    fellow->spoke = true;
    return;
  }
  if (member) {
    if (!message.witness) reached_ = std::max(reached_, message.next);
    Merge(message);
    Adopt(*fellow, message);
    fellow->vouched |= fence_.Vouches(message);
  }
  Recall(*fellow, message);
  const Marks shown = fellow->shown;
  fellow->Hear(message, MarksOf(message));
  if (fellow->shown != shown) fellow->shown_at = seq_;
  if (fellow->Learns()) Compare(*fellow);
  Enter();
  LeaveFence();
  CloseIfHeard();
}

// Who was excluded long ago may not know those who have joined since, and they tell him all the same.
void Replica::OnStranger(const wire::FellowMessage& message) {
  const bool member = message.standing == wire::Standing::kMember && !message.fenced;
  const bool named = std::count(message.excluded.begin(), message.excluded.end(), config_.self) > 0;
  if (member && named && state_ != State::kClosed) state_ = State::kEmpty;
}

// A fenced sender's exclusions wait until it is vouched for: it may be the one that was left behind.
void Replica::Merge(const wire::FellowMessage& message) {
  if (message.fenced && !fence_.unvouched()) return;
  for (Incarnation name : message.excluded) {
    Fellow* fellow = name == config_.self ? nullptr : Record(name);
    if (fellow != nullptr) Exclude(*fellow);
  }
}

// A newcomer has heard of the dead from one that still remembers them, and waits until I have named them, too.
void Replica::Recall(Fellow& fellow, const wire::FellowMessage& message) {
  if (!Newer(message.seq, fellow.seq)) return;
  fellow.recalled.clear();
  for (Incarnation name : message.excluded) {
    if (IsGone(name)) fellow.recalled.push_back(name);
  }
}

void Replica::Adopt(Fellow& fellow, const wire::FellowMessage& message) {
  // The snapshot that is yet to come must reach to where I begin to listen. Later there is nothing to fill a gap.
  if (bare_ && (!fellow.begun || message.base > fellow.held)) {
    fellow.base = fellow.held = std::max(fellow.held, message.base);
  }
  fellow.begun = true;
  if (config_.joins && message.base > fellow.held) {  // what I lack is forgotten
    cut_off_ = true;
    if (standing_ != wire::Standing::kLearner) state_ = State::kEmpty;
  }
  for (std::size_t i = 0; i < message.entries.size(); ++i) {
    if (message.base + static_cast<std::uint32_t>(i) != fellow.held) continue;
    if (!Take(fellow, message.entries[i])) return;
    ++fellow.held;
  }
}

// True if the entry is in my log now, or need not be.
bool Replica::Take(Fellow& fellow, const Event& event) {
  if (log_.Mark(event.id, MarkOf(fellow)) || log_.Holds(event.id)) return true;
  const PacketIndex k = PacketAt(event.at);
  if (fellow.from != kNotYet && k < fellow.from) {
    // It heard that before it was a member. The members that made the packet did without; so do I.
    fellow.passed_over = std::max(fellow.passed_over, event.at);
    return true;
  }
  if (!bare_ && k < next_) {
    // As a joiner I did what members had proven: it was in that, or is nowhere. As a member I have proven that it does
    // not exist: the assumptions failed. It cannot act any more, and the fellow and I differ.
    if (k < from_) return true;
    Taint();
  }
  if (log_.live() == EventLog::kCapacity) return false;
  if (event.command == Command::kJoin && !OnJoin(event)) return false;
  return log_.Append(event, MarkOf(fellow));
}

// A joiner that some member does not speak to yet (its plan is late) shows nothing that it could be admitted for: as a
// member it would take that silence for a death.
bool Replica::HearsAll() const {
  return std::all_of(fellows_.begin(), fellows_.end(), [this](const Fellow& f) {
    return !f.Live() || (f.seq != 0 && f.quiet <= silence_periods_ / 2);
  });
}

// One that is admitted, but follows still, claims nothing that it has not computed as a member: a leaver may count on
// it.
PacketIndex Replica::ShownNext() const {
  return state_ == State::kLearning ? std::min(next_, named_) : next_;
}

bool Replica::MessageFor(Incarnation incarnation, wire::FellowMessage& out) {
  Fellow* fellow = Find(incarnation);
  if (state_ == State::kEmpty || cut_off_ || fellow == nullptr) return false;
  if (fellow->excluded && !fellow->spoke && fellow->untold < silence_periods_) return false;
  const bool learns = standing_ == wire::Standing::kLearner;
  const StateHash& newest = hashes_[(hashed_ + kHashes - 1) % kHashes];
  out.task = config_.task;
  out.from = config_.self;
  out.to = incarnation;
  out.seq = ++seq_;
  out.echo = fellow->seq;
  out.fenced = fence_.unvouched() && !learns;
  out.tainted = tainted_;
  out.witness = witness_;
  out.standing = standing_;
  out.hash_next = learns ? newest.next : 0;
  out.state_hash = learns ? newest.hash : 0;
  out.next = bare_ || (learns && !HearsAll()) ? wire::kBare : ShownNext();
  out.promise = promise_;
  out.log_end = learns ? 0 : log_.end();
  out.ack = fellow->held;
  out.base = learns ? 0 : std::max(fellow->acked, std::min(log_.floor(), log_.end()));
  out.entries.clear();
  ListExcluded(*fellow, out);
  if (fellow->excluded) {
    fellow->untold = 0;
    fellow->spoke = false;
  } else if (!learns) {
    log_.CopyFrom(out.base, out.entries);
  }
  return true;
}

// Whom a fellow must know to be excluded: itself, and all whom it has not heard enough about; first those that hold up
// somebody's proof, last those of whom it reminds me.
void Replica::ListExcluded(const Fellow& to, wire::FellowMessage& out) const {
  out.excluded.clear();
  if (to.excluded) out.excluded.push_back(to.incarnation);
  for (const bool settled : {false, true}) {
    for (const Fellow& x : fellows_) {
      if (!x.excluded || x.settled != settled || x.incarnation == to.incarnation) continue;
      if ((x.told & MarkOf(to)) == 0) out.excluded.push_back(x.incarnation);
    }
  }
  for (const Incarnation gone : to.recalled) out.excluded.push_back(gone);
}

FixedVector<Incarnation, kMaxKnown> Replica::Fellows() const {
  FixedVector<Incarnation, kMaxKnown> to;
  if (state_ == State::kEmpty || cut_off_) return to;
  for (const Fellow& f : fellows_) {
    if (!f.excluded || f.spoke || f.untold >= silence_periods_) to.push_back(f.incarnation);
  }
  return to;
}

}  // namespace continuo::replica
