// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <span>

#include "dsp/base/fixed.h"
#include "dsp/base/units.h"
#include "proto/replica/id_memory.h"
#include "proto/replica/marks.h"
#include "proto/wire/control_frames.h"
#include "proto/wire/event.h"

namespace continuo::replica {

/// One replica's append-only log. An entry's index is its position since the log began and never changes: that is
/// what makes "I hold the first L entries of your log" a statement without holes. The order in which events act is
/// another one, (at, id), and that is how the live entries lie in memory.
///
/// Bounded. An entry is live until every member has acknowledged *and* played it; then only its id is remembered. A
/// replica admits events of its own while fewer than kCapacity / kMaxMembers entries are live. Each member's
/// admissions live in its own log as long as in any other, so the logs of all members together never ask for more
/// than kCapacity; the same reasoning bounds the events of one packet. An entry of a fellow that finds no room all
/// the same waits with the fellow, unacknowledged, and holds back the proof: late, never lost.
class EventLog {
 public:
  static constexpr std::size_t kCapacity = 1024;
  static constexpr std::size_t kAdmissible = kCapacity / wire::kMaxMembers;
  static constexpr int kMaxPerPacket = 64;
  static constexpr int kAdmissiblePerPacket = kMaxPerPacket / wire::kMaxMembers;

  /// An entry, and those fellows whose logs are known to contain it.
  struct Entry {
    Event event;
    std::uint32_t index = 0;
    Marks marks = 0;
  };

  void Clear();
  /// Appends at index end(). False, and nothing changed, if there is no room. The id must not be held.
  bool Append(const Event& event, Marks marks = 0);
  /// These fellows' logs contain it, too. False if it is not live.
  bool Mark(EventId id, Marks marks);
  /// The fellow at this place went off the record.
  void RemoveMark(std::size_t place);
  /// Was the event ever appended? May say no for one dated up to forgotten_until().
  bool Holds(EventId id) const { return FindLive(id) != nullptr || memory_.Contains(id); }
  MediaTime forgotten_until() const { return memory_.forgotten_until(); }
  /// What is dated before `at` may have been played before this log began.
  void KnowsNothingBefore(MediaTime at) { memory_.ForgetUntil(at - 1); }
  /// The live entries by (at, id).
  const FixedVector<Entry, kCapacity>& entries() const { return entries_; }

  std::uint32_t end() const { return end_; }
  /// All entries from this index on are live.
  std::uint32_t floor() const { return floor_; }
  /// Live entries get the indices from 0 on. Only while nobody has been told any index.
  void Renumber();
  std::size_t live() const { return entries_.size(); }
  bool AdmitsMore() const { return live() < kAdmissible; }

  /// The entries from index `from` on, in index order, as many as fit. None below `from` may be asked for again once
  /// Forget() was told so.
  void CopyFrom(std::uint32_t from, FixedVector<Event, wire::kMaxEntriesPerMessage>& out) const;
  /// The length of the shortest beginning of the log that contains every live entry dated below `limit`.
  std::uint32_t EndBelow(MediaTime limit) const;
  /// How long a beginning of the log must be to contain this event; 0 if it is not live.
  std::uint32_t EndWith(EventId id) const;

  /// Events dated in [from, to) that all of these fellows' logs contain, in order of (at, id). Returns how many there
  /// are, and copies as many as fit.
  int EventsIn(MediaTime from, MediaTime to, std::span<Event> out, Marks marks = 0) const;
  int CountIn(MediaTime from, MediaTime to, Marks marks = 0) const {
    return EventsIn(from, to, {}, marks);
  }

  /// Every member has played all events dated below `played` and acknowledged the first `acked` entries.
  void Forget(MediaTime played, std::uint32_t acked);

 private:
  const Entry* FindLive(EventId id) const;
  const Entry* LowerBound(MediaTime at) const;

  FixedVector<Entry, kCapacity> entries_;  // by (at, id)
  std::uint32_t end_ = 0;
  std::uint32_t floor_ = 0;
  IdMemory memory_;
};

}  // namespace continuo::replica
