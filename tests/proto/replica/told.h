// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <map>
#include <vector>

#include "proto/replica/hand.h"

namespace continuo::replica {

/// Replicas by hand, and a record of all that they let anybody know: which events each unflagged packet was computed
/// with, and what was called committed or expired. It is judged by what is promised, whatever the rules are.
class Told : public Hand {
 public:
  using Hand::Hand;

  /// These compute a packet when its time has come; the others as soon as it is proven.
  void Follow(std::vector<int> real_time) { real_time_ = std::move(real_time); }
  Admission Submit(int member, const Event& event) {
    dates_[event.id] = event.at;
    return (*this)[member].Submit(event, now());
  }
  /// What a member says became of the events so far.
  void Ask(int member) {
    for (const auto& [id, at] : dates_) {
      const Verdict verdict = (*this)[member].VerdictOf(id, at);
      if (verdict == Verdict::kNone) continue;
      EXPECT_TRUE(!verdicts_.contains(id) || verdicts_[id] == verdict) << "two verdicts on " << id;
      verdicts_[id] = verdict;
    }
  }
  /// Computes what is proven.
  void Play(int member) {
    Replica& replica = (*this)[member];
    const bool waits = std::ranges::count(real_time_, member) > 0;
    while (replica.Proven() && !(waits && replica.next() * kQuantum > now())) {
      Note(replica);
      replica.Advance();
      const PacketIndex next = replica.next();
      if (replica.WantsHash()) replica.NoteHash(next, static_cast<std::uint64_t>(next));
    }
  }
  /// Periods in which these run, talk, play and say what became of the events.
  void Live(const std::vector<int>& members, int periods) {
    for (int p = 0; p < periods; ++p) {
      Run(members, 1);
      for (int m : members) Play(m);
      for (int m : members) Ask(m);
    }
  }
  /// To be called at the end.
  void Judge() const {
    for (const auto& [id, verdict] : verdicts_) {
      const auto packet = packets_.find(dates_.at(id) / kQuantum);
      ASSERT_NE(packet, packets_.end()) << "the schedule is too short for event " << id;
      EXPECT_EQ(std::ranges::count(packet->second, id), verdict == Verdict::kCommitted ? 1 : 0)
          << "event " << id << " was called "
          << (verdict == Verdict::kCommitted ? "committed" : "expired");
    }
  }

 private:
  void Note(const Replica& replica) {
    if (replica.state() != State::kInSync) return;
    std::array<Event, Replica::kMaxEventsPerPacket> events;
    const auto count = static_cast<std::size_t>(replica.EventsOfNext(events));
    std::vector<EventId> ids;
    for (std::size_t i = 0; i < count; ++i) ids.push_back(events[i].id);
    const auto [known, first] = packets_.emplace(replica.next(), ids);
    EXPECT_EQ(known->second, ids) << "two values of packet " << replica.next();
  }

  std::vector<int> real_time_;
  std::map<EventId, MediaTime> dates_;
  std::map<EventId, Verdict> verdicts_;
  std::map<PacketIndex, std::vector<EventId>> packets_;  ///< unflagged: what they were made with
};

}  // namespace continuo::replica
