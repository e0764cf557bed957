// SPDX-License-Identifier: Apache-2.0
#include "agent/edge/assets/asset_cache.h"

#include <grpcpp/impl/service_type.h>

#include <algorithm>

#include "proto/transport/asset_client.h"
#include "proto/transport/asset_folder.h"
#include "proto/transport/asset_service.h"
#include "proto/transport/server.h"

namespace continuo::agent {

class AssetCache::Serving {
 public:
  explicit Serving(const transport::AssetFolder& folder)
      : service_(transport::MakeAssetService(folder, transport::AssetAccess::kFetchOnly)) {}
  std::string Start(const std::string& listen, std::vector<grpc::Service*> services) {
    std::string error;
    services.push_back(service_.get());
    server_ = transport::Server::Start(listen, services, error);
    return error;
  }
  const std::string& address() const { return server_->address(); }

 private:
  std::unique_ptr<grpc::Service> service_;
  std::unique_ptr<transport::Server> server_;  // after the service: stops first
};

AssetCache::AssetCache(std::filesystem::path folder)
    : folder_(std::make_unique<transport::AssetFolder>(std::move(folder))) {}

AssetCache::~AssetCache() = default;

std::string AssetCache::Serve(const std::string& listen,
                              const std::vector<grpc::Service*>& others) {
  serving_ = std::make_unique<Serving>(*folder_);
  std::string error = serving_->Start(listen, others);
  if (error.empty()) {
    address_ = serving_->address();
  } else {
    serving_.reset();
  }
  return error;
}

void AssetCache::StopServing() {
  serving_.reset();
}

std::string AssetCache::FetchAll(const plan::Plan& plan, const std::vector<std::string>& sources,
                                 const std::atomic<bool>& cancelled) {
  std::vector<std::string> others = sources;
  std::erase(others, address_);
  transport::AssetFetcher fetcher(*folder_, others);
  for (const std::string& hash : AssetsOf(plan)) {
    std::string problem = fetcher.Fetch(hash, cancelled);
    if (!problem.empty()) return problem;
  }
  return "";
}

std::filesystem::path AssetCache::PathOf(const std::string& hash) const {
  return folder_->PathOf(hash);
}

std::vector<std::string> AssetsOf(const plan::Plan& plan) {
  std::vector<std::string> hashes;
  const auto add = [&](std::string_view hash) {
    const bool known = std::find(hashes.begin(), hashes.end(), hash) != hashes.end();
    if (!hash.empty() && !known) hashes.emplace_back(hash);
  };
  for (const plan::Task& task : plan.tasks) {
    for (const dsp::AssetUse& asset : task.description.assets) add(asset.hash.view());
    add(task.description.notes.file.view());
  }
  return hashes;
}

}  // namespace continuo::agent
