// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>

#include "coordinator/core/ports.h"
#include "coordinator/edge/grpc/agent_links.h"

namespace continuo::coordinator {

/// The coordinator's one gRPC port: agents, operators and assets.
class FrontDoor {
 public:
  struct Options {
    std::string listen;        ///< host:port; port 0 picks one
    std::string asset_folder;  ///< made if absent
    std::string build_id;
  };
  /// Lets agents and operators into `lobby` at once; a loop there may still have to recover: what comes waits in its
  /// queue. nullptr with a sentence in `error` (another coordinator has the port, the folder cannot be
  /// made). `links` and `lobby` must outlive it.
  static std::unique_ptr<FrontDoor> Open(const Options& options, AgentLinks& links, Lobby& lobby,
                                         std::string& error);
  /// Ends all calls. Stop the loop before, which answers what is open, and destroy it after.
  ~FrontDoor();
  FrontDoor(const FrontDoor&) = delete;
  FrontDoor& operator=(const FrontDoor&) = delete;

  /// host:port, with the port that was picked.
  const std::string& address() const;

 private:
  class Rooms;
  explicit FrontDoor(std::unique_ptr<Rooms> rooms);
  std::unique_ptr<Rooms> rooms_;
};

}  // namespace continuo::coordinator
