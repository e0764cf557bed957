// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "agent/edge/devices/device.h"
#include "agent/edge/devices/device_feed.h"
#include "agent/edge/devices/jack_library.h"
#include "dsp/base/spsc.h"

namespace continuo::agent {

/// One output as one client of one life of a JACK server: ports out_1, out_2 and so on. When the server is gone it is
/// good for nothing any more. All but the callbacks on one thread.
class JackOutput {
 public:
  struct Wish {
    std::string server;  ///< its name
    std::string client;  ///< name to be seen under; a server has it once
    std::string
        connect;  ///< channel c is connected to the port of this name followed by c; empty: nothing is
    Frames margin = 0;  ///< see DeviceFeed
    DeviceTrack track;
  };
  /// After a period, on JACK's thread.
  struct Reading {
    DeviceFeed::Counts counts;
    Nanoseconds next_at = 0;  ///< when the next period begins, by CLOCK_MONOTONIC
    bool too_long = false;    ///< the period is longer than a feed can serve: silence
  };

  /// Plays at once. nullptr, and a sentence with what to do in `error`. May take seconds if the server is stuck.
  static std::unique_ptr<JackOutput> Open(const JackLibrary& jack, const Wish& wish,
                                          std::string& error);
  ~JackOutput();
  JackOutput(const JackOutput&) = delete;
  JackOutput& operator=(const JackOutput&) = delete;

  /// Tries the connections that are wished and not made yet.
  void Connect();
  /// The server is gone, or has thrown this client out.
  bool lost() const { return lost_; }
  std::uint64_t xruns() const { return xruns_; }
  const Reading& Read() { return readings_.Read(); }
  /// Of the server, in samples.
  int period() const;
  /// Samples from the beginning of a period until it is heard, as what its ports are connected to says; 0: not known.
  Frames device_latency() const;

 private:
  JackOutput(const JackLibrary& jack, const Wish& wish);
  std::string Start();
  std::string OpenClient();
  std::string RegisterPorts();
  int Process(int frames) CONTINUO_REALTIME;
  Nanoseconds NextPeriodAt() const CONTINUO_REALTIME;
  void TellLatency(jack_latency_callback_mode_t mode);

  const JackLibrary& jack_;
  const Wish wish_;
  jack_client_t* client_ = nullptr;
  std::vector<jack_port_t*> ports_;
  std::vector<bool> connected_;
  std::vector<float*> buffers_;  // of the period, JACK's thread only
  DeviceFeed feed_;
  Mailbox<Reading> readings_;
  std::atomic<std::uint64_t> xruns_{0};
  std::atomic<bool> lost_{false};
};

}  // namespace continuo::agent
