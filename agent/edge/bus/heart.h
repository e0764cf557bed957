// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "dsp/base/units.h"

namespace continuo::transport {
class BeatSender;
}

namespace continuo::agent {

/// Sends the node's heartbeat: a small ZeroMQ message on every network, every 50 ms (kBeatPeriod). It may be lost;
/// three misses in a row on all networks make the coordinator suspect the node, six make it a candidate for dead.
class Heart {
 public:
  static constexpr Nanoseconds kBeatPeriod = 50'000'000;

  struct Options {
    std::string node;  ///< name, as in Hello
    std::vector<std::string>
        addresses;  ///< host:port of the coordinator's beat socket, with commas if there are several; index = network
    /// SCHED_FIFO priority of ZeroMQ's own thread, which does the sending: above the audio threads, else overload
    /// looks like death. 0: an ordinary thread. Anything else needs the privilege, or ZeroMQ aborts.
    int priority = 0;
  };

  /// Never fails: an unreachable coordinator is tried again for ever, in the background.
  explicit Heart(Options options);
  ~Heart();
  Heart(const Heart&) = delete;
  Heart& operator=(const Heart&) = delete;

  /// One beat on every network. Never waits: what cannot leave at once is dropped. `realtime`: the audio thread runs
  /// under SCHED_FIFO. One thread.
  void Beat(MediaTime n, bool realtime);

 private:
  std::unique_ptr<transport::BeatSender> sender_;
  std::string node_;
  std::uint64_t seq_ = 0;
};

}  // namespace continuo::agent
