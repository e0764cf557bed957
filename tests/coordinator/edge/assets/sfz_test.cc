// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "coordinator/edge/assets/kit.h"

namespace continuo::coordinator {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

Kit Parsed(std::string_view text) {
  absl::StatusOr<Kit> kit = ParseSfz(text);
  EXPECT_TRUE(kit.ok()) << kit.status();
  return kit.ok() ? *std::move(kit) : Kit();
}

std::string Refusal(std::string_view text) {
  const absl::StatusOr<Kit> kit = ParseSfz(text);
  return kit.ok() ? "(parsed)" : std::string(kit.status().message());
}

TEST(Sfz, RegionsInheritFromGroupMasterAndGlobal) {
  const Kit kit = Parsed(R"(
<global> volume=-6 pan=50
<master> tune=10
<group> lovel=64 pan=-100
<region> sample=a.wav key=40
<region> sample=b.wav key=41 pan=0
<group>
<region> sample=c.wav key=42
<global>
<region> sample=d.wav key=43
)");
  ASSERT_EQ(kit.zones.size(), 4u);
  const auto zone = [&kit](int i) { return kit.zones[static_cast<std::size_t>(i)].zone; };
  EXPECT_NEAR(zone(0).gain, 0.5012, 1e-4);
  EXPECT_FLOAT_EQ(zone(0).tune, 0.1f);
  EXPECT_EQ(zone(0).velocity_min, 64);
  EXPECT_FLOAT_EQ(zone(0).pan, -1.0f);
  EXPECT_FLOAT_EQ(zone(1).pan, 0.0f);
  EXPECT_FLOAT_EQ(zone(2).pan, 0.5f);
  EXPECT_EQ(zone(2).velocity_min, 0);
  EXPECT_FLOAT_EQ(zone(3).gain, 1.0f);
  EXPECT_FLOAT_EQ(zone(3).tune, 0.0f);
}

TEST(Sfz, NamesOfFilesMayHoldSpacesAndBackslashes) {
  const Kit kit = Parsed(
      "<control> default_path=my kit\\\n"
      "<region> sample=grand piano\\c 4.wav key=60 // the middle\n"
      "<region>sample=b.wav<region>sample=c.wav");
  ASSERT_EQ(kit.zones.size(), 3u);
  EXPECT_EQ(kit.zones[0].file, "my kit/grand piano/c 4.wav");
  EXPECT_EQ(kit.zones[0].zone.root, 60);
  EXPECT_EQ(kit.zones[2].file, "my kit/c.wav");
}

TEST(Sfz, KeyIsRangeAndRootUnlessTheySayOtherwise) {
  const Kit right =
      Parsed("<region> sample=a pitch_keycenter=c4 key=f#3 <region> sample=b lokey=c-1 hikey=bb1");
  EXPECT_EQ(right.zones[0].zone.key_min, 54);
  EXPECT_EQ(right.zones[0].zone.key_max, 54);
  EXPECT_EQ(right.zones[0].zone.root, 60);
  EXPECT_EQ(right.zones[1].zone.key_min, 0);
  EXPECT_EQ(right.zones[1].zone.key_max, 34);
}

TEST(Sfz, LoopModesAndPoints) {
  const Kit kit = Parsed(
      "<group> loop_start=100 loop_end=199\n"
      "<region> sample=a loop_mode=loop_continuous <region> sample=a loopmode=loop_sustain\n"
      "<region> sample=a loop_mode=one_shot <region> sample=a");
  EXPECT_EQ(kit.zones[0].zone.play, dsp::ZonePlay::kLooped);
  EXPECT_EQ(kit.zones[0].zone.loop_begin, 100u);
  EXPECT_EQ(kit.zones[0].zone.loop_end, 200u) << "the file names the last frame";
  EXPECT_EQ(kit.zones[1].zone.play, dsp::ZonePlay::kLoopedWhileHeld);
  EXPECT_EQ(kit.zones[2].zone.play, dsp::ZonePlay::kOneShot);
  EXPECT_TRUE(kit.zones[3].play_of_file);
}

TEST(Sfz, GroupsOfAnyNumberBecomeSmallOnes) {
  const Kit kit = Parsed(
      "<region> sample=a group=70000 off_by=-5 <region> sample=a group=-5 off_by=70000 <region> "
      "sample=a");
  EXPECT_EQ(kit.zones[0].zone.group, kit.zones[1].zone.off_by);
  EXPECT_EQ(kit.zones[0].zone.off_by, kit.zones[1].zone.group);
  EXPECT_NE(kit.zones[0].zone.group, kit.zones[0].zone.off_by);
  EXPECT_EQ(kit.zones[2].zone.group, 0);
}

TEST(Sfz, EnvelopeIsSecondsAndPercent) {
  const dsp::Zone zone = Parsed(
                             "<region> sample=a ampeg_delay=.001 ampeg_attack=0.5 ampeg_hold=1 "
                             "ampeg_decay=2e0 ampeg_sustain=25 "
                             "ampeg_release=+3")
                             .zones[0]
                             .zone;
  EXPECT_FLOAT_EQ(zone.delay_ms, 1);
  EXPECT_FLOAT_EQ(zone.attack_ms, 500);
  EXPECT_FLOAT_EQ(zone.hold_ms, 1000);
  EXPECT_FLOAT_EQ(zone.decay_ms, 2000);
  EXPECT_FLOAT_EQ(zone.sustain, 0.25f);
  EXPECT_FLOAT_EQ(zone.release_ms, 3000);
}

TEST(Sfz, ErrorsNameLineOpcodeAndValue) {
  EXPECT_EQ(Refusal("<region> sample=a\n\n lokey=300"),
            "line 3: lokey=300: must be a key: 0 to 127, or a name like c#4");
  EXPECT_EQ(Refusal("<group>\nvolume=loud\n<region> sample=a"),
            "line 2: volume=loud: must be a number, -144 to 36");
  EXPECT_THAT(Refusal("<region> sample=a pan=nan"), HasSubstr("pan=nan: must be a number"));
  EXPECT_THAT(Refusal("<region> sample=a loop_mode=round"),
              HasSubstr("loop_mode=round: must be no_loop"));
  EXPECT_THAT(Refusal("<region> sample=a hivel=128"), HasSubstr("hivel=128: must be 0 to 127"));
  EXPECT_THAT(Refusal("<region> sample=a lokey=60 hikey=40"), HasSubstr("lokey above hikey"));
  EXPECT_EQ(Refusal("\n<region> key=3\n<region> sample=a"), "line 2: this <region> has no sample=");
  EXPECT_THAT(Refusal("sample=a"), HasSubstr("before any <header>"));
  EXPECT_THAT(Refusal("<region sample=a"), HasSubstr("must begin a header"));
  EXPECT_THAT(Refusal("<region> sample=a\nwhat is this"), HasSubstr("line 2: \"what is this\""));
  EXPECT_THAT(Refusal("#include \"x.sfz\""), HasSubstr("#include"));
  EXPECT_THAT(Refusal("<region> sample=a\n/* never"),
              HasSubstr("line 2: this comment does not end"));
  EXPECT_THAT(Refusal("<region> sample=*sine"), HasSubstr("must be a file"));
  EXPECT_THAT(Refusal(""), HasSubstr("no <region>"));
}

TEST(Sfz, WhatIsNotHeardIsSaid) {
  const Kit kit = Parsed(
      "<region> sample=a <region> sample=b trigger=release <region> sample=c seq_position=2\n"
      "<region> sample=d cutoff=500 resonance=3 <region> sample=e trigger=release");
  EXPECT_EQ(kit.zones.size(), 2u);
  EXPECT_THAT(kit.warnings, ElementsAre(HasSubstr("1 region with seq_position=2"),
                                        HasSubstr("2 regions with trigger=release"),
                                        HasSubstr("change nothing here: cutoff, resonance")));
}

TEST(Sfz, MoreRegionsThanAKitHoldsAreRefused) {
  std::string text;
  for (int i = 0; i < 1025; ++i) text += "<region> sample=a\n";
  EXPECT_EQ(Refusal(text), "line 1025: there are more than 1024 regions");
}

}  // namespace
}  // namespace continuo::coordinator
