// SPDX-License-Identifier: Apache-2.0
#include "agent-mcu/time/ptp_slave.h"

#include <gtest/gtest.h>

#include "agent-mcu/time/simulated_master.h"

namespace continuo::mcu {
namespace {

using clock::LockState;

std::uint32_t Counted(const World& world, ClockCount what) {
  return world.slave.counts()[static_cast<std::size_t>(what)];
}

/// Until it is locked; how long that took.
Nanoseconds Lock(World& world) {
  const Nanoseconds began = world.now();
  while (world.slave.servo().state() != LockState::kLocked &&
         world.now() - began < 30 * clock::kSecond) {
    world.Run(10 * kMs);
  }
  EXPECT_EQ(world.slave.servo().state(), LockState::kLocked);
  return world.now() - began;
}

TEST(PtpSlaveTest, LocksAndFollowsACrystalThatIsOff) {
  for (const std::int64_t ppb : {-100'000, 40'000, 100'000}) {
    for (const bool two_step : {true, false}) {
      World world({}, ppb);
      world.two_step = two_step;
      EXPECT_LT(Lock(world), 6 * clock::kSecond) << ppb;
      world.Run(10 * clock::kSecond);
      EXPECT_LT(world.Worst(10 * clock::kSecond), 1 * kUs) << ppb;
      EXPECT_NEAR(world.slave.servo().drift_ppb(), -ppb, 200 + std::abs(ppb) / 5'000);
      EXPECT_NEAR(world.slave.path_delay(), 40 * kUs, kUs);
      EXPECT_EQ(world.slave.port(), wire::PtpPortState::kSlave);
      EXPECT_EQ(world.slave.grandmaster(), kMasterA);
    }
  }
}

TEST(PtpSlaveTest, JitterLateStampsLossAndRepetitionHardlyMoveIt) {
  World world({.jitter = 100 * kUs, .lost_in_1000 = 100, .doubled_in_1000 = 50, .late = 800 * kUs});
  Lock(world);
  world.Run(20 * clock::kSecond);
  const Nanoseconds worst = world.Worst(20 * clock::kSecond);
  RecordProperty("worst_ns", static_cast<int>(worst));
  EXPECT_LT(worst, 60 * kUs);
  EXPECT_LT(worst, world.slave.servo().ErrorAt(world.BoardAt(world.now())) + 20 * kUs);
  EXPECT_GT(Counted(world, ClockCount::kRepeated), 0u);
}

// Nobody can see it from one end: half of the difference between the ways is the error.
TEST(PtpSlaveTest, AnAsymmetryCostsHalfOfItself) {
  World world({.asymmetry = 60 * kUs});
  Lock(world);
  world.Run(15 * clock::kSecond);
  EXPECT_NEAR(world.Error(), -30 * kUs, 2 * kUs);
}

TEST(PtpSlaveTest, HoldsOverWhenItsMasterIsSilentAndFollowsItAgain) {
  World world;
  Lock(world);
  world.Run(20 * clock::kSecond);
  world.master = 0;
  world.Run(2 * clock::kSecond);
  EXPECT_EQ(world.slave.servo().state(), LockState::kHoldover);
  EXPECT_EQ(world.slave.port(), wire::PtpPortState::kListening);
  EXPECT_EQ(world.slave.grandmaster(), 0u);
  EXPECT_LT(world.Worst(20 * clock::kSecond), 10 * kUs);
  EXPECT_LT(std::abs(world.Error()), world.slave.servo().ErrorAt(world.BoardAt(world.now())));
  world.master = kMasterA;
  EXPECT_LT(Lock(world), 2 * clock::kSecond);
  EXPECT_LT(world.Worst(10 * clock::kSecond), 20 * kUs);
}

// Another one, 300 ms off: never a step, the map says how its time goes on.
TEST(PtpSlaveTest, AGrandmasterThatShowsAnotherTimeIsNotChased) {
  World world;
  Lock(world);
  world.Run(10 * clock::kSecond);
  world.master = kMasterB;
  world.ptp_ahead -= 300 * kMs;
  EXPECT_LT(world.Worst(15 * clock::kSecond), 20 * kUs);
  EXPECT_EQ(world.slave.servo().state(), LockState::kLocked);
  EXPECT_EQ(world.slave.grandmaster(), kMasterB);
  EXPECT_EQ(world.slave.servo().map().version(), 2u);
}

TEST(PtpSlaveTest, AGrandmasterThatIsSetIsNotChased) {
  for (const Nanoseconds jump : {-300 * kMs, 5 * kMs, 300 * kMs}) {
    World world;
    Lock(world);
    world.Run(10 * clock::kSecond);
    world.ptp_ahead += jump;
    EXPECT_LT(world.Worst(15 * clock::kSecond), 20 * kUs) << jump;
    EXPECT_EQ(world.slave.servo().state(), LockState::kLocked) << jump;
  }
}

TEST(PtpSlaveTest, TheBestMasterIsFollowedAndOnlyOneThatIsAllowed) {
  World world;
  Lock(world);
  for (int i = 0; i < 3; ++i) {
    world.Inject(world.Announce(kMasterB, 90));
    world.Run(250 * kMs);
  }
  EXPECT_EQ(world.slave.grandmaster(), kMasterB);
  EXPECT_GT(Counted(world, ClockCount::kForeign), 0u);  // of the one before
  world.Run(2 * clock::kSecond);                        // it is silent again
  EXPECT_EQ(world.slave.grandmaster(), kMasterA);
  PtpMasters::Allowed allowed;
  allowed.push_back(kMasterA);
  world.slave.Follow(0, 0, allowed);
  for (int i = 0; i < 3; ++i) {
    world.Inject(world.Announce(kMasterB, 90));
    world.Run(250 * kMs);
  }
  EXPECT_EQ(world.slave.grandmaster(), kMasterA);
  EXPECT_TRUE(world.slave.allowed());
  allowed[0] = kMasterB;
  world.slave.Follow(0, 0, allowed);
  world.Run(2 * clock::kSecond);
  EXPECT_FALSE(world.slave.allowed());
  EXPECT_EQ(world.slave.grandmaster(), kMasterA);
  EXPECT_EQ(world.slave.port(), wire::PtpPortState::kListening);
  EXPECT_EQ(world.slave.servo().state(), LockState::kHoldover);
}

TEST(PtpSlaveTest, OneAnnounceMakesNoMaster) {
  World world;
  world.master = 0;
  world.Inject(world.Announce(kMasterB, 1));
  world.Run(200 * kMs);
  EXPECT_EQ(world.slave.grandmaster(), 0u);
}

TEST(PtpSlaveTest, WhatBelongsToNothingIsCountedAndChangesNothing) {
  World world;
  Lock(world);
  world.Run(clock::kSecond);
  const clock::Line before = world.slave.servo().line();
  wire::PtpMessage message{.type = wire::PtpType::kFollowUp, .source = {kMasterA, 1}};
  message.sequence = 60'000;
  world.Inject(message);
  message.type = wire::PtpType::kDelayResp;
  message.requester = {kBoard, 1};
  world.Inject(message);
  EXPECT_EQ(Counted(world, ClockCount::kUnmatched), 2u);
  message.requester = {kBoard, 2};
  world.Inject(message);
  message.domain = 3;
  world.Inject(message);
  EXPECT_EQ(Counted(world, ClockCount::kDomain), 1u);
  const std::array<std::uint8_t, 44> zero{};
  world.slave.Hear(zero, 0);
  EXPECT_EQ(Counted(world, ClockCount::kVersion), 1u);
  world.slave.Hear(std::span(zero).first(10), 0);
  EXPECT_EQ(Counted(world, ClockCount::kLength), 1u);
  EXPECT_EQ(world.slave.servo().line(), before);
}

TEST(PtpSlaveTest, ASwitchThatCorrectsIsBelieved) {
  World world;
  world.two_step = false;
  Lock(world);
  world.Run(5 * clock::kSecond);
  wire::PtpMessage sync{.type = wire::PtpType::kSync, .source = {kMasterA, 1}, .sequence = 20'000};
  sync.correction = (5 * kUs) << 16;
  sync.time = world.now() + world.ptp_ahead - 45 * kUs;  // it was 5 us longer on its way
  world.Inject(sync);
  EXPECT_LT(world.Worst(2 * clock::kSecond), 1 * kUs);
}

TEST(PtpSlaveTest, AnotherDomainIsBegunAnew) {
  World world;
  Lock(world);
  world.slave.Follow(3, 0, {});
  world.Run(3 * clock::kSecond);
  EXPECT_EQ(world.slave.servo().state(), LockState::kHoldover);
  EXPECT_GT(Counted(world, ClockCount::kDomain), 0u);
}

}  // namespace
}  // namespace continuo::mcu
