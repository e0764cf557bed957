// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "coordinator/core/ports.h"

namespace continuo::transport {
class BeatReceiver;
}

namespace continuo::coordinator {

/// Hears the nodes' heartbeats and posts each as BeatHeard where there is a loop. A thread of its own.
class Pulse {
 public:
  /// Binds these host:port (port 0 picks one). nullptr with a sentence in `error` if one cannot be had. `lobby` must
  /// outlive it.
  static std::unique_ptr<Pulse> Listen(const std::vector<std::string>& addresses, Lobby& lobby,
                                       std::string& error);
  /// Stops, within a beat.
  ~Pulse();
  Pulse(const Pulse&) = delete;
  Pulse& operator=(const Pulse&) = delete;

  /// host:port of each socket, with the port that was picked.
  const std::vector<std::string>& addresses() const;

 private:
  Pulse(std::unique_ptr<transport::BeatReceiver> receiver, Lobby& lobby);
  void Run();

  std::unique_ptr<transport::BeatReceiver> receiver_;
  Lobby& lobby_;
  std::atomic<bool> stop_{false};
  std::thread thread_;
};

}  // namespace continuo::coordinator
