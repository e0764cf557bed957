// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>

#include <atomic>
#include <fstream>

#include "proto/continuo/v1/assets.grpc.pb.h"
#include "proto/transport/asset_client.h"
#include "proto/transport/asset_service.h"
#include "proto/transport/server.h"
#include "support/scratch.h"

namespace continuo::transport {
namespace {

using ::testing::HasSubstr;

std::size_t FilesIn(const std::filesystem::path& folder) {
  std::size_t files = 0;
  for ([[maybe_unused]] const auto& entry : std::filesystem::directory_iterator(folder)) ++files;
  return files;
}

void Put(const AssetFolder& folder, const std::string& bytes) {
  const auto incoming = folder.Receive(Sha256(bytes));
  ASSERT_TRUE(incoming->Write(bytes));
  ASSERT_TRUE(incoming->Keep()) << incoming->error();
}

class AssetServer {
 public:
  explicit AssetServer(const std::filesystem::path& path,
                       AssetAccess access = AssetAccess::kFetchAndPut)
      : folder(path), service_(MakeAssetService(folder, access)) {
    std::string error;
    server_ = Server::Start("127.0.0.1:0", {service_.get()}, error);
    EXPECT_NE(server_, nullptr) << error;
  }
  const std::string& address() const { return server_->address(); }
  const AssetFolder folder;

 private:
  std::unique_ptr<grpc::Service> service_;
  std::unique_ptr<Server> server_;
};

// More than one chunk, and not a whole number of them.
const std::string kBytes = std::string(700'001, 'x') + "end";

TEST(AssetStore, AnAssetIsFetchedFromTheFirstWhoHasIt) {
  const Scratch scratch;
  AssetServer empty(scratch.path() / "empty"), full(scratch.path() / "full");
  Put(full.folder, kBytes);
  const AssetFolder mine(scratch.path() / "mine");
  const std::atomic<bool> cancelled = false;
  EXPECT_EQ(AssetFetcher(mine, {empty.address(), full.address()}).Fetch(Sha256(kBytes), cancelled),
            "");
  EXPECT_TRUE(mine.Has(Sha256(kBytes)));
}

TEST(AssetStore, ASourceThatLiesIsPassedOver) {
  const Scratch scratch;
  AssetServer liar(scratch.path() / "liar"), honest(scratch.path() / "honest");
  std::ofstream(liar.folder.PathOf(Sha256(kBytes))) << "not it";
  const AssetFolder mine(scratch.path() / "mine");
  const std::atomic<bool> cancelled = false;
  EXPECT_THAT(AssetFetcher(mine, {liar.address()}).Fetch(Sha256(kBytes), cancelled),
              HasSubstr("are not asset"));
  Put(honest.folder, kBytes);
  EXPECT_EQ(AssetFetcher(mine, {liar.address(), honest.address()}).Fetch(Sha256(kBytes), cancelled),
            "");
  EXPECT_EQ(FilesIn(mine.path()), 1u);
}

TEST(AssetStore, WhenNobodyHasItEveryAnswerIsTold) {
  const Scratch scratch;
  AssetServer empty(scratch.path() / "empty");
  const AssetFolder mine(scratch.path() / "mine");
  const std::atomic<bool> cancelled = false;
  const std::string problem = AssetFetcher(mine, {empty.address()}).Fetch(Sha256("x"), cancelled);
  EXPECT_THAT(problem, HasSubstr(empty.address()));
  EXPECT_THAT(problem, HasSubstr("is not here"));
}

TEST(AssetStore, PuttingSendsOnlyWhatIsMissing) {
  const Scratch scratch;
  AssetServer server(scratch.path() / "server");
  const AssetFolder mine(scratch.path() / "mine");
  Put(mine, kBytes);
  Put(mine, "small");
  Put(server.folder, "small");
  std::uint64_t sent = 0;
  const auto progress = [&](std::uint64_t done, std::uint64_t total) {
    sent = done;
    EXPECT_EQ(total, kBytes.size());
  };
  EXPECT_EQ(PutAssets(mine, {Sha256(kBytes), Sha256("small")}, server.address(), progress), "");
  EXPECT_EQ(sent, kBytes.size());
  EXPECT_TRUE(server.folder.Has(Sha256(kBytes)));
}

TEST(AssetStore, AnAgentTakesNothing) {
  const Scratch scratch;
  AssetServer agent(scratch.path() / "agent", AssetAccess::kFetchOnly);
  const AssetFolder mine(scratch.path() / "mine");
  Put(mine, "small");
  const auto silent = [](std::uint64_t, std::uint64_t) {};
  EXPECT_THAT(PutAssets(mine, {Sha256("small")}, agent.address(), silent),
              HasSubstr("only gives assets"));
}

TEST(Server, ASecondOneOnAPortIsRefusedWithASentence) {
  const Scratch scratch;
  AssetServer first(scratch.path());
  const auto service = MakeAssetService(first.folder, AssetAccess::kFetchOnly);
  std::string error;
  EXPECT_EQ(Server::Start(first.address(), {service.get()}, error), nullptr);
  EXPECT_THAT(error, HasSubstr("cannot listen on " + first.address()));
}

}  // namespace
}  // namespace continuo::transport
