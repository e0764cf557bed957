// SPDX-License-Identifier: Apache-2.0
#include "proto/replica/replica.h"

#include <algorithm>
#include <limits>

// Starting, waking, the passing of time, and whom a replica knows.

namespace continuo::replica {
namespace {

constexpr std::int64_t kLongAgo = 1 << 30;
constexpr std::uint32_t kMaxUnheard = 32;
constexpr int kEndlesslyQuiet = 1 << 30;

}  // namespace

void Replica::Start(const Config& config, MediaTime now) {
  config_ = config;
  silence_periods_ = static_cast<int>((config.silence + config.quantum - 1) / config.quantum);
  state_ = config.joins ? State::kLearning : State::kInSync;
  standing_ = config.joins ? wire::Standing::kLearner : wire::Standing::kMember;
  tainted_ = false;
  witness_ = config.witness;
  bare_ = config.joins;
  cut_off_ = false;
  deserted_ = 0;
  from_ = config.joins ? kNotYet : config.first;
  named_ = kNotYet;
  next_ = config.first;
  evseq_ = 0;
  reached_ = 0;
  promise_ = std::max(now + config.promise, StartOf(next_));
  awake_ = now;
  seq_ = 0;
  calm_ = 0;
  pressed_ago_ = kLongAgo;
  leaves_ = false;
  keep_ = 1;
  asked_ = false;
  hashes_ = {};
  hashed_ = 0;
  fence_ = Fence();
  log_.Clear();
  gone_ = {};
  gone_count_ = 0;
  acted_ = {};
  acted_count_ = 0;
  fellows_.clear();
  for (Incarnation member : config.members) {
    Fellow* fellow = member == config.self ? nullptr : Record(member);
    if (fellow == nullptr) continue;
    fellow->listed = true;
    fellow->from = config.joins ? kNotYet : config.first;
    fellow->witness = std::count(config.witnesses.begin(), config.witnesses.end(), member) > 0;
  }
}

void Replica::NoticeStall(MediaTime now) {
  const bool stalled = now - awake_ > config_.silence - config_.silence / 4;
  const bool last = LiveFellows() == 0 && pressed_ago_ > 2 * silence_periods_;
  if (!stalled || last || Absent()) return;
  awake_ = now;
  // A joiner has nothing yet that others could contradict. Only when it has become a member must somebody vouch.
  if (state_ != State::kLearning) state_ = State::kFenced;
  fence_.Wake(seq_);
  if (LiveFellows() == 0) fence_.Excluded(false, from_);  // who was pressed out cannot be asked
  asked_ = false;
  for (Fellow& fellow : fellows_) {
    fellow.vouched = false;
    fellow.quiet = 0;  // it may have spoken; I was not there to hear it
  }
}

void Replica::LeaveFence() {
  if (state_ != State::kFenced) return;
  const bool all_vouched = std::all_of(fellows_.begin(), fellows_.end(),
                                       [](const Fellow& f) { return !f.Live() || f.vouched; });
  const Fence::Way way = fence_.Decide(all_vouched, std::max(head(), reached_));
  if (way == Fence::Way::kWait) return;
  if (way == Fence::Way::kReturn) fence_.Return();
  tainted_ |= way == Fence::Way::kFlagged;
  state_ = tainted_ ? State::kTainted : State::kInSync;
  calm_ = 0;
}

void Replica::Tick(MediaTime now) {
  if (Absent()) return;
  NoticeStall(now);
  awake_ = now;
  promise_ = std::max(promise_, now + config_.promise);
  ++calm_;
  ++pressed_ago_;
  // Of a task that is yet to begin, one founder may have been told long before another.
  const bool early = !config_.joins && now + config_.promise < StartOf(config_.first);
  for (Fellow& fellow : fellows_) {
    fellow.quiet = early ? 0 : std::min(fellow.quiet + 1, kEndlesslyQuiet);
    if (fellow.excluded) {
      ++fellow.untold;
      continue;
    }
    const bool needed = fellow.Live() || (fellow.Closed() && fellow.held < fellow.log_end);
    if (needed && fellow.quiet >= Patience()) Exclude(fellow);
  }
  Sweep();
  deserted_ = IsDeserted() ? deserted_ + 1 : 0;
  LeaveFence();
  GoOnAlone();
  AdmitLearners(now);
  CloseIfHeard();
}

// So many periods of silence exclude. A learner excludes nobody; one that is admitted, but still follows, leaves it to
// those whom it follows, unless they are all gone.
int Replica::Patience() const {
  if (standing_ == wire::Standing::kLearner) return std::numeric_limits<int>::max();
  return state_ == State::kLearning ? 4 * silence_periods_ : silence_periods_;
}

Admission Replica::Submit(const Event& event, MediaTime now) {
  if (Absent() || state_ == State::kLearning) return Admission::kNotMember;
  NoticeStall(now);
  if (log_.Holds(event.id)) return Admission::kHeld;
  if (state_ == State::kFenced || event.command == Command::kJoin) return Admission::kNotMember;
  if (event.at < std::max(promise_, now + config_.promise)) return Admission::kTooLate;
  const MediaTime packet = StartOf(PacketAt(event.at));
  const bool room = log_.AdmitsMore() && Unheard() < kMaxUnheard &&
                    log_.CountIn(packet, packet + config_.quantum) < EventLog::kAdmissiblePerPacket;
  return room && log_.Append(event) ? Admission::kAdmitted : Admission::kLogFull;
}

// So many entries have not been heard by those who answer at all. Each round trip carries some, and proofs wait for
// all.
std::uint32_t Replica::Unheard() const {
  std::uint32_t unheard = 0;
  for (const Fellow& f : fellows_) {
    if (f.Live() && f.quiet <= silence_periods_ / 4)
      unheard = std::max(unheard, log_.end() - std::min(f.acked, log_.end()));
  }
  return unheard;
}

void Replica::Exclude(Fellow& fellow) {
  if (fellow.excluded) return;
  if (fellow.from != kNotYet) {
    fence_.Excluded(fellow.vouched, fellow.from);
    calm_ = 0;
  }
  fellow.excluded = true;
  fellow.untold = silence_periods_;  // at once
  fellow.listed_seq = seq_;
  Enter();
}

int Replica::live_members() const {
  if (state_ == State::kEmpty) return 0;
  const bool counts = standing_ == wire::Standing::kMember || standing_ == wire::Standing::kClosing;
  return LiveFellows() + (counts ? 1 : 0);
}

bool Replica::Needs(Incarnation fellow) const {
  return std::any_of(fellows_.begin(), fellows_.end(),
                     [fellow](const Fellow& f) { return f.incarnation == fellow && f.Live(); });
}

int Replica::LiveFellows() const {
  return static_cast<int>(
      std::count_if(fellows_.begin(), fellows_.end(), [](const Fellow& f) { return f.Live(); }));
}

// ---- the record

Fellow* Replica::Find(Incarnation incarnation) {
  Fellow* found = std::find_if(fellows_.begin(), fellows_.end(),
                               [&](const Fellow& f) { return f.incarnation == incarnation; });
  return found == fellows_.end() ? nullptr : found;
}

// A new fellow, or the known one; none if there is no room, or if it was excluded and has been forgotten: whoever is
// dead does not come back as a learner.
Fellow* Replica::Record(Incarnation incarnation) {
  if (Fellow* known = Find(incarnation)) return known;
  if (IsGone(incarnation)) return nullptr;
  Fellow fellow;
  fellow.incarnation = incarnation;
  fellow.acked = log_.floor();
  return fellows_.push_back(fellow) ? &fellows_.back() : nullptr;
}

bool Replica::IsGone(Incarnation incarnation) const {
  return gone_count_ > 0 && std::count(gone_.begin(), gone_.end(), incarnation) > 0;
}

Marks Replica::MarkOf(const Fellow& fellow) const {
  return replica::MarkOf(static_cast<std::size_t>(&fellow - fellows_.begin()));
}

Marks Replica::MarksOf(const wire::FellowMessage& message) {
  Marks marks = 0;
  for (const Incarnation name : message.excluded) {
    if (const Fellow* fellow = Find(name)) marks |= MarkOf(*fellow);
  }
  return marks;
}

Marks Replica::Excluded() const {
  Marks marks = 0;
  for (const Fellow& fellow : fellows_) {
    if (fellow.excluded) marks |= MarkOf(fellow);
  }
  return marks;
}

// Who has named it, too, and has heard me name it after that, has heard enough (before, it may not have known of whom I
// speak); settled, when that are all who are needed.
void Replica::Settle(Fellow& excluded) {
  const Marks mark = MarkOf(excluded);
  excluded.settled = excluded.finished = true;
  for (const Fellow& f : fellows_) {
    const bool named = (f.shown & mark) != 0 && Newer(f.echo, f.shown_at);
    if (named && Newer(f.echo, excluded.listed_seq)) excluded.told |= MarkOf(f);
    if (f.excluded || f.Closed() || (excluded.told & MarkOf(f)) != 0) continue;
    excluded.finished = false;
    if (f.Live()) excluded.settled = false;
  }
}

// Who need not be known any more: learners that the plan has dropped, and those that have left and been heard to the
// end.
void Replica::Sweep() {
  std::size_t excluded = 0;
  for (std::size_t i = fellows_.size(); i-- > 0;) {
    Fellow& f = fellows_[i];
    if (f.excluded) {
      Settle(f);
      ++excluded;
    } else if (!f.listed && (f.Learns() || (f.Closed() && f.held >= f.log_end))) {
      Erase(i);
    }
  }
  while (excluded > wire::kMaxExcluded - 2 && Bury()) --excluded;
}

// Forgets an excluded one that everybody has heard enough about; until then it is told whenever it speaks. The oldest,
// so that all forget the same ones, in whatever order they have met them: a newcomer keeps all that anybody names.
bool Replica::Bury() {
  const Fellow* oldest = nullptr;
  for (const Fellow& f : fellows_) {
    if (!f.excluded || !f.finished || f.listed) continue;
    if (oldest == nullptr || f.incarnation < oldest->incarnation) oldest = &f;
  }
  if (oldest == nullptr) return false;
  gone_[gone_count_++ % gone_.size()] = oldest->incarnation;
  Erase(static_cast<std::size_t>(oldest - fellows_.begin()));
  return true;
}

void Replica::Erase(std::size_t place) {
  fellows_.erase(place);
  for (Fellow& f : fellows_) {
    f.told = Without(f.told, place);
    f.shown_before = Without(f.shown_before, place);
    f.shown = Without(f.shown, place);
  }
  log_.RemoveMark(place);
}

}  // namespace continuo::replica
