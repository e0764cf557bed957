// SPDX-License-Identifier: Apache-2.0
#include "agent/edge/devices/device_notes.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace continuo::agent {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::SizeIs;

constexpr Nanoseconds kSecond = 1'000'000'000;

class DeviceNotesTest : public testing::Test {
 protected:
  DeviceNotesTest() { status_.name = "jack:stage"; }
  std::vector<plan::Incident> At(Nanoseconds now) { return notes_.Due(status_, now); }

  DeviceNotes notes_{"foh-a"};
  plan::DeviceStatus status_;
};

TEST_F(DeviceNotesTest, WhileAllIsWellNothingIsTold) {
  EXPECT_THAT(At(kSecond), IsEmpty());
}

TEST_F(DeviceNotesTest, TheFirstIsToldAtOnceAndInWords) {
  status_.xruns = 2;
  status_.slips = 1;
  status_.skipped = 960;
  const auto told = At(kSecond);
  ASSERT_THAT(told, SizeIs(1));
  EXPECT_EQ(told[0].kind, plan::IncidentKind::kDeviceUneven);
  EXPECT_EQ(told[0].text, "foh-a is uneven on jack:stage: 2 xruns, 1 slip, 960 samples left out");
  EXPECT_THAT(At(2 * kSecond), IsEmpty());
}

TEST_F(DeviceNotesTest, AStormOfThemIsOneSentenceInTenSeconds) {
  std::size_t told = 0;
  for (int i = 0; i < 100; ++i) {
    ++status_.starved;
    ++status_.refused;
    told += At(kSecond + i * kSecond / 4).size();
  }
  EXPECT_EQ(told, 6u) << "in 25 s, of two kinds";
}

TEST_F(DeviceNotesTest, WhatCameMeanwhileIsToldAndNothingTwice) {
  status_.over = 5;
  EXPECT_THAT(At(kSecond).at(0).text, HasSubstr("5 samples over full scale"));
  status_.over = 7;
  status_.dc = 1;
  EXPECT_THAT(At(2 * kSecond), IsEmpty());
  const auto told = At(12 * kSecond);
  ASSERT_THAT(told, SizeIs(1));
  EXPECT_EQ(told[0].kind, plan::IncidentKind::kGuarded);
  EXPECT_THAT(told[0].text, HasSubstr("2 samples over full scale, 1 time DC"));
  EXPECT_THAT(told[0].text, Not(HasSubstr("absurdly")));
}

}  // namespace
}  // namespace continuo::agent
