// SPDX-License-Identifier: Apache-2.0
#include "proto/replica/replica.h"

#include <algorithm>

namespace continuo::replica {
namespace {

constexpr std::int64_t kLongAgo = 1 << 30;

}  // namespace

void Replica::Start(const Config& config, MediaTime now) {
  config_ = config;
  silence_periods_ = static_cast<int>((config.silence + config.quantum - 1) / config.quantum);
  state_ = config.joins ? State::kLearning : State::kInSync;
  standing_ = config.joins ? wire::Standing::kLearner : wire::Standing::kMember;
  witness_ = config.witness;
  bare_ = config.joins;
  cut_off_ = false;
  from_ = config.joins ? kNotYet : config.first;
  tainted_ = false;
  next_ = config.first;
  evseq_ = 0;
  promise_ = std::max(now + config.promise, StartOf(next_));
  awake_ = now;
  seq_ = 0;
  calm_ = 0;
  pressed_ago_ = kLongAgo;
  fence_ = Fence();
  excluded_ = Exclusions();
  fellows_.clear();
  for (Incarnation member : config.members) {
    if (member == config.self) continue;
    Fellow fellow;
    fellow.incarnation = member;
    fellows_.push_back(fellow);
  }
  log_.Clear();
}

void Replica::NoticeStall(MediaTime now) {
  const bool stalled = now - awake_ > config_.silence - config_.silence / 4;
  const bool last = LiveFellows() == 0 && pressed_ago_ > 2 * silence_periods_;
  if (!stalled || last) return;
  awake_ = now;
  state_ = State::kFenced;
  fence_.Wake(seq_);
  for (Fellow& fellow : fellows_) {
    fellow.vouched = false;
    fellow.quiet = 0;  // it may have spoken; I was not there to hear it
  }
}

void Replica::LeaveFence() {
  if (state_ != State::kFenced) return;
  const bool all_vouched = std::all_of(fellows_.begin(), fellows_.end(),
                                       [](const Fellow& f) { return f.excluded || f.vouched; });
  const Fence::Way way = fence_.Decide(all_vouched);
  if (way == Fence::Way::kWait) return;
  if (way == Fence::Way::kReturn) fence_.Return();
  tainted_ |= way == Fence::Way::kFlagged;
  state_ = tainted_ ? State::kTainted : State::kInSync;
  calm_ = 0;
}

void Replica::Tick(MediaTime now) {
  if (state_ == State::kEmpty) return;
  NoticeStall(now);
  awake_ = now;
  promise_ = std::max(promise_, now + config_.promise);
  ++calm_;
  ++pressed_ago_;
  for (Fellow& fellow : fellows_) {
    if (fellow.excluded) {
      ++fellow.untold;
    } else if (++fellow.quiet >= silence_periods_) {
      Exclude(fellow);
    }
  }
  LeaveFence();
}

Admission Replica::Submit(const Event& event, MediaTime now) {
  if (state_ == State::kEmpty) return Admission::kNotMember;
  NoticeStall(now);
  if (log_.Holds(event.id)) return Admission::kHeld;
  if (state_ == State::kFenced) return Admission::kNotMember;
  if (event.at < std::max(promise_, now + config_.promise)) return Admission::kTooLate;
  const MediaTime packet = StartOf(PacketOf(event.at, config_.quantum));
  const bool room = log_.AdmitsMore() &&
                    log_.CountIn(packet, packet + config_.quantum) < EventLog::kAdmissiblePerPacket;
  return room && log_.Append(event) ? Admission::kAdmitted : Admission::kLogFull;
}

bool Replica::Outlives(const Fellow& fellow, const wire::FellowMessage& message) const {
  if (message.fenced != fence_.unvouched()) return message.fenced;
  return fellow.excluded && config_.self < fellow.incarnation;
}

void Replica::OnFellow(const wire::FellowMessage& message, MediaTime now) {
  if (state_ == State::kEmpty || message.task != config_.task || message.to != config_.self) return;
  Fellow* fellow = Find(message.from);
  if (fellow == nullptr || message.ack > log_.end()) return;
  NoticeStall(now);
  const Incarnation* name =
      std::find(message.excluded.begin(), message.excluded.end(), config_.self);
  if (name != message.excluded.end()) {
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
  Merge(message);
  Adopt(*fellow, message);
  fellow->Hear(message);
  fellow->vouched |= fence_.Vouches(message);
  LeaveFence();
}

// A fenced sender's exclusions wait until it is vouched for: it may be the one that was left behind.
void Replica::Merge(const wire::FellowMessage& message) {
  if (message.fenced && !fence_.unvouched()) return;
  for (Incarnation name : message.excluded) {
    if (Fellow* fellow = Find(name)) Exclude(*fellow);
  }
}

void Replica::Adopt(Fellow& fellow, const wire::FellowMessage& message) {
  for (std::size_t i = 0; i < message.entries.size(); ++i) {
    if (message.base + static_cast<std::uint32_t>(i) != fellow.held) continue;
    const Event& event = message.entries[i];
    if (!log_.Holds(event.id)) {
      // What I have proven not to exist: the assumptions failed. It cannot act any more, and the fellow and I differ.
      if (event.at < StartOf(next_)) Taint();
      if (!log_.Append(event)) return;
    }
    ++fellow.held;
  }
}

void Replica::Exclude(Fellow& fellow) {
  if (fellow.excluded) return;
  fellow.excluded = true;
  fellow.untold = silence_periods_;  // at once
  excluded_.Add(fellow.incarnation);
  fence_.Excluded(fellow.vouched);
  calm_ = 0;
}

bool Replica::MessageFor(Incarnation incarnation, wire::FellowMessage& out) {
  Fellow* fellow = Find(incarnation);
  if (state_ == State::kEmpty || fellow == nullptr) return false;
  if (fellow->excluded && !fellow->spoke && fellow->untold < silence_periods_) return false;
  out.task = config_.task;
  out.from = config_.self;
  out.to = incarnation;
  out.seq = ++seq_;
  out.echo = fellow->seq;
  out.fenced = fence_.unvouched();
  out.next = next_;
  out.promise = promise_;
  out.log_end = log_.end();
  out.ack = fellow->held;
  out.base = fellow->acked;
  out.entries.clear();
  out.excluded = excluded_.list();
  if (fellow->excluded) {
    fellow->untold = 0;
    fellow->spoke = false;
  } else {
    log_.CopyFrom(fellow->acked, out.entries);
  }
  return true;
}

FixedVector<Incarnation, wire::kMaxMembers> Replica::Fellows() const {
  FixedVector<Incarnation, wire::kMaxMembers> to;
  if (state_ == State::kEmpty) return to;
  for (const Fellow& f : fellows_) {
    if (!f.excluded || f.spoke || f.untold >= silence_periods_) to.push_back(f.incarnation);
  }
  return to;
}

int Replica::live_members() const {
  return state_ == State::kEmpty ? 0 : 1 + LiveFellows();
}

Fellow* Replica::Find(Incarnation incarnation) {
  Fellow* found = std::find_if(fellows_.begin(), fellows_.end(),
                               [&](const Fellow& f) { return f.incarnation == incarnation; });
  return found == fellows_.end() ? nullptr : found;
}

int Replica::LiveFellows() const {
  return static_cast<int>(
      std::count_if(fellows_.begin(), fellows_.end(), [](const Fellow& f) { return !f.excluded; }));
}

}  // namespace continuo::replica
