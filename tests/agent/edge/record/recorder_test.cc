// SPDX-License-Identifier: Apache-2.0
#include "agent/edge/record/recorder.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstring>
#include <fstream>
#include <sstream>
#include <thread>

namespace continuo::agent {
namespace {

using testing::HasSubstr;

class RecorderTest : public testing::Test {
 protected:
  RecorderTest()
      : folder_(testing::TempDir() + "recorder-" +
                testing::UnitTest::GetInstance()->current_test_info()->name()) {
    std::filesystem::remove_all(folder_);
  }
  ~RecorderTest() override { std::filesystem::remove_all(folder_); }

  Track MakeTrack(const std::string& name) {
    return {7, name, "node \"one\"", 96, "build", std::make_shared<handoff::SampleRing>(2, 4800)};
  }
  std::string Content(const std::string& name) {
    std::ifstream file(folder_ / name, std::ios::binary);
    std::stringstream text;
    text << file.rdbuf();
    return text.str();
  }
  /// Records two frames and ends.
  void Record(const Track& track, MediaTime first_n) {
    Recorder recorder(folder_, {});
    recorder.Add(track);
    track.ring->StartAt(first_n);
    track.ring->Write(std::vector<float>{0.25f, -1.0f, 0.5f, 1e-30f});
    track.ring->Finish();
  }

  const std::filesystem::path folder_;
};

TEST_F(RecorderTest, FileHoldsTheBitsAndTheSideFileSaysWhatTheyAre) {
  ASSERT_EQ(Recorder::Check(folder_), "");
  Record(MakeTrack("foh-a"), 960);
  const std::string bytes = Content("foh-a.f32");
  ASSERT_EQ(bytes.size(), 16u);
  float samples[4];
  std::memcpy(samples, bytes.data(), sizeof samples);
  EXPECT_THAT(samples, testing::ElementsAre(0.25f, -1.0f, 0.5f, 1e-30f));
  EXPECT_EQ(Content("foh-a.json"),
            "{\"output\": \"foh-a\", \"node\": \"node \\\"one\\\"\", \"first_n\": 960, "
            "\"channels\": 2, \"quantum\": 96, \"build_id\": \"build\"}\n");
}

TEST_F(RecorderTest, EarlierRecordingIsNeverOverwritten) {
  ASSERT_EQ(Recorder::Check(folder_), "");
  Record(MakeTrack("foh-a"), 960);
  Record(MakeTrack("foh-a"), 96000);
  EXPECT_EQ(Content("foh-a.f32").size(), 16u);
  EXPECT_EQ(Content("foh-a.from-96000.f32").size(), 16u);
  EXPECT_THAT(Content("foh-a.from-96000.json"), HasSubstr("\"first_n\": 96000"));
}

TEST_F(RecorderTest, UnwritableFolderIsSaidBeforeTheShow) {
  EXPECT_THAT(Recorder::Check("/proc/nowhere"), HasSubstr("/proc/nowhere"));
}

TEST_F(RecorderTest, DiskThatFailsEndsTheFileAndIsToldOnceWhileTheRingIsEmptied) {
  std::filesystem::create_directories(folder_);
  std::vector<std::string> errors;
  const Track track = MakeTrack("missing/foh-a");  // its folder does not exist
  {
    Recorder recorder(folder_, [&errors](const Track&, std::string e) { errors.push_back(e); });
    recorder.Add(track);
    track.ring->Write(std::vector<float>(200));
    while (recorder.AllProgress().at(0).error.empty()) std::this_thread::yield();
    track.ring->Write(std::vector<float>(200));
  }
  EXPECT_EQ(errors.size(), 1u);
  std::vector<float> rest(10);
  EXPECT_EQ(track.ring->Read(rest), 0u);
}

}  // namespace
}  // namespace continuo::agent
