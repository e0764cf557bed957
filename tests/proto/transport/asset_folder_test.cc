// SPDX-License-Identifier: Apache-2.0
#include "proto/transport/asset_folder.h"

#include <gtest/gtest.h>

#include "support/scratch.h"

namespace continuo::transport {
namespace {

std::size_t FilesIn(const std::filesystem::path& folder) {
  std::size_t files = 0;
  for ([[maybe_unused]] const auto& entry : std::filesystem::directory_iterator(folder)) ++files;
  return files;
}

TEST(AssetFolder, TheHashOfNothingIsTheKnownOne) {
  EXPECT_EQ(Sha256(""), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
}

TEST(AssetFolder, WhatWasReceivedInPiecesIsThereWhole) {
  const Scratch scratch;
  const AssetFolder folder(scratch.path());
  const auto incoming = folder.Receive(Sha256("one two"));
  EXPECT_TRUE(incoming->Write("one "));
  EXPECT_TRUE(incoming->Write("two"));
  EXPECT_FALSE(folder.Has(Sha256("one two")));
  EXPECT_TRUE(incoming->Keep());
  EXPECT_TRUE(folder.Has(Sha256("one two")));
}

TEST(AssetFolder, WrongBytesLeaveNothingBehind) {
  const Scratch scratch;
  const AssetFolder folder(scratch.path());
  {
    const auto incoming = folder.Receive(Sha256("right"));
    EXPECT_TRUE(incoming->Write("wrong"));
    EXPECT_FALSE(incoming->Keep());
    EXPECT_TRUE(incoming->mismatch());
  }
  EXPECT_EQ(FilesIn(scratch.path()), 0u);
}

TEST(AssetFolder, ANameThatLeavesTheFolderIsRefused) {
  const Scratch scratch;
  const AssetFolder folder(scratch.path() / "assets");
  EXPECT_FALSE(folder.Receive("../escaped")->Keep());
  EXPECT_FALSE(folder.Has("../assets"));
}

}  // namespace
}  // namespace continuo::transport
