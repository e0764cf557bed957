// SPDX-License-Identifier: Apache-2.0
#include "coordinator/edge/take/judge.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <stdlib.h>

#include <fstream>
#include <nlohmann/json.hpp>

#include "coordinator/edge/take/render.h"
#include "dsp/base/random.h"
#include "dsp/graph/canonical.h"

namespace continuo::coordinator {
namespace {

namespace fs = std::filesystem;

constexpr Frames kLength = 48'010;  // not a whole number of quanta
constexpr MediaTime kStart = 48'000'000;

std::string NoiseAsset() {
  std::string file(dsp::kCanonicalHeaderBytes, '\0');
  dsp::WriteAudioHeader(
      2, kSampleRate * 2,
      std::span<std::uint8_t, 32>(reinterpret_cast<std::uint8_t*>(file.data()), 32));
  for (Frames i = 0; i < kSampleRate * 2; ++i) {
    for (std::uint32_t c = 0; c < 2; ++c) {
      const float x = 0.25f * RandomBipolar(7, c, i);
      file.append(reinterpret_cast<const char*>(&x), sizeof x);
    }
  }
  return file;
}

void WriteFile(const fs::path& path, std::string_view bytes) {
  fs::create_directories(path.parent_path());
  std::ofstream(path, std::ios::binary) << bytes;
}

plan::Plan OnePlayer(const std::string& hash) {
  plan::Plan plan;
  plan.term = 1;
  plan.version = 3;
  plan.show = "noise";
  plan.start_n = kStart;
  plan.length = kLength;
  plan.media.clock_id = 1;
  plan.session.n0 = kStart;
  plan.session.playing = true;
  plan.nodes = {{1, "a", {}}, {2, "b", {}}};
  for (plan::Node& node : plan.nodes) node.networks.push_back({0x7f000101, 5004});
  plan::Task conductor;
  conductor.description.id = dsp::kConductorId;
  conductor.description.name = "conductor";
  conductor.description.kind = "conductor";
  conductor.replicas = {{1, 1}, {2, 2}};
  plan::Task player;
  player.description.id = 2;
  player.description.name = "noise";
  player.description.kind = "player";
  player.description.assets.push_back({dsp::AssetHash(hash), 60});
  player.replicas = {{1, 1}, {2, 2}};
  plan.tasks = {conductor, player};
  plan.outputs = {{1, "foh-a", 2, 1}, {2, "foh-b", 2, 2}};
  return plan;
}

/// A take whose feeds are what the oracle says, to be spoiled in one way by each test.
class JudgeTest : public testing::Test {
 protected:
  void SetUp() override {
    std::string name = (fs::temp_directory_path() / "continuo-judge-XXXXXX").string();
    folder_ = ::mkdtemp(name.data());
    const std::string asset = NoiseAsset();
    WriteFile(folder_ / "assets" / Sha256Hex(asset), asset);
    take_.build_id = "test";
    take_.show_yaml = "show: noise\n";
    take_.plans = {OnePlayer(Sha256Hex(asset))};
    WriteAll();
    WriteFeed("foh-a", Rendered());
    WriteFeed("foh-b", Rendered());
  }
  void TearDown() override { fs::remove_all(folder_); }

  void WriteAll() { ASSERT_TRUE(WriteTake(take_, folder_).ok()); }

  std::vector<float> Rendered() {
    Material material(folder_ / "assets");
    auto input = OracleInputOf(take_.plans, take_.events, {{.from = 2}}, material);
    std::string error;
    const auto oracle = dsp::Oracle::Make(*input, error);
    EXPECT_NE(oracle, nullptr) << error;
    std::vector<float> all, block(static_cast<std::size_t>(take_.plans[0].quantum) * 2);
    while (oracle->Next(block)) all.insert(all.end(), block.begin(), block.end());
    all.resize(kLength * 2);
    return all;
  }

  void WriteFeed(const std::string& name, const std::vector<float>& samples,
                 MediaTime first_n = kStart) {
    WriteFile(folder_ / (name + ".f32"),
              {reinterpret_cast<const char*>(samples.data()), samples.size() * sizeof(float)});
    const nlohmann::json record = {{"output", name},     {"node", name == "foh-a" ? "a" : "b"},
                                   {"first_n", first_n}, {"channels", 2},
                                   {"quantum", 48},      {"build_id", "test"}};
    WriteFile(folder_ / (name + ".json"), record.dump());
  }

  TakeVerdict Judged() {
    auto verdict = Judge(folder_, {});
    EXPECT_TRUE(verdict.ok()) << verdict.status();
    return verdict.ok() ? *verdict : TakeVerdict{};
  }
  std::string Complaint() { return std::string(Judge(folder_, {}).status().message()); }

