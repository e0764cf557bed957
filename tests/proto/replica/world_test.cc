// SPDX-License-Identifier: Apache-2.0
// Many seeds of the virtual world. In the environment: CONTINUO_SEED=n runs that one alone, CONTINUO_SEEDS=n that many,
// both together that many from there.
#include "proto/replica/world.h"

#include <gtest/gtest.h>

#include <cstdio>
#include <cstdlib>

namespace continuo::replica {
namespace {

int FromEnvironment(const char* name, int otherwise) {
  const char* text = std::getenv(name);
  return text != nullptr ? std::atoi(text) : otherwise;
}

// A few chosen seeds need not contain everything that many do.
bool SeedsAreChosen() {
  return std::getenv("CONTINUO_SEED") != nullptr || std::getenv("CONTINUO_SEEDS") != nullptr;
}

Findings RunSeeds(const char* title, Scene scene, int seeds) {
  const int from = FromEnvironment("CONTINUO_SEED", 1);
  seeds = FromEnvironment("CONTINUO_SEEDS", std::getenv("CONTINUO_SEED") != nullptr ? 1 : seeds);
  Findings sum;
  int failing = 0;
  for (int seed = from; seed < from + seeds; ++seed) {
    scene.seed = static_cast<std::uint64_t>(seed);
    const Findings found = World(scene).Run();
    sum.Add(found);
    if (found.Good(scene.reckless)) continue;
    if (++failing <= 5) ADD_FAILURE() << title << " seed " << seed << ": " << found.Text();
  }
  std::printf("%s: %d of %d seeds fail. %s\n", title, failing, seeds, sum.Text().c_str());
  EXPECT_EQ(failing, 0);
  return sum;
}

Scene SceneOf(const Knobs& knobs, bool reckless) {
  Scene scene;
  scene.knobs = knobs;
  scene.reckless = reckless;
  return scene;
}

#ifdef CONTINUO_LONG
constexpr int kSeeds = 2000;
constexpr int kChurnSeeds = 2000;
#else
constexpr int kSeeds = 40;
constexpr int kChurnSeeds = 40;
#endif

TEST(World, FollowsFromItsSeed) {
  Scene scene = SceneOf(Tight(), true);
  scene.seed = 12345;
  const std::string once = World(scene).Run().Text();
  EXPECT_EQ(once, World(scene).Run().Text());
  scene.seed = 12346;
  EXPECT_NE(once, World(scene).Run().Text());
}

TEST(World, TightTimingAgreesUnderOneFaultAtATime) {
  const Findings sum = RunSeeds("tight", SceneOf(Tight(), false), kSeeds);
  if (SeedsAreChosen()) return;
  EXPECT_GT(sum.committed, 0);
  EXPECT_GT(sum.expired, 0) << "a world in which nothing is refused tests no refusal";
  EXPECT_GT(sum.returns, 0);
}

TEST(World, LooseTimingAgreesUnderOneFaultAtATime) {
  const Findings sum = RunSeeds("loose", SceneOf(Loose(), false), kSeeds);
  if (SeedsAreChosen()) return;
  EXPECT_GT(sum.committed, 0);
  EXPECT_GT(sum.returns, 0);
}

TEST(World, NarrowTimingAgreesUnderOneFaultAtATime) {
  const Findings sum = RunSeeds("narrow", SceneOf(Narrow(), false), kSeeds);
  if (SeedsAreChosen()) return;
  EXPECT_GT(sum.committed, 0);
  EXPECT_GT(sum.presses, 0);
}

TEST(World, TimingWithoutSlackMakesNothingWrongUnflagged) {
  const Findings sum = RunSeeds("hasty", SceneOf(Hasty(), true), kSeeds);
  if (SeedsAreChosen()) return;
  EXPECT_GT(sum.committed, 0);
  EXPECT_GT(sum.presses, 0);
}

TEST(World, AnyNumberOfFaultsAtOnceMakesNothingWrongUnflagged) {
  const Findings sum = RunSeeds("reckless", SceneOf(Tight(), true), kSeeds);
  if (SeedsAreChosen()) return;
  EXPECT_GT(sum.flagged, 0);
}

Scene HarshOf() {
  Scene scene = SceneOf(Breathless(), true);
  scene.harsh = true;
  scene.length = FramesOfMs(2000);
  return scene;
}

TEST(World, BreathlessTimingMakesNothingWrongUnflagged) {
  const Findings sum = RunSeeds("breathless", HarshOf(), 3 * kSeeds);
  if (SeedsAreChosen()) return;
  EXPECT_GT(sum.committed, 0);
  EXPECT_GT(sum.presses, 0);
}

Scene ChurnOf(const Knobs& knobs, bool reckless) {
  Scene scene = SceneOf(knobs, reckless);
  scene.churn = true;
  scene.length = FramesOfMs(12'000);
  return scene;
}

TEST(World, TightTimingHealsAndMovesUnderOneFaultAtATime) {
  const Findings sum = RunSeeds("tight churn", ChurnOf(Tight(), false), kChurnSeeds);
  if (SeedsAreChosen()) return;
  EXPECT_GT(sum.joined, 0);
  EXPECT_GT(sum.retired, 0);
  EXPECT_GT(sum.resumed, 0);
  EXPECT_GT(sum.mismatches, 0);
}

TEST(World, LooseTimingHealsAndMovesUnderOneFaultAtATime) {
  const Findings sum = RunSeeds("loose churn", ChurnOf(Loose(), false), kChurnSeeds);
  if (SeedsAreChosen()) return;
  EXPECT_GT(sum.joined, 0);
}

TEST(World, NarrowTimingHealsAndMovesUnderOneFaultAtATime) {
  Scene scene = ChurnOf(Narrow(), false);
  scene.knobs.playout +=
      FramesOfMs(6);  // two clocks differ by 3 ms, which a promise and an answer lose
  const Findings sum = RunSeeds("narrow churn", scene, kChurnSeeds);
  if (SeedsAreChosen()) return;
  EXPECT_GT(sum.joined, 0);
}

TEST(World, JoiningWithoutSlackMakesNothingWrongUnflagged) {
  const Findings sum = RunSeeds("hasty churn", ChurnOf(Hasty(), true), kChurnSeeds);
  if (SeedsAreChosen()) return;
  EXPECT_GT(sum.joined, 0);
}

TEST(World, JoiningUnderAnyNumberOfFaultsMakesNothingWrongUnflagged) {
  const Findings sum = RunSeeds("reckless churn", ChurnOf(Tight(), true), kChurnSeeds);
  if (SeedsAreChosen()) return;
  EXPECT_GT(sum.joined, 0);
}

TEST(World, JoiningBreathlesslyMakesNothingWrongUnflagged) {
  Scene scene = ChurnOf(Breathless(), true);
  scene.harsh = scene.fickle = true;
  scene.length = FramesOfMs(6000);
  const Findings sum = RunSeeds("breathless churn", scene, kChurnSeeds);
  if (SeedsAreChosen()) return;
  EXPECT_GT(sum.joined, 0);
}

TEST(World, ACoordinatorThatChangesItsMindLeavesEnough) {
  Scene scene = ChurnOf(Tight(), false);
  scene.fickle = true;
  const Findings sum = RunSeeds("fickle churn", scene, kChurnSeeds);
  if (SeedsAreChosen()) return;
  EXPECT_GT(sum.cancelled, 0);
  EXPECT_GT(sum.retired, 0);
}

}  // namespace
}  // namespace continuo::replica
