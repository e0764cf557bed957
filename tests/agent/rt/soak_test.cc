// SPDX-License-Identifier: Apache-2.0
// Moves, deaths, returns, stalls, loss and events by chance, the next trouble not before redundancy is back.
#include <gtest/gtest.h>

#include <algorithm>

#include "agent/rt/cluster.h"
#include "agent/rt/steward.h"
#include "dsp/base/hash.h"
#include "dsp/kernels/registry.h"

namespace continuo::test {
namespace {

constexpr Frames kMs = kSampleRate / 1000;

class Chance {
 public:
  explicit Chance(std::uint64_t seed) : seed_(seed) {}
  std::uint64_t Below(std::uint64_t limit) { return Mix64(seed_ ^ Mix64(++drawn_)) % limit; }

 private:
  const std::uint64_t seed_;
  std::uint64_t drawn_ = 0;
};

class SoakTest : public testing::TestWithParam<std::uint64_t> {
 protected:
  static constexpr Frames kLength = 15 * kSampleRate;

  SoakTest()
      : cluster_({.length = kLength, .seed = GetParam()}),
        steward_(cluster_),
        chance_(GetParam()) {}

  void Disturb(MediaTime now) {
    const auto node = static_cast<plan::NodeId>(1 + chance_.Below(TestShow::kNodes));
    const bool plays = node == TestShow::kFohA || node == TestShow::kFohB;
    const auto task = static_cast<plan::TaskId>(1 + chance_.Below(6));
    switch (chance_.Below(6)) {
      case 0:
        if (steward_.IsDead(node) || plays) return;
        cluster_.Kill(node);
        steward_.NodeDied(node, now);
        ++deaths_;
        return;
      case 1:
        if (!steward_.IsDead(node)) return;
        cluster_.Restart(node);
        steward_.NodeReturned(node);
        return;
      case 2:
        if (steward_.IsDead(node) || plays) return;
        Stall(node, static_cast<Frames>(20 + chance_.Below(700)) * kMs, now);
        return;
      default:
        steward_.Move(task, node);
        ++moves_;
    }
  }

  void Stall(plan::NodeId node, Frames length, MediaTime now) {
    cluster_.Stall(node, length);
    awake_from_ = now + length + 600 * kMs;
  }

  void Command(Frames at) {
    Event event{.at = TestShow::kStart + at + 400 * kMs + static_cast<Frames>(chance_.Below(4800)),
                .id = ++events_};
    event.target = static_cast<std::uint16_t>(dsp::FindParam(*dsp::FindKernel("mixer"), "gain"));
    event.value = Event::FromFloat(-static_cast<float>(chance_.Below(12)));
    cluster_.Issue(TestShow::kMaster, event);
  }

  Cluster cluster_;
  Steward steward_;
  Chance chance_;
  EventId events_ = 0;
  MediaTime calm_from_ = 0, awake_from_ = 0;
  int deaths_ = 0, moves_ = 0;
};

TEST_P(SoakTest, NothingIsHeardOfIt) {
  cluster_.Impair({.loss = 0.005, .duplication = 0.01, .delay_min = 5, .delay_max = 400});
  for (Frames at = 300 * kMs; at < kLength - kSampleRate; at += 50 * kMs) {
    cluster_.RunTo(at);
    const MediaTime now = TestShow::kStart + at;
    if (at / kMs % 250 == 50) steward_.Look(now);
    if (chance_.Below(6) == 0) Command(at);
    if (now < std::max(calm_from_, awake_from_) || !steward_.Whole() || chance_.Below(4) != 0)
      continue;
    Disturb(now);
    calm_from_ = now + 300 * kMs;  // so that the steward sees what it has done
  }
  cluster_.RunToEnd();
  EXPECT_EQ(cluster_.Altered(TestShow::kFohA), 0);
  EXPECT_EQ(cluster_.Altered(TestShow::kFohB), 0);
  EXPECT_EQ(cluster_.Sum().divergences, 0u);
  EXPECT_GT(moves_ + deaths_, 1);
  int committed = 0;
  for (EventId id = 1; id <= events_; ++id)
    committed += cluster_.VerdictOf(id) == Verdict::kCommitted;
  EXPECT_GT(committed, static_cast<int>(events_) / 2);
}
INSTANTIATE_TEST_SUITE_P(Seeds, SoakTest, testing::Range<std::uint64_t>(1, 7));

}  // namespace
}  // namespace continuo::test
