// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "agent/edge/devices/alsa_device.h"
#include "agent/edge/devices/jack_device.h"
#include "agent/edge/ptp/ptp_daemon.h"
#include "proto/plan/plan.h"
#include "proto/transport/datagram_port.h"
#include "proto/transport/ptp_follower.h"

namespace continuo::agent {

/// What the command line says.
struct Options {
  std::string name;
  std::string coordinator;  ///< host:port, with commas if there are several; empty: look for it
  std::vector<std::string> beats;  ///< for each network: as `coordinator`; empty: no heartbeats
  FixedVector<transport::Address, plan::kMaxNetworks>
      networks;  ///< bound to; ip 0: not on that network
  FixedVector<transport::Address, plan::kMaxNetworks> advertised;  ///< what others are told
  std::filesystem::path state;
  std::optional<std::filesystem::path> record;
  std::optional<JackWish> jack;  ///< at most one of the two
  std::optional<AlsaWish> alsa;
  std::optional<RoundTripLoop> round_trip;  ///< of which is measured, and nothing played
  transport::PtpWish ptp;                   ///< which ptp4l it follows
  std::optional<PtpDaemonWish> ptp_daemon;  ///< or runs itself
  std::string serve_assets;                 ///< host:port
  std::string domain;
  bool compute = true;
  int cores = 1;  ///< that compute
  bool chaos = false;
  bool calibrate = false;  ///< measure the kernels anew

  /// Outputs need not wait for their deadline: the device that plays them takes them as soon as they are there.
  bool PlaysEarly() const {
    return (jack && jack->manner.TakesEarly()) || (alsa && alsa->manner.TakesEarly());
  }
};

/// True: go on with `options`. False: end with `exit_code` (0 after --help, 2 after a mistake); all is said already.
bool ParseOptions(int argc, char** argv, Options& options, int& exit_code);

}  // namespace continuo::agent
