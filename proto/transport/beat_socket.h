// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "dsp/base/units.h"

// The one place that makes ZeroMQ sockets. Beats go from many nodes (PUB, connecting) to one coordinator (SUB,
// binding), so that a node needs to know the coordinator's address and not the other way round. What cannot leave or
// be taken at once is lost: an old heartbeat is worse than none.

namespace continuo::transport {

/// Heartbeat of a node (continuo/v1/telemetry.proto).
struct Beat {
  std::string node;
  std::uint64_t seq = 0;      ///< grows by one with every beat of the process
  MediaTime n = 0;            ///< 0: no media time yet
  bool realtime = false;      ///< the audio thread runs under SCHED_FIFO
  std::uint32_t network = 0;  ///< on which it came
  bool operator==(const Beat&) const = default;
};

std::string EncodeBeat(const Beat& beat);
/// False if the bytes are no beat of a node.
bool ParseBeat(const void* bytes, std::size_t size, Beat& beat);

/// Sends beats, one connection per address. Used by one thread.
class BeatSender {
 public:
  /// `addresses`: index = network; host:port, or several with commas, which all get every beat.
  /// `priority`: SCHED_FIFO of ZeroMQ's own thread; 0: ordinary.
  explicit BeatSender(const std::vector<std::string>& addresses, int priority = 0);
  ~BeatSender();
  /// On every network; sets Beat::network. Never waits.
  void Send(Beat beat);

 private:
  class Sockets;
  std::unique_ptr<Sockets> sockets_;
};

/// Receives beats on one or more addresses. Used by one thread.
class BeatReceiver {
 public:
  /// Binds host:port (port 0 picks one). nullptr with a sentence in `error` if it cannot.
  static std::unique_ptr<BeatReceiver> Bind(const std::vector<std::string>& addresses,
                                            std::string& error);
  ~BeatReceiver();
  /// The next beat, after at most `wait_ms`; false if there is none. What is no beat is skipped and counted.
  bool Receive(Beat& beat, int wait_ms);
  std::uint64_t refused() const { return refused_; }
  /// host:port of each socket, with the port that was picked.
  const std::vector<std::string>& addresses() const { return addresses_; }

 private:
  class Sockets;
  explicit BeatReceiver(std::unique_ptr<Sockets> sockets);
  std::unique_ptr<Sockets> sockets_;
  std::vector<std::string> addresses_;
  std::uint64_t refused_ = 0;
};

}  // namespace continuo::transport
