// SPDX-License-Identifier: Apache-2.0
#include "agent/edge/ptp/ptp_profile.h"

#include <gmock/gmock.h>

#include <fstream>
#include <string>

namespace continuo::agent {
namespace {

using testing::HasSubstr;
using testing::Not;

PtpDaemonWish Wish(PtpProfile profile) {
  return {.interface = "eth0", .folder = "/var/lib/continuo/pi-1", .profile = profile};
}

TEST(PtpProfile, AJumpOfTheGrandmasterIsSteppedToAndNeverChased) {
  for (const PtpProfile profile : {PtpProfile::kDefault, PtpProfile::kAes67, PtpProfile::kGptp}) {
    const std::string text = ConfigurationOf(Wish(profile));
    EXPECT_THAT(text, HasSubstr("\nstep_threshold 0.001\n"));
    EXPECT_THAT(text, HasSubstr("uds_address /var/lib/continuo/pi-1/ptp4l\n"));
    EXPECT_THAT(text, Not(HasSubstr("slaveOnly")));
  }
}

TEST(PtpProfile, GptpIsAskedWithItsSdo) {
  const PtpDaemonWish wish = Wish(PtpProfile::kGptp);
  EXPECT_EQ(DomainOf(wish), (wire::PtpDomain{0, 1}));
  EXPECT_THAT(ConfigurationOf(wish), HasSubstr("transportSpecific 0x1\n"));
  EXPECT_EQ(DomainOf(Wish(PtpProfile::kAes67)), (wire::PtpDomain{0, 0}));
}

TEST(PtpProfile, WhoNeverOffersItselfIsASlaveOnly) {
  PtpDaemonWish wish = Wish(PtpProfile::kDefault);
  wish.priority = 255;
  wish.domain = 12;
  EXPECT_THAT(ConfigurationOf(wish), HasSubstr("slaveOnly 1\n"));
  EXPECT_THAT(ConfigurationOf(wish), HasSubstr("domainNumber 12\n"));
}

TEST(PtpProfile, OnlySoftwareStampsHaveGainsOfOurs) {
  PtpDaemonWish wish = Wish(PtpProfile::kGptp);
  EXPECT_THAT(ConfigurationOf(wish), HasSubstr("time_stamping software\npi_proportional_const"));
  wish.hardware = true;
  EXPECT_THAT(ConfigurationOf(wish), HasSubstr("time_stamping hardware\n"));
  EXPECT_THAT(ConfigurationOf(wish), Not(HasSubstr("pi_proportional_const")));
}

/// Without its comments.
std::string ShippedConfiguration(const std::string& name) {
  std::ifstream file(std::string(CONTINUO_SOURCES) + "/deploy/ptp/" + name);
  std::string text;
  for (std::string line; std::getline(file, line);) {
    if (!line.starts_with('#')) text += line + '\n';
  }
  return text;
}

TEST(PtpProfile, WhatIsShippedForAServiceIsWhatAnAgentWouldWrite) {
  PtpDaemonWish wish{.interface = "eth0", .folder = "/var/run"};
  EXPECT_EQ(ShippedConfiguration("kernel-stamps.conf"), ConfigurationOf(wish));
  wish.hardware = true;
  EXPECT_EQ(ShippedConfiguration("stamping-nic.conf"), ConfigurationOf(wish));
}

}  // namespace
}  // namespace continuo::agent
