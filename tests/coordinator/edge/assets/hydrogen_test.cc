// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "coordinator/edge/assets/kit.h"

namespace continuo::coordinator {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

std::string Kitted(const std::string& instruments) {
  return "<?xml version=\"1.0\"?>\n<drumkit_info xmlns=\"x\"><name>n</name>\n<instrumentList>\n" +
         instruments + "</instrumentList></drumkit_info>";
}

std::string Layered(const std::string& head, const std::vector<std::pair<double, double>>& layers) {
  std::string text = "<instrument>" + head + "<instrumentComponent><gain>1</gain>";
  for (const auto& [min, max] : layers) {
    text += "<layer><filename>a.wav</filename><min>" + std::to_string(min) + "</min><max>" +
            std::to_string(max) + "</max><gain>0.5</gain><pitch>-1.5</pitch></layer>";
  }
  return text + "</instrumentComponent></instrument>\n";
}

Kit Parsed(const std::string& xml) {
  absl::StatusOr<Kit> kit = ParseHydrogen(xml);
  EXPECT_TRUE(kit.ok()) << kit.status();
  return kit.ok() ? *std::move(kit) : Kit();
}

std::string Refusal(const std::string& xml) {
  const absl::StatusOr<Kit> kit = ParseHydrogen(xml);
  return kit.ok() ? "(parsed)" : std::string(kit.status().message());
}

TEST(Hydrogen, LayersShareTheForcesWithoutGapOrOverlap) {
  const Kit kit =
      Parsed(Kitted(Layered("<midiOutNote>38</midiOutNote>",
                            {{0, 0.202899}, {0.202899, 0.5}, {0.5, 0.731884}, {0.731884, 1}})));
  ASSERT_EQ(kit.zones.size(), 4u);
  int next = 0;
  for (const KitZone& zone : kit.zones) {
    EXPECT_EQ(zone.zone.velocity_min, next);
    next = zone.zone.velocity_max + 1;
    EXPECT_EQ(zone.zone.key_min, 38);
    EXPECT_EQ(zone.zone.key_max, 38);
    EXPECT_EQ(zone.zone.play, dsp::ZonePlay::kOneShot);
    EXPECT_FLOAT_EQ(zone.zone.gain, 0.5f);
    EXPECT_FLOAT_EQ(zone.zone.tune, -1.5f);
    EXPECT_FLOAT_EQ(zone.zone.key_track, 0);
  }
  EXPECT_EQ(next, 128);
}

TEST(Hydrogen, InstrumentSaysLevelPanEnvelopeAndGroup) {
  const dsp::Zone zone =
      Parsed(Kitted(Layered("<volume>0.5</volume><gain>2</gain><pan>-0.25</pan><Attack>441</Attack>"
                            "<Decay>882</Decay><Sustain>0.5</Sustain><Release>1000</Release>"
                            "<muteGroup>0</muteGroup><applyVelocity>false</applyVelocity>",
                            {{0, 1}})))
          .zones[0]
          .zone;
  EXPECT_FLOAT_EQ(zone.gain, 0.5f);
  EXPECT_FLOAT_EQ(zone.pan, -0.25f);
  EXPECT_NEAR(zone.attack_ms, 10, 1e-3);
  EXPECT_NEAR(zone.decay_ms, 20, 1e-3);
  EXPECT_NEAR(zone.release_ms, 22.68, 1e-2);
  EXPECT_FLOAT_EQ(zone.sustain, 0.5f);
  EXPECT_EQ(zone.group, 1);
  EXPECT_EQ(zone.off_by, 1);
  EXPECT_FLOAT_EQ(zone.velocity, 0);
}

TEST(Hydrogen, KitsOfOldHaveSidesAndOneRecording) {
  const Kit kit = Parsed(
      Kitted("<instrument><filename>k.wav</filename><pan_L>1</pan_L><pan_R>0.5</pan_R></instrument>"
             "<instrument><layer><filename>s.wav</filename></layer></instrument>"));
  ASSERT_EQ(kit.zones.size(), 2u);
  EXPECT_EQ(kit.zones[0].file, "k.wav");
  EXPECT_FLOAT_EQ(kit.zones[0].zone.pan, -0.5f);
  EXPECT_EQ(kit.zones[0].zone.root, 36);
  EXPECT_EQ(kit.zones[1].zone.root, 37) << "upwards from the bass drum";
}

TEST(Hydrogen, WhatIsNotHeardIsSaid) {
  const Kit kit = Parsed(
      Kitted(Layered("<filterActive>true</filterActive>", {{0, 1}}) +
             Layered("<sampleSelectionAlgo>ROUND_ROBIN</sampleSelectionAlgo>", {{0, 1}, {0, 1}}) +
             Layered("<isMuted>true</isMuted>", {{0, 1}})));
  EXPECT_EQ(kit.zones.size(), 2u);
  EXPECT_THAT(kit.warnings,
              ElementsAre(HasSubstr("filters of 1"), HasSubstr("1 layers that take turns")));
}

TEST(Hydrogen, ErrorsNameLineElementAndValue) {
  EXPECT_EQ(Refusal(Kitted("<instrument>\n<pan>left</pan>\n</instrument>")),
            "line 5: <pan>left: must be a number, -1 to 1");
  EXPECT_THAT(Refusal(Kitted("<instrument><midiOutNote>128</midiOutNote></instrument>")),
              HasSubstr("<midiOutNote>128: must be a number, 0 to 127"));
  EXPECT_THAT(Refusal(Kitted("<instrument>\n<layer>\n</layer></instrument>")),
              HasSubstr("line 5: this <layer> names no <filename>"));
  EXPECT_THAT(Refusal("<drumkit_info>\n<name>"), HasSubstr("line 2: this is not XML"));
  EXPECT_THAT(Refusal("RIFF"), HasSubstr("this is not XML"));
  EXPECT_THAT(Refusal("<html></html>"), HasSubstr("no <drumkit_info>"));
  EXPECT_THAT(Refusal(Kitted("")), HasSubstr("no instrument"));
}

TEST(Hydrogen, XmlBombIsRefused) {
  std::string bomb =
      "<!DOCTYPE d [<!ENTITY a0 \"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\">";
  for (int i = 1; i < 12; ++i) {
    bomb += "<!ENTITY a" + std::to_string(i) + " \"";
    for (int k = 0; k < 10; ++k) bomb += "&a" + std::to_string(i - 1) + ";";
    bomb += "\">";
  }
  EXPECT_THAT(Refusal(bomb + "]><drumkit_info>&a11;</drumkit_info>"), HasSubstr("this is not XML"));
  std::string deep;
  for (int i = 0; i < 100'000; ++i) deep += "<a>";
  EXPECT_THAT(Refusal(deep), HasSubstr("nested too deeply"));
}

TEST(Hydrogen, ElementsWithinTheWrongOnesDoNoHarm) {
  const absl::StatusOr<Kit> kit = ParseHydrogen(
      "<drumkit_info><layer><instrument></instrument><gain>1</gain></layer></drumkit_info>");
  EXPECT_THAT(kit.status().message(), HasSubstr("no instrument with a recording"));
}

}  // namespace
}  // namespace continuo::coordinator
