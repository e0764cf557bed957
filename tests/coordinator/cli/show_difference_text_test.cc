// SPDX-License-Identifier: Apache-2.0
#include "coordinator/cli/show_difference_text.h"

#include <gmock/gmock.h>

#include <nlohmann/json.hpp>

namespace continuo::coordinator::cli {
namespace {

using ::testing::AllOf;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

const Terminal kPlain(false, false, 200);
constexpr Nanoseconds kSecond = 1'000'000'000;
// 2026-11-25 20:04:12.250 UTC
const WallClock kClock(4'800'000, 1'795'637'052 * kSecond + kSecond / 4);

ShowDiff Diff() {
  ShowDiff diff;
  diff.plays = true;
  diff.playing = "evening";
  diff.differences = {
      {Heard::kEvent, "parameter", "bass", "gain", "-3 dB", "-6 dB", "bass gain = -6"},
      {Heard::kCrossfade, "task", "room", "kind", "reverb", "delay", "\"room\" is replaced"},
      {Heard::kFade, "task", "choir", "", "", "synth", "\"choir\" begins"},
      {Heard::kStop, "quantum", "", "", "96", "48", "the quantum cannot change"}};
  diff.reply = {.code = Code::kInvalid, .text = "the show goes on as it is"};
  return diff;
}

TEST(DiffLines, SayWhatItWasWhatItWillBeAndHowItIsHeard) {
  EXPECT_THAT(DiffLines(Diff(), kPlain),
              ElementsAre(HasSubstr("evening"), HasSubstr("heard"),
                          AllOf(HasSubstr("on one sample"), HasSubstr("bass gain: -3 dB -> -6 dB")),
                          AllOf(HasSubstr("crossfade"),
                                HasSubstr("is replaced: reverb -> delay (other kind)")),
                          AllOf(HasSubstr("fade"), HasSubstr("\"choir\" begins")),
                          AllOf(HasSubstr("needs a stop"), HasSubstr("96 -> 48")),
                          HasSubstr("refused now: the show goes on as it is")));
}

TEST(DiffLines, NothingIsSaidInAWord) {
  ShowDiff diff = Diff();
  diff.differences.clear();
  diff.reply = {};
  EXPECT_THAT(DiffLines(diff, kPlain), ElementsAre(HasSubstr("nothing would change")));
}

TEST(DiffJson, KeepsWhatIsNotThereApart) {
  const auto json = nlohmann::json::parse(DiffJson(Diff(), "evening.yaml"));
  EXPECT_EQ(json["accepted"], false);
  ASSERT_EQ(json["changes"].size(), 4u);
  EXPECT_EQ(json["changes"][0]["heard"], "event");
  EXPECT_EQ(json["changes"][0]["before"], "-3 dB");
  EXPECT_TRUE(json["changes"][2]["before"].is_null());
}

View Versions() {
  View view;
  view.show.phase = ShowPhase::kPlaying;
  view.versions = {{1, 0, "ana@desk", "evening", 3, "begins"},
                   {2, 4'752'000, "ben@rack", "evening", 4, "as version 1\n  a\nb\nc\nd\ne\nf"}};
  view.lock = {"ana@desk", "doors are open", 4'800'000};
  return view;
}

TEST(VersionLines, NewestFirstAndOfManyChangesTheFirst) {
  const auto lines = VersionLines(Versions(), kClock, kPlain);
  ASSERT_EQ(lines.size(), 9u);
  EXPECT_THAT(lines[1], AllOf(HasSubstr("*"), HasSubstr("2"), HasSubstr("11.250"),
                              HasSubstr("as version 1")));
  EXPECT_THAT(lines, Contains(HasSubstr("and 2 others")));
  EXPECT_THAT(lines.back(), AllOf(HasSubstr("locked by ana@desk"), HasSubstr("doors are open")));
}

TEST(VersionsJson, TimesAreUtc) {
  const auto json = nlohmann::json::parse(VersionsJson(Versions(), kClock));
  EXPECT_EQ(json["versions"][1]["time"], "2026-11-25T20:04:11.250Z");
  EXPECT_EQ(json["versions"][0]["plays"], false);
  EXPECT_EQ(json["versions"][1]["plays"], true);
  EXPECT_EQ(json["lock"]["by"], "ana@desk");
}

}  // namespace
}  // namespace continuo::coordinator::cli
