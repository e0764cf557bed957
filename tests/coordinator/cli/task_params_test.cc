// SPDX-License-Identifier: Apache-2.0
#include "coordinator/cli/task_params.h"

#include <gmock/gmock.h>

#include "dsp/kernels/registry.h"

namespace continuo::coordinator::cli {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

using Events = std::vector<std::pair<dsp::TaskId, Event>>;

constexpr dsp::TaskId kDesk = 2;

std::uint16_t Gain() {
  return static_cast<std::uint16_t>(dsp::FindParam(*dsp::FindKernel("gain"), "gain"));
}

plan::Task Desk() {
  plan::Task desk;
  desk.description.id = kDesk;
  desk.description.name = "desk";
  desk.description.kind = "gain";
  desk.description.scenes.push_back({1, Gain(), -20});
  return desk;
}

std::pair<dsp::TaskId, Event> Set(MediaTime at, EventId id, float value) {
  Event event{.at = at, .id = id, .target = Gain()};
  event.value = Event::FromFloat(value);
  return {kDesk, event};
}

TaskParam GainAt(const plan::Task& task, const Events& events, MediaTime n) {
  return ParamsAt(task, events, n).at(Gain());
}

std::string Joined(const Lines& lines) {
  std::string text;
  for (const std::string& line : lines) text += line + "\n";
  return text;
}

TEST(TaskParams, WhatNobodyTouchedIsAsTheShowOrTheKernelBegins) {
  plan::Task desk = Desk();
  EXPECT_EQ(ParamsAt(desk, {}, 100).size(), dsp::FindKernel("gain")->params.size());
  EXPECT_EQ(GainAt(desk, {}, 100).value, 0);
  desk.description.params.push_back({Gain(), -3});
  EXPECT_EQ(GainAt(desk, {}, 100).value, -3);
  EXPECT_EQ(GainAt(desk, {}, 100).committed, -3);
  EXPECT_EQ(GainAt(desk, {}, 100).at, 0);
}

TEST(TaskParams, WhatIsCommittedIsToldBeforeItIsInForce) {
  const Events events = {Set(100, 1, -6), Set(200, 2, -7)};
  const TaskParam gain = GainAt(Desk(), events, 150);
  EXPECT_EQ(gain.value, -6);
  EXPECT_EQ(gain.committed, -7);
  EXPECT_EQ(gain.at, 200);
  EXPECT_EQ(GainAt(Desk(), events, 200).value, -7);
}

TEST(TaskParams, AScenesSettingIsOne) {
  const Event recall{.at = 300, .id = 3, .command = Command::kScene, .value = 1};
  const Events events = {Set(200, 2, -7), {dsp::kConductorId, recall}};
  EXPECT_EQ(GainAt(Desk(), events, 250).committed, -20);
  EXPECT_EQ(GainAt(Desk(), events, 250).at, 300);
}

TEST(TaskParams, OneTaskInThePlaceOfAnotherOfTheSameName) {
  plan::Task before = Desk(), after = Desk();
  before.span.ends = 100;
  after.description.id = 7;
  plan::Plan plan;
  plan.tasks.push_back(before);
  plan.tasks.push_back(after);
  EXPECT_EQ(FindTaskAt(plan, "desk", 99)->description.id, kDesk);
  EXPECT_EQ(FindTaskAt(plan, "desk", 100)->description.id, 7u);
  EXPECT_EQ(FindTaskAt(plan, "bass", 100), nullptr);
}

TEST(TaskParams, ForPeopleOnlyWhatIsStillToComeIsSaidTwice) {
  const Terminal plain(false, false, 120);
  const std::vector<TaskParam> params = ParamsAt(Desk(), Events{Set(200, 2, -7)}, 150);
  EXPECT_THAT(Joined(ParamLines(params, 150, plain)), HasSubstr("soon -7"));
  EXPECT_THAT(Joined(ParamLines(params, 200, plain)), Not(HasSubstr("soon")));
  EXPECT_EQ(ParamsJson(params)["gain"]["committed"], -7);
  EXPECT_THAT(ParamsJson({}), IsEmpty());
}

}  // namespace
}  // namespace continuo::coordinator::cli
