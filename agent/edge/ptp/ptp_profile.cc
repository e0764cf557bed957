// SPDX-License-Identifier: Apache-2.0
#include "agent/edge/ptp/ptp_profile.h"

namespace continuo::agent {
namespace {

/// A failed grandmaster is noticed within three of its announcements: 0.75 s.
constexpr const char* kQuickUdp = R"(network_transport UDPv4
delay_mechanism E2E
logAnnounceInterval -2
announceReceiptTimeout 3
logSyncInterval -4
logMinDelayReqInterval -4
)";

/// AES67-2018, table A.1: DSCP as its 6.3 wants it.
constexpr const char* kAes67 = R"(network_transport UDPv4
delay_mechanism E2E
logAnnounceInterval 0
announceReceiptTimeout 3
logSyncInterval -3
logMinDelayReqInterval 0
dscp_event 46
dscp_general 46
)";

/// IEEE 802.1AS-2020, as ptp4l's gPTP.cfg has it; a software stamp would not meet its neighbour delay.
constexpr const char* kGptp = R"(network_transport L2
delay_mechanism P2P
ptp_dst_mac 01:80:C2:00:00:0E
transportSpecific 0x1
gmCapable 1
logAnnounceInterval 0
logSyncInterval -3
syncReceiptTimeout 3
min_neighbor_prop_delay -20000000
assume_two_step 1
path_trace_enabled 1
follow_up_info 1
)";

constexpr const char* kSoftwareNeighbour = "neighborPropDelayThresh 20000000\n";
constexpr const char* kHardwareNeighbour = "neighborPropDelayThresh 800\n";

/// Stamps of the kernel are some hundred nanoseconds off. ptp4l's own gains for them wait for 16 s before the first
/// step.
constexpr const char* kSoftwareServo = R"(time_stamping software
pi_proportional_const 0.7
pi_integral_const 0.015
)";

/// A time that is further off than a millisecond is stepped to and not chased: the clock that media time is drawn over
/// is none of those that are stepped, while a chase would bend it for seconds.
constexpr const char* kServo = R"(clock_servo pi
first_step_threshold 0.00002
step_threshold 0.001
max_frequency 500000
)";

const char* TransportOf(PtpProfile profile) {
  switch (profile) {
    case PtpProfile::kAes67:
      return kAes67;
    case PtpProfile::kGptp:
      return kGptp;
    case PtpProfile::kDefault:
      break;
  }
  return kQuickUdp;
}

}  // namespace

std::filesystem::path SocketOf(const PtpDaemonWish& wish) {
  return wish.folder / "ptp4l";
}

wire::PtpDomain DomainOf(const PtpDaemonWish& wish) {
  return {wish.domain, static_cast<std::uint8_t>(wish.profile == PtpProfile::kGptp ? 1 : 0)};
}

std::string ConfigurationOf(const PtpDaemonWish& wish) {
  std::string text = "[global]\nuds_address " + SocketOf(wish).string() + "\n";
  text += "domainNumber " + std::to_string(wish.domain) + "\n";
  const bool never = wish.priority == 255;
  text += "priority1 " + std::to_string(wish.priority) + "\n";
  if (never) text += "slaveOnly 1\n";
  text += TransportOf(wish.profile);
  if (wish.profile == PtpProfile::kGptp) {
    text += wish.hardware ? kHardwareNeighbour : kSoftwareNeighbour;
  }
  text += wish.hardware ? "time_stamping hardware\n" : kSoftwareServo;
  return text + kServo;
}

}  // namespace continuo::agent
