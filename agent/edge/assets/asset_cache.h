// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "proto/plan/plan.h"

namespace grpc {
class Service;
}
namespace continuo::transport {
class AssetFolder;
}

namespace continuo::agent {

/// The assets this node holds: <state>/assets/<sha256>, files in canonical form. It fetches what a plan needs and
/// serves what it has to other agents, so that a node can be supplied while the coordinator is away.
class AssetCache {
 public:
  /// Makes the folder if it is absent. Throws std::filesystem::filesystem_error if it cannot.
  explicit AssetCache(std::filesystem::path folder);
  ~AssetCache();

  /// Serves this folder on host:port (":0" picks a free port), and `others` beside it, which outlive it. Empty: it
  /// works; else a sentence that says what does not. After it, address() is what others are told
  /// (Hello.asset_address).
  std::string Serve(const std::string& listen, const std::vector<grpc::Service*>& others = {});
  /// Ends all calls and serves no more.
  void StopServing();
  const std::string& address() const { return address_; }

  /// Makes every asset of the plan that is not here yet, from the first source that has it. A file appears whole and
  /// with the right SHA-256, or not at all. Blocks (network, disk): not on a thread that must be anywhere in time.
  /// `cancelled` is looked at between chunks. Empty: all there; else a sentence that names what could not be had.
  std::string FetchAll(const plan::Plan& plan, const std::vector<std::string>& sources,
                       const std::atomic<bool>& cancelled);
  /// Where the canonical file of a hash lies (there or not).
  std::filesystem::path PathOf(const std::string& hash) const;

 private:
  class Serving;
  std::unique_ptr<transport::AssetFolder> folder_;
  std::string address_;
  std::unique_ptr<Serving> serving_;
};

/// The distinct hashes a plan needs, in order of first use.
std::vector<std::string> AssetsOf(const plan::Plan& plan);

}  // namespace continuo::agent
