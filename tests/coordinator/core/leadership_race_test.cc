// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <array>
#include <map>
#include <random>
#include <set>

#include "coordinator/core/leadership.h"

// Three candidates race for the key of a store that answers late or never and carries requests out late; they are
// stopped and woken, and their clocks run apart. From seeds, in virtual time.

namespace continuo::coordinator {
namespace {

constexpr Nanoseconds kMilli = 1'000'000;

/// As strict as etcd ever is: a lease ends on the nanosecond.
class Store {
 public:
  StoreAnswer Do(const AskStore& ask, Nanoseconds now) {
    Expire(now);
    StoreAnswer answer{ask.number, StoreFailed{}};
    if (const auto* grant = std::get_if<GrantLease>(&ask.what)) {
      ends_[++last_lease_] = now + grant->ttl_s * 1000 * kMilli;
      answer.what = LeaseGranted{last_lease_, grant->ttl_s};
    } else if (const auto* claim = std::get_if<ClaimLeaderKey>(&ask.what)) {
      if (key_.created == 0 && ends_.contains(claim->lease))
        key_ = {++revision_, claim->lease, claim->address};
      answer.what = key_;
    } else if (std::holds_alternative<ReadLeaderKey>(ask.what)) {
      answer.what = key_;
    } else if (const auto* keep = std::get_if<KeepLease>(&ask.what)) {
      const auto lease = ends_.find(keep->lease);
      if (lease != ends_.end()) lease->second = now + 2000 * kMilli;
      answer.what = LeaseKept{lease != ends_.end() ? 2 : 0};
    } else if (const auto* revoke = std::get_if<RevokeLease>(&ask.what)) {
      End(revoke->lease);
    }
    return answer;
  }

 private:
  void Expire(Nanoseconds now) {
    std::set<LeaseId> over;
    for (const auto& [lease, end] : ends_) {
      if (end <= now) over.insert(lease);
    }
    for (const LeaseId lease : over) End(lease);
  }
  void End(LeaseId lease) {
    ends_.erase(lease);
    if (key_.lease == lease) key_ = {};
  }

  std::map<LeaseId, Nanoseconds> ends_;
  LeaderSeen key_;
  LeaseId last_lease_ = 0;
  Revision revision_ = 0;
};

struct Racer {
  Leadership machine{"somewhere:7400"};
  Nanoseconds skew = 0;     ///< of its clock, ppm
  Nanoseconds stopped = 0;  ///< true time until which it does not run
  bool reigns = false;      ///< between the effects
};

class Race {
 public:
  explicit Race(std::uint64_t seed) : random_(seed) {
    for (Racer& racer : racers_) racer.skew = Below(401) - 200;
  }

  void Run(Nanoseconds until) {
    for (now_ = 0; now_ < until; now_ += kMilli) {
      Deliver();
      for (std::size_t i = 0; i < racers_.size(); ++i) Turn(i);
      Judge();
    }
  }
  int reigns() const { return static_cast<int>(guards_.size()); }
  Nanoseconds led() const { return led_; }

 private:
  Nanoseconds Below(Nanoseconds bound) {
    return static_cast<Nanoseconds>(random_() % static_cast<std::uint64_t>(bound));
  }
  Nanoseconds ClockOf(const Racer& racer) const { return now_ + now_ / 1'000'000 * racer.skew; }
  bool Runs(const Racer& racer) const { return now_ >= racer.stopped; }

  void Turn(std::size_t i) {
    Racer& racer = racers_[i];
    if (!Runs(racer)) return;
    if (Below(4000) == 0) racer.stopped = now_ + Below(4000) * kMilli;
    if (Below(20000) == 0) {
      Perform(i, racer.machine.StepDown("it was told to", Below(500) * kMilli, ClockOf(racer)));
    }
    Perform(i, racer.machine.Tick(ClockOf(racer)));
  }

  void Perform(std::size_t i, const LeadershipEffects& effects) {
    for (const LeadershipEffect& effect : effects) {
      if (const auto* ask = std::get_if<AskStore>(&effect)) {
        if (Below(20) != 0) asked_.emplace(now_ + Delay(), std::pair(i, *ask));
      } else if (const auto* begin = std::get_if<BeginReign>(&effect)) {
        EXPECT_FALSE(racers_[i].reigns) << "two beginnings without an end";
        racers_[i].reigns = true;
        EXPECT_TRUE(guards_.insert(begin->guard).second) << "two reigns under one guard";
      } else if (std::holds_alternative<EndReign>(effect)) {
        EXPECT_TRUE(racers_[i].reigns);
        racers_[i].reigns = false;
      }
    }
  }

  Nanoseconds Delay() { return (Below(50) == 0 ? Below(3000) : Below(20)) * kMilli; }

  void Deliver() {
    while (!asked_.empty() && asked_.begin()->first <= now_) {
      const auto [i, ask] = asked_.begin()->second;
      asked_.erase(asked_.begin());
      const StoreAnswer answer = store_.Do(ask, now_);
      if (Below(20) != 0) answers_.emplace(now_ + Delay(), std::pair(i, answer));
    }
    for (auto next = answers_.begin(); next != answers_.end() && next->first <= now_;) {
      const auto [i, answer] = next->second;
      if (!Runs(racers_[i])) {
        ++next;  // it lies in its queue
        continue;
      }
      next = answers_.erase(next);
      Perform(i, racers_[i].machine.Take(answer, ClockOf(racers_[i])));
    }
  }

  void Judge() {
    int leading = 0;
    for (const Racer& racer : racers_) {
      // One that is stopped does nothing; when it wakes, it looks at its clock first.
      if (racer.machine.leads() && ClockOf(racer) < racer.machine.leads_until()) ++leading;
      EXPECT_EQ(racer.reigns, racer.machine.leads());
    }
    EXPECT_LE(leading, 1) << now_;
    led_ += leading * kMilli;
  }

  std::mt19937_64 random_;
  Nanoseconds now_ = 0, led_ = 0;
  Store store_;
  std::array<Racer, 3> racers_;
  std::multimap<Nanoseconds, std::pair<std::size_t, AskStore>> asked_;
  std::multimap<Nanoseconds, std::pair<std::size_t, StoreAnswer>> answers_;
  std::set<Revision> guards_;
};

TEST(LeadershipRace, TwoNeverLeadAtOnceAndNoReignHasTheGuardOfAnother) {
  for (std::uint64_t seed = 1; seed <= 20 && !testing::Test::HasFailure(); ++seed) {
    Race race(seed);
    race.Run(60'000 * kMilli);
    EXPECT_GT(race.reigns(), 5) << seed;
    EXPECT_GT(race.led(), 15'000 * kMilli) << "hardly anybody leads, seed " << seed;
  }
}

}  // namespace
}  // namespace continuo::coordinator
