// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "proto/replica/replica.h"

// What a replica knows for certain: which packet is proven, what became of an event.

namespace continuo::replica {

bool Replica::Proven() const {
  if (state_ != State::kInSync && state_ != State::kTainted) return false;
  const MediaTime limit = StartOf(next_ + 1);
  if (promise_ < limit) return false;
  const std::uint32_t need = log_.EndBelow(limit);
  return std::all_of(fellows_.begin(), fellows_.end(), [&](const Fellow& f) {
    return f.excluded || GapOf(f, limit, need, excluded_) == Gap::kNone;
  });
}

bool Replica::Press() {
  if (state_ == State::kEmpty || state_ == State::kFenced) return false;
  if (Proven()) return true;
  if (calm_ < silence_periods_ / 2) return false;
  const MediaTime limit = StartOf(next_ + 1);
  const std::uint32_t need = log_.EndBelow(limit);
  const Exclusions view = excluded_;
  for (Fellow& f : fellows_) {
    if (f.excluded || f.incarnation < config_.self || f.quiet > silence_periods_ / 4) continue;
    if (GapOf(f, limit, need, view) == Gap::kNone) continue;
    Exclude(f);
    pressed_ago_ = 0;
  }
  return Proven();
}

int Replica::EventsOfNext(std::span<Event> out) const {
  return log_.EventsIn(StartOf(next_), StartOf(next_ + 1), out);
}

void Replica::Advance() {
  evseq_ += static_cast<std::uint32_t>(log_.CountIn(StartOf(next_), StartOf(next_ + 1)));
  ++next_;
  PacketIndex played = next_;
  for (const Fellow& f : fellows_) {
    if (!f.excluded) played = std::min(played, f.next);
  }
  log_.Forget(StartOf(played), AckedByAll());
}

void Replica::Taint() {
  tainted_ = true;
  if (state_ == State::kInSync) state_ = State::kTainted;
}

Verdict Replica::VerdictOf(EventId id, MediaTime at) const {
  if (state_ == State::kEmpty || state_ == State::kFenced) return Verdict::kNone;
  if (const std::uint32_t end = log_.EndWith(id)) {
    return end <= AckedByAll() ? Verdict::kCommitted : Verdict::kNone;
  }
  if (log_.Holds(id)) return Verdict::kCommitted;  // not live any more: every member has played it
  return at < StartOf(next_) && at > log_.forgotten_until() ? Verdict::kExpired : Verdict::kNone;
}

std::uint32_t Replica::AckedByAll() const {
  std::uint32_t acked = log_.end();
  for (const Fellow& f : fellows_) {
    if (!f.excluded) acked = std::min(acked, f.acked);
  }
  return acked;
}

}  // namespace continuo::replica
