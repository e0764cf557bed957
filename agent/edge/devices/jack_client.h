// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <cstdint>
#include <string>
#include <vector>

#include "agent/edge/devices/device.h"
#include "agent/edge/devices/jack_library.h"
#include "dsp/base/realtime.h"
#include "dsp/base/units.h"

namespace continuo::agent {

/// A client of one life of a JACK server, with ports of one direction. When the server is gone it is good for nothing
/// any more. All but the callbacks on one thread.
class JackClient {
 public:
  static constexpr int kMaxPeriod = 4096;  ///< samples

  struct Wish {
    std::string server;  ///< its name
    std::string client;  ///< name to be seen under; a server has it once
    /// Channel c is connected with the port of this name followed by c; empty: nothing is.
    std::string connect;
  };
  virtual ~JackClient() = default;
  JackClient(const JackClient&) = delete;
  JackClient& operator=(const JackClient&) = delete;

  /// Tries the connections that are wished and not made yet.
  void Connect();
  /// The server is gone, or has thrown this client out.
  bool lost() const { return lost_; }
  std::uint64_t xruns() const { return xruns_; }
  /// Of the server, in samples.
  int period() const;
  /// Of what its ports are connected to: samples from the beginning of a period until it is heard, or from when it
  /// sounded until a period with it begins; 0: not known.
  Frames device_latency() const;
  /// How it is. `before`: the counts of earlier clients in its place.
  virtual void Report(const plan::DeviceStatus& before, DeviceProgress& progress) = 0;

 protected:
  struct Ports {
    const char* prefix;  ///< of their names, which end in 1, 2 ...
    unsigned long flags;
    int count;
  };
  JackClient(const JackLibrary& jack, const Wish& wish, const Ports& ports)
      : jack_(jack), wish_(wish), wished_(ports) {}
  /// Begins. Empty, or a sentence with what to do. May take seconds if the server is stuck.
  std::string Start();
  /// Nothing is called back any more. A destructor does this first of all.
  void Leave();

  /// On JACK's threads.
  virtual void Process(int frames) CONTINUO_REALTIME = 0;
  virtual void LostTime() CONTINUO_REALTIME = 0;
  virtual void TellLatency(jack_latency_callback_mode_t /*mode*/) {}

  /// Of the period that is processed: one for each port.
  const std::vector<float*>& buffers() const { return buffers_; }
  const std::vector<jack_port_t*>& ports() const { return ports_; }
  const JackLibrary& jack() const { return jack_; }
  /// When the period that is processed was handed to this client, by CLOCK_MONOTONIC: never too early, and late now and
  /// then. JACK's own estimate is smoother, and off by milliseconds for a second after an xrun.
  Nanoseconds handed_out() const { return handed_out_; }
  /// When the next period begins, as JACK expects it, by CLOCK_MONOTONIC.
  Nanoseconds NextPeriod() const CONTINUO_REALTIME;

 private:
  std::string OpenClient();
  std::string RegisterPorts();
  int Call(int frames) CONTINUO_REALTIME;
  bool plays() const { return (wished_.flags & JackPortIsOutput) != 0; }

  const JackLibrary& jack_;
  const Wish wish_;
  const Ports wished_;
  jack_client_t* client_ = nullptr;
  std::vector<jack_port_t*> ports_;
  std::vector<bool> connected_;
  std::vector<float*> buffers_;
  Nanoseconds handed_out_ = 0;  // JACK's thread only
  std::atomic<std::uint64_t> xruns_{0};
  std::atomic<bool> lost_{false};
};

}  // namespace continuo::agent
