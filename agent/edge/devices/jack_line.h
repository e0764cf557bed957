// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <jack/jack.h>

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "agent/edge/devices/device.h"
#include "dsp/base/realtime.h"
#include "dsp/base/units.h"

namespace continuo::agent {

class JackClient;

/// What one output or one live task has of a client: ports of one direction. All but the callbacks on one thread.
class JackLine {
 public:
  struct Ports {
    std::string prefix;  ///< of their names, which end in 1, 2 ...
    unsigned long flags = 0;
    int count = 0;
    /// Channel c is connected with the port of this name followed by c; empty: nothing is.
    std::string connect;
  };
  /// One that the server processes.
  struct Period {
    int frames = 0;
    /// When it was handed to the client, by the cluster's clock: never too early, and late now and then. JACK's own
    /// estimate is smoother, and off by milliseconds for a second after an xrun.
    Nanoseconds handed_out = 0;
    Nanoseconds next_at = 0;  ///< when the next one begins, as JACK expects it, by the same clock
  };

  virtual ~JackLine() = default;
  JackLine(const JackLine&) = delete;
  JackLine& operator=(const JackLine&) = delete;

  /// How it is. `before`: the counts of earlier lines in its place.
  virtual void Report(const plan::DeviceStatus& before, DeviceProgress& progress) = 0;
  /// Of what its ports are connected to: samples from the beginning of a period until it is heard, or from when it
  /// sounded until a period with it begins; 0: not known.
  Frames device_latency() const;

 protected:
  explicit JackLine(Ports ports) : wished_(std::move(ports)) {}

  /// On JACK's threads; from when it has joined a client until it has left.
  virtual void Process(const Period& period) CONTINUO_REALTIME = 0;
  virtual void LostTime() CONTINUO_REALTIME = 0;
  virtual void TellLatency(jack_latency_callback_mode_t /*mode*/) {}

  bool plays() const { return (wished_.flags & JackPortIsOutput) != 0; }
  /// Of the period that is processed: one for each port.
  const std::vector<float*>& buffers() const { return buffers_; }
  const std::vector<jack_port_t*>& ports() const { return ports_; }
  /// The one that it has joined.
  const JackClient& client() const { return *client_; }
  /// Since it joined.
  std::uint64_t xruns() const;

 private:
  friend class JackClient;

  const Ports wished_;
  const JackClient* client_ = nullptr;
  std::uint64_t xruns_before_ = 0;
  std::vector<jack_port_t*> ports_;
  std::vector<bool> connected_;
  std::vector<float*> buffers_;
};

}  // namespace continuo::agent