  fs::path folder_;
  Take take_;
};

TEST_F(JudgeTest, AnUntouchedTakeIsIdentical) {
  const TakeVerdict verdict = Judged();
  EXPECT_TRUE(verdict.identical());
  EXPECT_EQ(verdict.samples_played, 2 * kLength);
  EXPECT_EQ(verdict.feeds[0].sha256, verdict.feeds[0].oracle_sha256);
  EXPECT_GT(verdict.oracle_level_dbfs[0], -30);
}

TEST_F(JudgeTest, AnOutputThatIsLaterIsComparedSampleBySampleAllTheSame) {
  constexpr Frames kLater = 1190;
  take_.plans[0].outputs[1].offset = kLater;
  WriteAll();
  EXPECT_FALSE(Judged().identical()) << "it was recorded without its offset";
  WriteFeed("foh-b", Rendered(), kStart + kLater);
  EXPECT_TRUE(Judged().identical());
  EXPECT_EQ(Judged().samples_played, 2 * kLength);
  WriteFeed("foh-b", Rendered(), kStart + kLater + 1);
  EXPECT_FALSE(Judged().identical()) << "one sample off";
}

TEST_F(JudgeTest, ManyPlansOfOnePerformanceAreOneTake) {
  take_.plans[0].run = 3;
  for (std::uint32_t version : {9u, 10u, 110u}) {
    plan::Plan later = take_.plans[0];
    later.version = version;
    later.tasks[1].replicas = {{2, version, plan::Origin::kJoiner}};
    later.nodes.resize(2);
    take_.plans.push_back(later);
  }
  WriteAll();
  const TakeVerdict verdict = Judged();
  EXPECT_TRUE(verdict.identical());
  EXPECT_EQ(ReadTake(folder_)->plans, take_.plans);
}

TEST_F(JudgeTest, PlanOfAnotherPerformanceDoesNotBelongToTheTake) {
  take_.plans[0].run = 3;
  plan::Plan later = take_.plans[0];
  later.version = later.run = 4;
  take_.plans.push_back(later);
  WriteAll();
  EXPECT_THAT(Complaint(), testing::HasSubstr("plan-4.json"));
}

TEST_F(JudgeTest, OneBitOfOneSampleIsFound) {
  std::vector<float> samples = Rendered();
  samples[2 * 30'001 + 1] =
      std::bit_cast<float>(std::bit_cast<std::uint32_t>(samples[2 * 30'001 + 1]) ^ 1u);
  WriteFeed("foh-b", samples);
  const TakeVerdict verdict = Judged();
  EXPECT_EQ(verdict.samples_altered, 1);
  EXPECT_EQ(verdict.feeds[1].first_altered_n, kStart + 30'001);
  EXPECT_NE(verdict.feeds[1].sha256, verdict.feeds[1].oracle_sha256);
}

TEST_F(JudgeTest, AlteredStretchesAreToldApart) {
  std::vector<float> samples = Rendered();
  for (const int frame : {10'000, 10'200, 30'000}) samples[2 * frame] += 0.5f;
  WriteFeed("foh-a", samples);
  const std::vector<AlteredStretch> expected = {{kStart + 10'000, kStart + 10'201},
                                                {kStart + 30'000, kStart + 30'001}};
  EXPECT_EQ(Judged().feeds[0].stretches, expected);
  EXPECT_TRUE(Judged().feeds[1].stretches.empty());
}

TEST_F(JudgeTest, MissingAndSurplusSamplesCount) {
  std::vector<float> samples = Rendered();
  samples.resize(samples.size() - 2 * 100);
  WriteFeed("foh-a", samples);
  std::vector<float> more = Rendered();
  more.resize(more.size() + 2 * 7);
  WriteFeed("foh-b", more);
  const TakeVerdict verdict = Judged();
  EXPECT_EQ(verdict.feeds[0].missing, 100);
  EXPECT_EQ(verdict.feeds[1].surplus, 7);
  EXPECT_EQ(verdict.samples_altered, 107);
}

TEST_F(JudgeTest, AFeedThatBeganLateHasMissingSamples) {
  std::vector<float> samples = Rendered();
  samples.erase(samples.begin(), samples.begin() + 2 * 1000);
  WriteFeed("foh-a", samples, kStart + 1000);
  const TakeVerdict verdict = Judged();
  EXPECT_EQ(verdict.feeds[0].missing, 1000);
  EXPECT_EQ(verdict.feeds[0].differing, 0);
}

TEST_F(JudgeTest, AFeedThatIsAbsentIsAllMissing) {
  fs::remove(folder_ / "foh-b.f32");
  EXPECT_EQ(Judged().feeds[1].missing, kLength);
}

TEST_F(JudgeTest, TheRecordingOfAnEarlierShowIsNotTakenForThisOne) {
  WriteFeed("foh-a.from-" + std::to_string(kStart), Rendered());
  WriteFeed("foh-a", std::vector<float>(2 * 24'000, 0.5f), kStart - 96'000);
  EXPECT_TRUE(Judged().identical());
  fs::remove(folder_ / ("foh-a.from-" + std::to_string(kStart) + ".f32"));
  EXPECT_EQ(Judged().feeds[0].missing, kLength);
  EXPECT_EQ(Judged().feeds[0].surplus, 0);
}

TEST_F(JudgeTest, AStopThatReachesFeedsAtDifferentTimesAltersNothing) {
  std::vector<float> samples = Rendered();
  take_.plans[0].length = 0;
  WriteAll();
  samples.resize(2 * 48'000);
  WriteFeed("foh-a", samples);
  samples.resize(2 * 40'032);
  WriteFeed("foh-b", samples);
  const TakeVerdict verdict = Judged();
  EXPECT_TRUE(verdict.identical());
  EXPECT_EQ(verdict.samples_played, 48'000 + 40'032);
  samples[2 * 30'000] += 0.5f;
  WriteFeed("foh-b", samples);
  EXPECT_EQ(Judged().samples_altered, 1);
}

TEST_F(JudgeTest, AStoppedShowWithoutRecordingsSaysWhereTheyWouldBe) {
  take_.plans[0].length = 0;
  WriteAll();
  fs::remove(folder_ / "foh-a.f32");
  fs::remove(folder_ / "foh-b.f32");
  EXPECT_THAT(Complaint(), testing::HasSubstr("holds no recording of this show"));
}

TEST_F(JudgeTest, AnotherDateOfThePlanIsFound) {
  take_.plans[0].start_n += take_.plans[0].quantum;
  take_.plans[0].session.n0 = take_.plans[0].start_n;
  WriteAll();
  EXPECT_FALSE(Judged().identical());
}

TEST_F(JudgeTest, AnotherEventIsFound) {
  Event stop;
  stop.at = kStart + 20'000;
  stop.id = 1;
  stop.command = Command::kStop;
  take_.events = {{dsp::kConductorId, stop}};
  WriteAll();
  WriteFeed("foh-a", Rendered());
  WriteFeed("foh-b", Rendered());
  ASSERT_TRUE(Judged().identical());
  take_.events[0].event.at += 1;
  WriteAll();
  EXPECT_FALSE(Judged().identical());
}

TEST_F(JudgeTest, AKilledFeedIsJudgedUpToTheKillAndApart) {
  std::vector<float> samples = Rendered();
  samples.resize(2 * 24'000);
  WriteFeed("foh-a", samples);
  const MediaTime killed = kStart + 30'000 + take_.plans[0].timing.playout;
  WriteFile(
      folder_ / "faults.json",
      nlohmann::json::array({{{"kind", "kill"}, {"node", "a"}, {"at_sample", killed}}}).dump());
  const TakeVerdict verdict = Judged();
  EXPECT_TRUE(verdict.feeds[0].killed);
  EXPECT_EQ(verdict.samples_altered, 0);
  EXPECT_EQ(verdict.samples_played, kLength) << "only the feed that lived counts";
}

TEST_F(JudgeTest, WhatAKilledFeedPlayedBeforeStillCounts) {
  std::vector<float> samples = Rendered();
  samples.resize(2 * 24'000);
  samples[100] = 0.5f;
  WriteFeed("foh-a", samples);
  WriteFile(
      folder_ / "faults.json",
      nlohmann::json::array({{{"kind", "kill"}, {"node", "a"}, {"at_sample", kStart + 40'000}}})
          .dump());
  EXPECT_EQ(Judged().samples_altered, 1);
}

TEST_F(JudgeTest, SilenceFails) {
  take_.plans[0].session.playing = false;
  WriteAll();
  WriteFeed("foh-a", Rendered());
  WriteFeed("foh-b", Rendered());
  const TakeVerdict verdict = Judged();
  EXPECT_EQ(verdict.samples_altered, 0);
  EXPECT_TRUE(verdict.silent);
  EXPECT_FALSE(verdict.identical());
}

TEST_F(JudgeTest, AChangedTextIsRefusedByName) {
  WriteFile(folder_ / "show.yaml", "show: other\n");
  EXPECT_THAT(Complaint(), testing::HasSubstr("show.yaml was changed"));
}

TEST_F(JudgeTest, AChangedAssetIsRefusedByName) {
  const std::string hash(take_.plans[0].tasks[1].description.assets[0].hash.view());
  std::fstream file(folder_ / "assets" / hash, std::ios::in | std::ios::out | std::ios::binary);
  file.seekp(1000);
  file.put('x');
  file.close();
  EXPECT_THAT(Complaint(), testing::HasSubstr(hash));
}

TEST_F(JudgeTest, BrokenFilesAreNamed) {
  WriteFile(folder_ / "foh-a.json", "{\"output\": \"foh-a\"}");
  EXPECT_THAT(Complaint(), testing::HasSubstr("\"node\" is missing"));
  WriteFile(folder_ / "take.json", "{");
  EXPECT_THAT(Complaint(), testing::HasSubstr("take.json is not JSON"));
}

}  // namespace
}  // namespace continuo::coordinator
