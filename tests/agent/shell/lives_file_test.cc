// SPDX-License-Identifier: Apache-2.0
#include "agent/shell/lives_file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>

namespace continuo::agent {
namespace {

class LivesFileTest : public testing::Test {
 protected:
  LivesFileTest() : folder_(testing::TempDir() + "lives-file-test") {
    std::filesystem::remove_all(folder_);
    std::filesystem::create_directories(folder_);
    plan_.version = plan_.run = 3;
    plan_.start_n = 9600;
    plan_.tasks.emplace_back().replicas = {{1, 5}};
  }
  const std::filesystem::path folder_;
  plan::Plan plan_;
};

TEST_F(LivesFileTest, WhatOneProcessBeginsTheNextOneDoesNot) {
  EXPECT_THAT(LivesFile(folder_).Begin(plan_, 1), testing::IsEmpty());
  EXPECT_THAT(LivesFile(folder_).Begin(plan_, 1), testing::SizeIs(1));
}

TEST_F(LivesFileTest, DraftThatADyingProcessLeftIsNotTheFile) {
  EXPECT_THAT(LivesFile(folder_).Begin(plan_, 1), testing::IsEmpty());
  std::ofstream(folder_ / "lives.new") << "performance 3 96";
  EXPECT_THAT(LivesFile(folder_).Begin(plan_, 1), testing::SizeIs(1));
}

TEST_F(LivesFileTest, FolderThatCannotBeWrittenIsToldAndStopsNothing) {
  testing::internal::CaptureStderr();
  EXPECT_THAT(LivesFile(folder_ / "absent").Begin(plan_, 1), testing::IsEmpty());
  EXPECT_THAT(testing::internal::GetCapturedStderr(), testing::HasSubstr("cannot write"));
}

}  // namespace
}  // namespace continuo::agent
