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
  /// See DeviceFeed; likewise how far dates of an input may drift.
  Frames margin = FramesOfMs(4);
  /// Every millisecond counts: no look-ahead in the guard, and a margin of less than two quanta is taken as it is.
  bool prompt = false;
  /// Outputs are resampled, so that each sample is heard at its media time: FollowFeed. Else it is DeviceFeed.
  bool follow = false;
};

/// Plays outputs on the ports of a running JACK server, and hears for live tasks what comes there, all as one client,
/// on a thread of its own that looks after them. A server that is not there, or goes and comes back, is tried every
/// second: the sound of the cluster, and recordings, go on without it.
class JackDevice {
 public:
  /// `tell`: what the operator has to know at once; called on this object's thread.
  /// `bell` is rung when something was heard; `clock` is the cluster's. Both outlive this.
  JackDevice(JackWish wish, const handoff::Doorbell& bell, const clock::Clock& clock,
             std::function<void(plan::Incident)> tell);
  /// Leaves the server.
  ~JackDevice();
  JackDevice(const JackDevice&) = delete;
  JackDevice& operator=(const JackDevice&) = delete;

  /// Empty, or why this agent can play on no JACK server at all, and what to do.
  static std::string Check();

  void Add(const DeviceTrack& track);
  void Add(const InputTrack& track);
  /// Nothing more will come into that ring: its ports go.
  void End(const std::shared_ptr<const handoff::DeviceRing>& ring);
  /// Nobody takes anything out of that ring any more: likewise.
  void End(const std::shared_ptr<handoff::LiveRing>& ring);
  std::vector<DeviceProgress> AllProgress() const;

 private:
  class Worker;
  std::unique_ptr<Worker> worker_;
};

}  // namespace continuo::agent
