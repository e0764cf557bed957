// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "proto/transport/ptp_follower.h"

namespace continuo::coordinator {

struct Options {
  std::string listen = "127.0.0.1:7400";
  std::vector<std::string> beats;  ///< not given: port 7401 beside `listen`
  bool announce = true;            ///< on the network, where others can reach it
  std::string state;
  bool rebuild = false;       ///< a damaged journal is moved aside, and begun anew
  std::string check_journal;  ///< not empty: only this file is looked at
  std::string advertise;      ///< host:port that others are told; not given: `listen`
  struct Etcd {
    std::vector<std::string> endpoints;  ///< host:port
    std::string cluster;
  };
  transport::PtpWish ptp;    ///< which ptp4l it follows; it keeps the map
  std::optional<Etcd> etcd;  ///< where state is shared; none: a file in `state`
};

/// "etcd://a:2379,b:2379/stage", or without a name of the cluster. None: it is no such address.
std::optional<Options::Etcd> ParseEtcd(const std::string& text);

/// False: the program is to end with `exit_code` (help was shown, or the flags are wrong and that was said).
bool ParseOptions(int argc, char** argv, Options& options, int& exit_code);

}  // namespace continuo::coordinator
