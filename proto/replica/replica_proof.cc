// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "proto/replica/replica.h"

// What a replica knows for certain: which packet is proven, what became of an event.

namespace continuo::replica {

bool Replica::Proven() const {
  if (bare_ || witness_ || cut_off_) return false;
  if (state_ == State::kLearning) return Head() != nullptr;
  if (state_ != State::kInSync && state_ != State::kTainted) return false;
  const MediaTime limit = StartOf(next_ + 1);
  if (promise_ < limit) return false;
  const std::uint32_t need = log_.EndBelow(limit);
  const Marks excluded = Excluded();
  return std::all_of(fellows_.begin(), fellows_.end(), [&](const Fellow& f) {
    return f.excluded || f.from > next_ || GapOf(f, limit, need, excluded) == Gap::kNone;
  });
}

// A joiner: some member that has computed packet next() and all of whose log is here. Where one is in sync it is waited
// for: whoever follows a tainted one is tainted for ever, and those in sync do not admit it.
const Fellow* Replica::Head() const {
  const Fellow* head = nullptr;
  bool waits = false;
  for (const Fellow& f : fellows_) {
    if (f.from > next_ || f.excluded || f.witness) continue;
    const bool passed = f.next > next_ && f.held >= f.log_end;
    waits |= !passed && !f.tainted && f.Computes();
    if (passed && (head == nullptr || (head->tainted && !f.tainted))) head = &f;
  }
  return head != nullptr && head->tainted && waits ? nullptr : head;
}

// Whose logs an event of packet next() must be in.
Marks Replica::Agreed() const {
  const Fellow* head = state_ == State::kLearning ? Head() : nullptr;
  return head == nullptr ? Marks{0} : MarkOf(*head);
}

bool Replica::Press() {
  if ((state_ != State::kInSync && state_ != State::kTainted) || witness_) return false;
  if (Proven()) return true;
  if (calm_ < silence_periods_ / 2) return false;
  const MediaTime limit = StartOf(next_ + 1);
  const std::uint32_t need = log_.EndBelow(limit);
  const Marks excluded = Excluded();
  for (Fellow& f : fellows_) {
    if (!f.Live() || f.from > next_) continue;
    if (f.incarnation < config_.self || f.quiet > silence_periods_ / 4) continue;
    if (GapOf(f, limit, need, excluded) == Gap::kNone) continue;
    Exclude(f);
    pressed_ago_ = 0;
  }
  return Proven();
}

int Replica::EventsOfNext(std::span<Event> out) const {
  return log_.EventsIn(StartOf(next_), StartOf(next_ + 1), out, Agreed());
}

// For VerdictOf, here and on those who join.
void Replica::NoteActed() {
  std::array<Event, kMaxEventsPerPacket> acted;
  const int count = EventsOfNext(acted);
  for (int i = 0; i < count; ++i) acted_[acted_count_++ % acted_.size()] = acted[i].id;
}

void Replica::Advance() {
  const Marks agreed = Agreed();
  const int count = log_.CountIn(StartOf(next_), StartOf(next_ + 1), agreed);
  if (count != 0) NoteActed();
  evseq_ += static_cast<std::uint32_t>(count);
  if (const Fellow* head = state_ == State::kLearning ? Head() : nullptr) tainted_ |= head->tainted;
  ++next_;
  if (state_ == State::kLearning && next_ >= from_) Promote();
  ForgetPlayed();
}

// What every member has played and acknowledged. A learner's needs count while it is heard and there is room.
void Replica::ForgetPlayed() {
  const bool learns = standing_ == wire::Standing::kLearner;
  if (bare_ || (state_ == State::kLearning && !learns)) return;  // Enter() still reads it
  PacketIndex played = next_;
  std::uint32_t acked = log_.end();
  const bool room = log_.live() < EventLog::kAdmissible / 2;
  for (const Fellow& f : fellows_) {
    if (f.Live()) played = std::min(played, f.next);
    const bool waits = f.Live() || (f.Learns() && room && f.quiet < silence_periods_);
    if (waits && !learns) acked = std::min(acked, std::max(f.acked, log_.floor()));
  }
  log_.Forget(StartOf(played), acked);
}

PacketIndex Replica::head() const {
  PacketIndex head = state_ == State::kLearning && bare_ ? 0 : next_;
  for (const Fellow& f : fellows_) {
    if (!f.excluded && !f.witness && f.standing != wire::Standing::kLearner)
      head = std::max(head, f.next);
  }
  return head;
}

void Replica::Taint() {
  tainted_ = true;
  if (state_ == State::kInSync) state_ = State::kTainted;
}

Verdict Replica::VerdictOf(EventId id, MediaTime at) const {
  if (state_ != State::kInSync && state_ != State::kTainted) return Verdict::kNone;
  if (fence_.unvouched()) return Verdict::kNone;  // others may have decided otherwise
  // Before self was a member it computed only what members had proven, so what acted then was held by all of them; they
  // may be gone before they could tell. Of what did not act nothing is known here.
  if (config_.joins && PacketAt(at) < from_) {
    return std::ranges::find(acted_, id) != acted_.end() ? Verdict::kCommitted : Verdict::kNone;
  }
  if (const std::uint32_t end = log_.EndWith(id)) {
    return end <= AckedByAll() ? Verdict::kCommitted : Verdict::kNone;
  }
  if (log_.Holds(id)) return Verdict::kCommitted;  // not live any more: every member has played it
  return at < StartOf(next_) && at > log_.forgotten_until() ? Verdict::kExpired : Verdict::kNone;
}

std::uint32_t Replica::AckedByAll() const {
  std::uint32_t acked = log_.end();
  for (const Fellow& f : fellows_) {
    if (f.Live()) acked = std::min(acked, f.acked);
  }
  return acked;
}

}  // namespace continuo::replica
