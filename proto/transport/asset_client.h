// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "proto/transport/asset_folder.h"

namespace continuo::transport {

/// Fetches assets from others. Keeps its connections, and asks a source that did not answer no more: make one for
/// each plan or take. Used by one thread.
class AssetFetcher {
 public:
  /// `sources`: host:port, best first. The folder must outlive it.
  AssetFetcher(const AssetFolder& folder, const std::vector<std::string>& sources);
  ~AssetFetcher();
  AssetFetcher(const AssetFetcher&) = delete;
  AssetFetcher& operator=(const AssetFetcher&) = delete;

  /// Makes the asset be in the folder, from the first source that gives it whole and with the right SHA-256. Blocks;
  /// `cancelled` is looked at between chunks. Empty: it is there; else one sentence that says what every source
  /// answered.
  std::string Fetch(const std::string& hash, const std::atomic<bool>& cancelled);

 private:
  class Source;
  const AssetFolder& folder_;
  std::vector<std::unique_ptr<Source>> sources_;
};

/// Puts those assets of the folder to the server at `address` which it does not hold. `progress` hears after every
/// chunk how many bytes of how many have gone. Empty: all are there; else a sentence.
std::string PutAssets(const AssetFolder& folder, const std::vector<std::string>& hashes,
                      const std::string& address,
                      const std::function<void(std::uint64_t done, std::uint64_t total)>& progress);

}  // namespace continuo::transport
