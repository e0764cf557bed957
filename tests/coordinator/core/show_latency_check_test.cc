// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>

#include "coordinator/core/show_check.h"
#include "coordinator/core/stage.h"

namespace continuo::coordinator {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

/// Warnings about outputs.
std::vector<std::string> Warnings(const Show& show) {
  std::vector<std::string> warnings;
  for (const Issue& issue : CheckShow(show, SmallAssets(), nullptr)) {
    EXPECT_TRUE(issue.warning) << issue.field << ": " << issue.text;
    if (issue.field.starts_with("outputs.")) warnings.push_back(issue.field + ": " + issue.text);
  }
  return warnings;
}

Show WithPlayout(Frames playout) {
  Show show = SmallShow();
  show.timing.playout = playout;
  return show;
}

/// `count` gains one after the other, from the voice to the desk.
Show InARow(int count) {
  Show show = SmallShow();
  std::string before = "room";
  for (int i = 1; i <= count; ++i) {
    ShowTask& task = show.tasks.emplace_back();
    task.name = "g" + std::to_string(i);
    task.kind = "gain";
    task.inputs = {{before, 0}};
    before = task.name;
  }
  show.tasks[3].inputs[0].from = before;
  return show;
}

TEST(ShowLatency, TheDefaultIsEnoughForTwentyTasksInARow) {
  EXPECT_THAT(Warnings(SmallShow()), IsEmpty());
  Show show = InARow(17);
  show.quantum = 96;
  EXPECT_THAT(Warnings(show), IsEmpty());
}

// voice > room > desk with a quantum of 1 ms: at the desk after 2 + 3 * 2 + 10 ms, by three quarters of the playout.
TEST(ShowLatency, APlayoutThatIsTooShortNamesTheChainAndWhatItNeeds) {
  EXPECT_THAT(Warnings(WithPlayout(FramesOfMs(24))), IsEmpty());
  EXPECT_THAT(Warnings(WithPlayout(FramesOfMs(23))),
              ElementsAre(AllOf(HasSubstr("outputs.foh: its longest chain, voice > room > desk,"),
                                HasSubstr("need a playout of 24ms"), HasSubstr("is 23ms"),
                                HasSubstr("set timing.playout to 24ms"))));
}

TEST(ShowLatency, WhatItSaysWouldDoDoes) {
  for (int count = 0; count < 40; ++count) {
    Show show = InARow(count);
    show.timing.playout = FramesOfMs(17);
    ASSERT_THAT(Warnings(show), testing::SizeIs(1)) << count;
    const std::string text = Warnings(show)[0];
    const std::string said = text.substr(text.find("set timing.playout to ") + 22);
    show.timing.playout = FramesOfMs(std::stoi(said));
    EXPECT_THAT(Warnings(show), IsEmpty()) << count;
    show.timing.playout -= FramesOfMs(1);
    EXPECT_THAT(Warnings(show), testing::SizeIs(1)) << count << ": it says more than it needs";
  }
}

TEST(ShowLatency, AnOutputOfAShortChainIsNotWarned) {
  Show show = InARow(20);
  show.outputs.push_back({"drums", "drums", {{"c", ""}}});
  show.timing.playout = FramesOfMs(40);
  EXPECT_THAT(Warnings(show), ElementsAre(HasSubstr("outputs.foh")));
}

TEST(ShowLatency, OfALongChainTheEndsAreNamed) {
  Show show = InARow(12);
  show.timing.playout = FramesOfMs(20);
  EXPECT_THAT(Warnings(show), ElementsAre(HasSubstr("voice > ... > g10 > g11 > g12 > desk,")));
}

TEST(ShowLatency, ManyWaysThroughAShowAreCountedInNoTime) {
  Show show = SmallShow();
  std::string a = "voice", b = "drums";
  for (int i = 0; i < 29; ++i) {  // 2^29 ways, and as many tasks as are possible
    for (const char* side : {"l", "r"}) {
      ShowTask& task = show.tasks.emplace_back();
      task.name = side + std::to_string(i);
      task.kind = "mixer";
      task.inputs = {{a, 0}, {b, 1}};
    }
    a = "l" + std::to_string(i);
    b = "r" + std::to_string(i);
  }
  show.tasks[3].inputs = {{a, 0}, {b, 1}};
  show.timing.playout = FramesOfMs(40);
  EXPECT_THAT(Warnings(show), ElementsAre(HasSubstr("voice > ... > ")));
}

}  // namespace
}  // namespace continuo::coordinator
