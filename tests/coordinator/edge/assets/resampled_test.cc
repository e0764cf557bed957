// SPDX-License-Identifier: Apache-2.0
#include "coordinator/edge/assets/resampled.h"

#include <gmock/gmock.h>

#include <fstream>

#include "support/scratch.h"

namespace continuo::coordinator {
namespace {

using testing::Eq;
using testing::Optional;

class ResampledFolder : public testing::Test {
 protected:
  std::string Write(const std::string& name, const std::string& text) {
    const auto path = scratch_.path() / name;
    std::ofstream(path, std::ios::binary) << text;
    return path.string();
  }

  Scratch scratch_;
  const std::filesystem::path folder_ = scratch_.path() / "cache/resampled";
  const Resampled resampled_{folder_};
  const std::string key_ = Resampled::KeyOf(Write("song.wav", "sound"));
};

TEST_F(ResampledFolder, WhatIsKeptIsFoundAlsoByAnother) {
  EXPECT_EQ(resampled_.Find(key_), std::nullopt);
  resampled_.Keep(key_, "canonical");
  EXPECT_THAT(Resampled(folder_).Find(key_), Optional(Eq("canonical")));
}

TEST_F(ResampledFolder, AFileThatWasChangedIsAnother) {
  EXPECT_EQ(Resampled::KeyOf(Write("copy.wav", "sound")), key_);
  EXPECT_NE(Resampled::KeyOf(Write("song.wav", "sounds")), key_);
  EXPECT_EQ(Resampled::KeyOf((scratch_.path() / "none.wav").string()), "");
}

TEST_F(ResampledFolder, WhatIsDamagedIsMadeAgain) {
  resampled_.Keep(key_, "canonical");
  std::fstream file(folder_ / key_, std::ios::in | std::ios::out | std::ios::binary);
  file.seekp(3);
  file << '!';
  file.close();
  EXPECT_EQ(resampled_.Find(key_), std::nullopt);
  resampled_.Keep(key_, "canonical");
  EXPECT_THAT(resampled_.Find(key_), Optional(Eq("canonical")));
  std::filesystem::resize_file(folder_ / key_, 20);
  EXPECT_EQ(resampled_.Find(key_), std::nullopt);
}

TEST_F(ResampledFolder, WhatCannotBeKeptIsNoFault) {
  const Resampled nowhere{std::filesystem::path(Write("a file", "")) / "below"};
  nowhere.Keep(key_, "canonical");
  EXPECT_EQ(nowhere.Find(key_), std::nullopt);
  const Resampled none{std::filesystem::path()};
  none.Keep(key_, "canonical");
  EXPECT_EQ(none.Find(key_), std::nullopt);
}

}  // namespace
}  // namespace continuo::coordinator
