// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "proto/replica/replica.h"

// How a replica comes in: whom the plan lists, whose state is equal, who is admitted, and from when on.

namespace continuo::replica {
namespace {

constexpr EventId kJoinIds = EventId{1} << 63;  // no coordinator's term reaches that
constexpr Frames kJoinMargin = FramesOfMs(10);
constexpr int kJoinMarginQuanta = 4;
constexpr Frames kNear =
    FramesOfMs(20);  // besides the promise: so far a joiner may be behind when it is admitted

}  // namespace

void Replica::Know(Incarnation incarnation, bool witness) {
  // One that has left still answers: a newcomer may have learned from others that it is there.
  if (state_ == State::kEmpty || incarnation == config_.self) return;
  Fellow* fellow = Record(incarnation);
  if (fellow == nullptr) return;
  fellow->listed = true;
  if (fellow->seq == 0) fellow->witness = witness;
}

void Replica::Drop(Incarnation incarnation) {
  if (Fellow* fellow = Find(incarnation)) fellow->listed = false;
}

// An entry that makes someone a member; it is not in the log yet. False if there is no room for him on record.
bool Replica::OnJoin(const Event& event) {
  const auto joiner = static_cast<Incarnation>(event.value);
  if (joiner == config_.self) return true;
  Fellow* fellow = Record(joiner);
  if (fellow == nullptr) return IsGone(joiner);
  const PacketIndex from = PacketAt(event.at);
  if (from >= fellow->from) return true;
  // Two admitted it at once, and the earlier word comes later: I may have passed over what should have counted.
  if (fellow->from != kNotYet && event.at <= fellow->passed_over) Exclude(*fellow);
  fellow->from = from;
  return true;
}

// ---- self joins

bool Replica::IsDeserted() const {
  return standing_ == wire::Standing::kLearner &&
         std::any_of(fellows_.begin(), fellows_.end(),
                     [](const Fellow& f) { return f.Live() && !f.listed && f.seq == 0; });
}

// Is the entry in the log of every member that packet `from` needs? Only then it cannot be lost any more.
bool Replica::HeldByAll(const EventLog::Entry& join, PacketIndex from) const {
  return std::all_of(fellows_.begin(), fellows_.end(), [&](const Fellow& f) {
    return !f.Live() || f.from > from || (join.marks & MarkOf(f)) != 0;
  });
}

// Looks whether the log makes self a member. Its own log begins with that: nothing in it was told before.
void Replica::Enter() {
  if (state_ != State::kLearning || bare_) return;
  PacketIndex from = kNotYet;
  bool named = false;
  for (const EventLog::Entry& e : log_.entries()) {
    if (e.event.command != Command::kJoin || e.event.value != config_.self) continue;
    const PacketIndex at = PacketAt(e.event.at);
    named = true;
    named_ = std::min(named_, at);
    if (HeldByAll(e, at)) from = std::min(from, at);
  }
  if (named && standing_ == wire::Standing::kLearner) {
    standing_ = wire::Standing::kMember;
    log_.Renumber();
    for (Fellow& f : fellows_) f.acked = 0;
  }
  from_ = from;
  if (next_ >= from_) Promote();
}

// Packet next() is the first that self proves itself.
void Replica::Promote() {
  from_ = next_;
  promise_ = std::max(promise_, StartOf(next_));
  calm_ = 0;
  state_ = tainted_ ? State::kTainted : State::kInSync;
  if (!fence_.unvouched()) return;
  state_ = State::kFenced;
  LeaveFence();
}

// Admitted, but everyone who could say what comes before packet from() is gone. The last one plays, flagged, and gives
// way if somebody has gone on all the same.
void Replica::GoOnAlone() {
  if (state_ != State::kLearning || standing_ == wire::Standing::kLearner) return;
  const bool led = std::any_of(fellows_.begin(), fellows_.end(),
                               [&](const Fellow& f) { return f.Live() && f.from <= next_; });
  if (led || Head() != nullptr) return;
  fence_.Wake(seq_);
  fence_.Excluded(false, 0);
  Promote();
}

// ---- others join

// Is my state what a joiner's must be equal to? The tainted judge only where nobody is in sync.
bool Replica::Judges() const {
  if (witness_ || next_ <= from_) return false;
  if (state_ == State::kInSync) return true;
  return state_ == State::kTainted &&
         std::none_of(fellows_.begin(), fellows_.end(),
                      [](const Fellow& f) { return f.Computes() && !f.tainted; });
}

bool Replica::WantsHash() const {
  if (Absent() || bare_ || witness_ || StartOf(next_) % kHashEvery != 0) return false;
  if (state_ == State::kLearning) return true;
  return std::any_of(fellows_.begin(), fellows_.end(), [&](const Fellow& f) {
    return f.Learns() && !f.witness && f.quiet < silence_periods_;
  });
}

void Replica::NoteHash(PacketIndex next, std::uint64_t hash) {
  hashes_[hashed_++ % kHashes] = {next, hash};
  for (Fellow& f : fellows_) {
    if (f.Learns()) Compare(f);
  }
}

void Replica::Compare(Fellow& learner) {
  if (learner.equal || !Judges()) return;
  for (const StateHash& its : learner.claims) {
    for (const StateHash& mine : hashes_) {
      if (its.next == 0 || its.next != mine.next) continue;
      (its.hash == mine.hash ? learner.equal : learner.differs) = true;
    }
  }
}

bool Replica::TakeMismatch(Incarnation& learner) {
  for (Fellow& f : fellows_) {
    if (!f.differs || f.reported || !f.Learns()) continue;
    f.reported = true;
    learner = f.incarnation;
    return true;
  }
  return false;
}

bool Replica::Admissible(const Fellow& learner) const {
  if (!learner.Learns() || !learner.listed || learner.next == wire::kBare || learner.seq == 0)
    return false;
  if (learner.standing != wire::Standing::kLearner || learner.quiet > silence_periods_ / 4)
    return false;
  if (learner.tainted && !tainted_) return false;
  if (learner.witness) return true;
  const bool near = StartOf(next_) - StartOf(learner.next) <= kNear + config_.promise;
  return learner.equal && !learner.differs && near;
}

// How many older ones should rather admit.
int Replica::Rank() const {
  return static_cast<int>(std::count_if(fellows_.begin(), fellows_.end(), [&](const Fellow& f) {
    return f.Computes() && f.incarnation < config_.self && (tainted_ || !f.tainted);
  }));
}

// The oldest admits; if it cannot hear the joiner, the next one does after a while.
void Replica::AdmitLearners(MediaTime now) {
  if (!Judges()) return;
  for (std::size_t i = 0; i < fellows_.size(); ++i) {
    Fellow& f = fellows_[i];
    f.ready = Admissible(f) ? f.ready + 1 : 0;
    if (f.ready > Rank() * silence_periods_) AdmitLearner(f, now);
  }
}

void Replica::AdmitLearner(const Fellow& learner, MediaTime now) {
  const MediaTime soonest = std::max(promise_, now + config_.promise) + kJoinMargin;
  Event join;
  join.at = StartOf(PacketAt(soonest) + kJoinMarginQuanta + 1);
  join.id = kJoinIds | EventId{learner.incarnation} << 32 | config_.self;
  join.command = Command::kJoin;
  join.value = learner.incarnation;
  const bool room = log_.AdmitsMore() && !log_.Holds(join.id);
  if (room && log_.Append(join)) OnJoin(join);
}

}  // namespace continuo::replica
