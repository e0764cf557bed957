// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "agent/core/lives.h"
#include "agent/shell/inbox.h"
#include "agent/shell/production.h"

namespace continuo::agent {

/// Fetches assets and builds engines, one plan after the other, on a thread that may wait for the network and the disk.
class Builder {
 public:
  struct Job {
    plan::Plan plan;
    plan::NodeId self = 0;
    std::vector<std::string> asset_sources;
    std::vector<core::ReplicaKey> lived;  ///< replicas that must not be started
    /// What plays, if the plan succeeds it.
    std::shared_ptr<const rt::Program> predecessor;
  };
  struct Result {
    plan::Plan plan;
    std::unique_ptr<Production> production;  ///< nullptr: error says why
    std::string error;
  };
  /// Gets the assets of a plan; empty, or a sentence.
  using Fetch =
      std::function<std::string(const plan::Plan&, const std::vector<std::string>& sources,
                                const std::atomic<bool>& cancelled)>;
  /// `done` is called on the builder's thread.
  Builder(Fetch fetch, MaterialShelf::PathOf path_of, rt::Engine::Wiring wiring, Gear gear,
          std::function<void(Result)> done);
  ~Builder();
  Builder(const Builder&) = delete;
  Builder& operator=(const Builder&) = delete;

  void Build(Job job) { jobs_.Post(std::move(job)); }

 private:
  void Run();
  Result Do(const Job& job);

  const Fetch fetch_;
  MaterialShelf shelf_;  // of the builder's thread
  const rt::Engine::Wiring wiring_;
  const Gear gear_;
  const std::function<void(Result)> done_;
  Inbox<Job> jobs_;
  std::atomic<bool> ending_{false};
  std::thread thread_;
};

}  // namespace continuo::agent
