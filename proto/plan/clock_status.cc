// SPDX-License-Identifier: Apache-2.0
#include "proto/plan/clock_status.h"

#include <cstdio>

namespace continuo::plan {

using clock::LockState;

const char* ToString(LockState state) {
  switch (state) {
    case LockState::kFree:
      return "free";
    case LockState::kAcquiring:
      return "acquiring";
    case LockState::kLocked:
      return "locked";
    case LockState::kHoldover:
      return "holdover";
  }
  return "unknown";
}

std::string WhyHeld(const ClockStatus& now) {
  if (now.port == wire::PtpPortState::kNone) return "ptp4l does not answer";
  if (!now.allowed) {
    return "the grandmaster " + IdentityText(now.grandmaster) +
           " is none of those that are allowed";
  }
  if (now.port != wire::PtpPortState::kSlave) return "no grandmaster is followed";
  return "nothing says yet what the time of " + IdentityText(now.grandmaster) + " means";
}

std::string NewsOf(const ClockStatus& before, const ClockStatus& now) {
  const bool holds = now.state == LockState::kHoldover;
  const bool held = before.state == LockState::kHoldover;
  if (holds && (!held || (before.allowed && !now.allowed))) {
    return "the clock holds over: " + WhyHeld(now);
  }
  if (now.state != LockState::kLocked || before.state == LockState::kLocked) return {};
  std::string news = "the clock follows " + IdentityText(now.grandmaster);
  if (held) {
    news += " after " + std::to_string(before.held / 1'000'000) + " ms of holdover, map " +
            std::to_string(now.map_version);
  }
  return news;
}

bool ParseClockIdentity(std::string_view text, clock::ClockIdentity& identity) {
  clock::ClockIdentity found = 0;
  int digits = 0;
  for (const char c : text) {
    if (c == '.' || c == '-' || c == ':') continue;
    const int value = c >= '0' && c <= '9'   ? c - '0'
                      : c >= 'a' && c <= 'f' ? c - 'a' + 10
                      : c >= 'A' && c <= 'F' ? c - 'A' + 10
                                             : -1;
    if (value < 0 || ++digits > 16) return false;
    found = found << 4 | static_cast<clock::ClockIdentity>(value);
  }
  identity = found;
  return digits == 16 && found != 0;
}

std::string IdentityText(clock::ClockIdentity identity) {
  char text[24] = {};
  std::snprintf(text, sizeof text, "%06x.%04x.%06x", static_cast<unsigned>(identity >> 40),
                static_cast<unsigned>(identity >> 24 & 0xffff),
                static_cast<unsigned>(identity & 0xffffff));
  return text;
}

}  // namespace continuo::plan
