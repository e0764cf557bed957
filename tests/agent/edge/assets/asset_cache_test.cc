// SPDX-License-Identifier: Apache-2.0
#include "agent/edge/assets/asset_cache.h"

#include <gmock/gmock.h>

#include "proto/transport/asset_folder.h"
#include "support/scratch.h"

namespace continuo::agent {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using transport::Sha256;

const std::string kKick = "kick", kSong = "song";

plan::Plan PlanWith(const std::vector<std::string>& audio, const std::string& notes) {
  plan::Plan plan;
  plan::Task& task = plan.tasks.emplace_back();
  for (const std::string& hash : audio) task.description.assets.push_back({hash.c_str(), 36});
  task.description.notes.file = notes.c_str();
  return plan;
}

void Put(const std::filesystem::path& folder, const std::string& bytes) {
  const transport::AssetFolder assets(folder);
  const auto incoming = assets.Receive(Sha256(bytes));
  ASSERT_TRUE(incoming->Write(bytes) && incoming->Keep()) << incoming->error();
}

TEST(AssetsOf, AnAssetOfTwoTasksIsNeededOnce) {
  plan::Plan plan = PlanWith({Sha256(kKick)}, Sha256(kSong));
  plan.tasks.push_back(plan.tasks[0]);
  EXPECT_THAT(AssetsOf(plan), ElementsAre(Sha256(kKick), Sha256(kSong)));
}

TEST(AssetsOf, ATaskWithoutNotesNeedsNoFile) {
  EXPECT_THAT(AssetsOf(PlanWith({}, "")), ElementsAre());
}

TEST(AssetCache, AnAgentSuppliesAnotherWhileTheCoordinatorIsAway) {
  const Scratch scratch;
  AssetCache giver(scratch.path() / "giver"), taker(scratch.path() / "taker");
  Put(scratch.path() / "giver", kKick);
  Put(scratch.path() / "giver", kSong);
  ASSERT_EQ(giver.Serve("127.0.0.1:0"), "");
  const std::atomic<bool> cancelled = false;
  const auto plan = PlanWith({Sha256(kKick)}, Sha256(kSong));
  EXPECT_EQ(taker.FetchAll(plan, {"127.0.0.1:9", giver.address()}, cancelled), "");
  EXPECT_TRUE(std::filesystem::exists(taker.PathOf(Sha256(kSong))));
}

TEST(AssetCache, WhatNobodyHasIsNamed) {
  const Scratch scratch;
  AssetCache giver(scratch.path() / "giver"), taker(scratch.path() / "taker");
  ASSERT_EQ(giver.Serve("127.0.0.1:0"), "");
  const std::atomic<bool> cancelled = false;
  const auto plan = PlanWith({Sha256(kKick)}, "");
  EXPECT_THAT(taker.FetchAll(plan, {giver.address()}, cancelled),
              HasSubstr(Sha256(kKick).substr(0, 12)));
}

TEST(AssetCache, CancelledItGivesUpAtOnce) {
  const Scratch scratch;
  AssetCache taker(scratch.path());
  const std::atomic<bool> cancelled = true;
  EXPECT_EQ(taker.FetchAll(PlanWith({Sha256(kKick)}, ""), {"127.0.0.1:9"}, cancelled),
            "fetching was cancelled");
}

TEST(AssetCache, ATakenPortIsSaid) {
  const Scratch scratch;
  AssetCache first(scratch.path() / "1"), second(scratch.path() / "2");
  ASSERT_EQ(first.Serve("127.0.0.1:0"), "");
  EXPECT_THAT(second.Serve(first.address()), HasSubstr("cannot listen on " + first.address()));
  EXPECT_EQ(second.address(), "");
}

}  // namespace
}  // namespace continuo::agent
