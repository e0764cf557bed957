// SPDX-License-Identifier: Apache-2.0
#include "coordinator/cli/scene_snapshot.h"

#include <gmock/gmock.h>

#include "coordinator/edge/show/show_file.h"
#include "dsp/kernels/registry.h"

namespace continuo::coordinator::cli {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;

using Events = std::vector<std::pair<dsp::TaskId, Event>>;

constexpr dsp::TaskId kDesk = 2;

std::uint16_t Gain() {
  return static_cast<std::uint16_t>(dsp::FindParam(*dsp::FindKernel("gain"), "gain"));
}

/// A conductor and "desk", a gain whose scene 1 sets it to -20 dB.
plan::Plan OneGain() {
  plan::Plan plan;
  plan.tasks.resize(2);
  plan.tasks[0].description.id = dsp::kConductorId;
  plan.tasks[0].description.kind = "conductor";
  dsp::TaskDescription& desk = plan.tasks[1].description;
  desk.id = kDesk;
  desk.name = "desk";
  desk.kind = "gain";
  desk.scenes.push_back({1, Gain(), -20});
  return plan;
}

Event Set(MediaTime at, float value) {
  Event event{.at = at, .id = 1, .target = Gain()};
  event.value = Event::FromFloat(value);
  return event;
}

Event Recall(MediaTime at) {
  return {.at = at, .id = 2, .command = Command::kScene, .value = 1};
}

float Saved(const plan::Plan& plan, const Events& events, MediaTime n) {
  const ShowScene scene = SceneAt(plan, events, n, "now");
  if (scene.tasks.size() != 1 || scene.tasks[0].params.size() != 1) return -1000;
  return scene.tasks[0].params[0].value;
}

TEST(SceneSnapshot, WhatTheShowSaysIsInForceUntilSomebodySaysOtherwise) {
  plan::Plan plan = OneGain();
  EXPECT_EQ(Saved(plan, {}, 100), 0) << "a scene may set it";
  plan.tasks[1].description.params.push_back({Gain(), -3});
  EXPECT_EQ(Saved(plan, {}, 100), -3);
  EXPECT_EQ(Saved(plan, {{kDesk, Set(100, -6)}}, 99), -3) << "not yet";
  EXPECT_EQ(Saved(plan, {{kDesk, Set(100, -6)}}, 100), -6);
}

TEST(SceneSnapshot, TheLastOfScenesAndCommandsIsInForce) {
  const plan::Plan plan = OneGain();
  EXPECT_EQ(Saved(plan, {{kDesk, Set(10, -6)}, {dsp::kConductorId, Recall(20)}}, 30), -20);
  EXPECT_EQ(Saved(plan, {{dsp::kConductorId, Recall(20)}, {kDesk, Set(25, -6)}}, 30), -6);
  EXPECT_EQ(Saved(plan, {{kDesk, Set(20, -6)}, {dsp::kConductorId, Recall(20)}}, 30), -6)
      << "of one sample, the scene comes first";
}

TEST(SceneSnapshot, WhatNobodyTouchedAndWhoHasLeftIsNotInIt) {
  plan::Plan plan = OneGain();
  plan.tasks[1].span.ends = 50;
  EXPECT_THAT(SceneAt(plan, {}, 100, "now").tasks, IsEmpty());
  plan = OneGain();
  plan.tasks[1].description.scenes.clear();
  EXPECT_THAT(SceneAt(plan, {}, 100, "now").tasks, IsEmpty());
}

const ShowScene kScene = {"loud", {{"desk", {{"gain", 3.5f}, {"other.1", -0.1f}}}}};

TEST(SceneSnapshot, IsReadBackAsItWas) {
  for (const char* show :
       {"show: x\n", "show: x", "show: x\nscenes:\n  a: {desk: {gain: 1}}\n",
        "scenes:   # mine\n  a:\n    desk: {gain: 1}\nshow: x\n", "show: x\nscenes:\n"}) {
    std::string wrong;
    const std::string text = WithScene(show, kScene, wrong);
    EXPECT_EQ(wrong, "") << show;
    const ParsedShow parsed = ParseShow(text);
    EXPECT_THAT(parsed.issues, IsEmpty()) << text;
    EXPECT_THAT(parsed.show.scenes, ::testing::Contains(kScene)) << text;
  }
}

TEST(SceneSnapshot, WhatIsThereOrCannotBeUnderstoodStaysAsItIs) {
  std::string wrong;
  EXPECT_EQ(WithScene("show: x\nscenes: {loud: {}}\n", kScene, wrong), "");
  EXPECT_THAT(wrong, HasSubstr("has a scene \"loud\" already"));
  EXPECT_EQ(WithScene("show: x\nscenes: {a: {}}\n", kScene, wrong), "");
  EXPECT_THAT(wrong, HasSubstr("only a person can change"));
  EXPECT_EQ(WithScene("- 1\n- 2\n", kScene, wrong), "");
  EXPECT_EQ(wrong, "this is no show");
}

}  // namespace
}  // namespace continuo::coordinator::cli
