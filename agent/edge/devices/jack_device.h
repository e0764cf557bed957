// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "agent/edge/devices/device.h"
#include "agent/handoff/doorbell.h"
#include "proto/clock/clock.h"

namespace continuo::agent {

/// What outputs and live tasks have to do with JACK.
struct JackWish {
  std::string server;  ///< name of it; "default" is that of a jackd without -n
  std::string client;  ///< to be seen there as
  std::map<std::string, std::string>
      connect;  ///< output or task -> beginning of the names of the ports to connect to
  // See DeviceManner.
  Frames margin = FramesOfMs(4);
  bool prompt = false;
  bool follow = false;
};

/// A running JACK server, all as one client, with ports OUTPUT.out_1, TASK.in_1 and so on.
class JackDevice final : public SoundDevice {
 public:
  /// `tell`: what the operator has to know at once; called on this object's thread.
  /// `bell` is rung when something was heard; `clock` is the cluster's. Both outlive this.
  JackDevice(const JackWish& wish, const handoff::Doorbell& bell, const clock::Clock& clock,
             std::function<void(plan::Incident)> tell);
  /// Leaves the server.
  ~JackDevice() override;
  JackDevice(const JackDevice&) = delete;
  JackDevice& operator=(const JackDevice&) = delete;

  /// Empty, or why this agent can play on no JACK server at all, and what to do.
  static std::string Check();

  void Add(const DeviceTrack& track) override;
  void Add(const InputTrack& track) override;
  void End(const std::shared_ptr<const handoff::DeviceRing>& ring) override;
  void End(const std::shared_ptr<handoff::LiveRing>& ring) override;
  std::vector<DeviceProgress> AllProgress() const override;

 private:
  class Server;
  std::unique_ptr<Server> server_;
};

}  // namespace continuo::agent
