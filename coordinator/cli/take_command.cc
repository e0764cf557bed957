// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdio>
#include <mutex>

#include "coordinator/cli/commands.h"
#include "coordinator/cli/json_text.h"
#include "coordinator/cli/progress.h"
#include "coordinator/cli/whereabouts.h"
#include "coordinator/edge/grpc/operator_client.h"
#include "coordinator/edge/take/take.h"
#include "proto/transport/asset_client.h"

namespace continuo::coordinator::cli {
namespace {

/// Verdicts arrive a lead after the command; a take asked for in between waits a little for them.
constexpr int kAsksForVerdicts = 20;
constexpr std::chrono::milliseconds kBetweenAsks{100};

void Pause() {
  std::mutex mutex;
  std::unique_lock lock(mutex);
  std::condition_variable never;
  never.wait_for(lock, kBetweenAsks);
}

absl::StatusOr<TakeTexts> AskForTake(OperatorClient& client) {
  for (int asked = 1;; ++asked) {
    auto take = client.GetTake();
    if (!take.ok() || take->undecided == 0 || asked == kAsksForVerdicts) return take;
    Pause();
  }
}

/// Who may have the assets: the coordinator, then the agents.
std::vector<std::string> Sources(OperatorClient& client) {
  std::vector<std::string> sources = {client.address()};
  const auto view = client.Look();
  if (!view.ok()) return sources;
  for (const NodeView& node : view->nodes) {
    if (node.attached && !node.asset_address.empty()) sources.push_back(node.asset_address);
  }
  return sources;
}

std::string FetchAll(const std::vector<ImportedAsset>& assets, OperatorClient& client,
                     const std::filesystem::path& folder) {
  const transport::AssetFolder into(folder);
  transport::AssetFetcher fetcher(into, Sources(client));
  const std::atomic<bool> cancelled = false;
  Progress progress;
  std::uint64_t done = 0, total = 0;
  for (const ImportedAsset& asset : assets) total += asset.bytes;
  for (const ImportedAsset& asset : assets) {
    const std::string problem = fetcher.Fetch(asset.hash, cancelled);
    if (!problem.empty()) return problem;
    done += asset.bytes;
    progress.Show(BytesText("fetching assets", done, total));
  }
  return "";
}

Take TakeOf(TakeTexts texts) {
  Take take;
  take.build_id = std::move(texts.build_id);
  take.show_yaml = std::move(texts.show);
  take.plans = std::move(texts.plans);
  for (const auto& [task, event] : texts.events) take.events.push_back({task, event});
  return take;
}

}  // namespace

int RunTakeSave(const Invocation& invocation, const std::string& folder) {
  OperatorClient client(CoordinatorOf(invocation));
  auto texts = AskForTake(client);
  if (!texts.ok()) return Fail(invocation, texts.status());
  if (texts->undecided > 0) {
    std::fprintf(stderr, "continuo: %d events have no verdict yet and are not in the take\n",
                 texts->undecided);
  }
  const std::size_t events = texts->events.size(), assets = texts->assets.size();
  const std::string problem =
      FetchAll(texts->assets, client, std::filesystem::path(folder) / "assets");
  if (!problem.empty()) return Fail(invocation, problem);
  if (const absl::Status written = WriteTake(TakeOf(*std::move(texts)), folder); !written.ok()) {
    return Fail(invocation, written);
  }
  if (invocation.json) {
    std::printf("%s\n", TakeJson(folder, events, assets).c_str());
  } else {
    std::printf("%s: show, plan, %zu events, %zu assets (judge it: continuo verify %s)\n",
                folder.c_str(), events, assets, folder.c_str());
  }
  return kDone;
}

}  // namespace continuo::coordinator::cli
