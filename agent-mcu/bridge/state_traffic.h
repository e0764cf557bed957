// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <condition_variable>
#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <thread>
#include <vector>

#include "agent-mcu/bridge/core/outlet.h"
#include "agent/edge/state/state_fetch.h"
#include "agent/edge/state/state_service.h"

namespace continuo::mcu {

/// States between this bridge and other nodes, by gRPC: a thread for each that is fetched, those of a server for those
/// that are given. The bridge's thread, but for Give.
class StateTraffic {
 public:
  ~StateTraffic();

  // ---- for the board
  void Begin(const agent::core::FetchState& what);
  /// Nobody waits for it any more.
  void End(std::uint32_t fetch);
  /// What came since.
  std::vector<StateArrived> TakeArrived();

  // ---- of the board
  /// Threads of the server; blocks for two seconds at most.
  agent::StateGiven Give(const agent::StateWish& wish);
  /// What is waited for now.
  std::optional<StateAsked> Wished();
  void Answer(StateAnswer answer);

 private:
  struct Fetch {
    Fetch(const agent::core::FetchState& wanted, const agent::StateWish& wish)
        : call(wanted.address, wish) {}
    agent::StateFetch call;
    std::thread thread;
  };

  std::map<std::uint32_t, std::unique_ptr<Fetch>> fetches_;

  std::mutex giving_;  // one after the other
  std::mutex mutex_;   // with other threads:
  std::condition_variable changed_;
  std::uint32_t last_wish_ = 0;
  std::optional<StateAsked> asked_;
  std::optional<StateAnswer> answer_;  // to that
  std::deque<StateArrived> arrived_;
};

}  // namespace continuo::mcu
