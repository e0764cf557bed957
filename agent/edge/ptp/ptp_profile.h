// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <string>

#include "proto/wire/ptp_management.h"

namespace continuo::agent {

enum class PtpProfile : std::uint8_t {
  kDefault,  ///< IEEE 1588 annex I.3, end to end, over UDP; Syncs and measurements 16 times a second
  kAes67,    ///< AES67 annex A: the media profile, over UDP
  kGptp,     ///< IEEE 802.1AS: peer to peer, over Ethernet, between bridges that take part
};

/// How ptp4l is to run on this node.
struct PtpDaemonWish {
  std::string interface;
  std::filesystem::path folder;  ///< for its configuration and its socket
  PtpProfile profile = PtpProfile::kDefault;
  std::uint8_t domain = 0;
  bool hardware = false;  ///< the card stamps packets, and has the clock that is disciplined
  int priority = 200;  ///< priority1: lower is better; 255: it never offers itself as grandmaster
};

/// Where ptp4l is asked, and to whom questions go.
std::filesystem::path SocketOf(const PtpDaemonWish& wish);
wire::PtpDomain DomainOf(const PtpDaemonWish& wish);
/// ptp4l's configuration file: options of linuxptp 3.1 (ptp4l(8)).
std::string ConfigurationOf(const PtpDaemonWish& wish);

}  // namespace continuo::agent
