// SPDX-License-Identifier: Apache-2.0
#include "coordinator/core/clock_watch.h"

#include <algorithm>
#include <cstdlib>

namespace continuo::coordinator {
namespace {

/// A clock of which nothing was heard for so long has to be bad or well anew for as long as any.
constexpr Nanoseconds kForgotten = 2'000'000'000;
constexpr Nanoseconds kSecond = 1'000'000'000;

bool FollowsSomebody(const plan::ClockStatus& status) {
  const bool speaks = status.port == wire::PtpPortState::kSlave ||
                      status.port == wire::PtpPortState::kMaster ||
                      status.port == wire::PtpPortState::kGrandMaster;
  return speaks && status.state != clock::LockState::kHoldover;
}

Nanoseconds Worse(Nanoseconds a, Nanoseconds b) {
  if (a == ClockWatch::kNone || b == ClockWatch::kNone) return ClockWatch::kNone;
  return std::abs(a) < std::abs(b) ? b : a;
}

}  // namespace

bool ClockWatch::IsOn(Alarm alarm, const plan::ClockStatus& status) {
  switch (alarm) {
    case Alarm::kSilent:
      return status.port == wire::PtpPortState::kNone || !status.daemon.empty();
    case Alarm::kStranger:
      return !status.allowed;
    case Alarm::kHoldover:
      return status.state == clock::LockState::kHoldover;
  }
  return false;
}

/// True: it is to be told that it rings now, or no longer.
bool ClockWatch::Turn(Bell& bell, bool is_on, Nanoseconds time) {
  const bool differs = is_on != bell.rings;
  if (differs && !bell.differs) bell.since = time;
  bell.differs = differs;
  if (!differs || time - bell.since < (is_on ? kClockAlarmAfter : kClockWellAfter)) return false;
  bell = {.rings = is_on};
  return true;
}

plan::Incident ClockWatch::IncidentOf(Alarm alarm, bool rings, const std::string& name,
                                      const plan::ClockStatus& status) {
  using plan::IncidentKind;
  const std::string error = std::to_string(status.error / 1'000);
  switch (alarm) {
    case Alarm::kSilent:
      if (!rings) return {.kind = IncidentKind::kClockWell, .text = "ptp4l answers again"};
      return {
          .kind = IncidentKind::kPtpSilent,
          .text = status.daemon.empty()
                      ? "ptp4l does not answer; start it on " + name +
                            " again, in the domain that is asked for (--ptp-domain)"
                      : status.daemon + "; see why in ptp4l.log of " + name + "'s --state folder"};
    case Alarm::kStranger:
      if (!rings) {
        return {.kind = IncidentKind::kClockWell,
                .text = "the grandmaster is one that may be followed again"};
      }
      return {.kind = IncidentKind::kStrangeClock,
              .text = "the grandmaster " + plan::IdentityText(status.grandmaster) +
                      " is none of those that may be followed: find out which machine that is and "
                      "take it off the network, or start with --ptp-allow " +
                      plan::IdentityText(status.grandmaster)};
    case Alarm::kHoldover:
      if (!rings) {
        return {.kind = IncidentKind::kClockWell,
                .text = "the clock follows " + plan::IdentityText(status.grandmaster) + " again"};
      }
      return {.kind = IncidentKind::kHoldover,
              .text = "the clock follows nobody (" + plan::WhyHeld(status) +
                      ") and goes on as it was, " + error +
                      " us off by its own estimate; the music goes on, bring a grandmaster back "
                      "before that is a sample (20 us); see continuo clock"};
  }
  return {};
}

void ClockWatch::Remember(Seen& seen, const plan::ClockStatus& status, Nanoseconds time) {
  const Nanoseconds offset = FollowsSomebody(status) ? status.offset : kNone;
  if (seen.worst.empty() || time - seen.second >= kSecond) {
    // In steps of whole seconds, or a second would be as long as it takes until the next word.
    const bool goes_on = !seen.worst.empty() && time - seen.second < 2 * kSecond;
    seen.second = goes_on ? seen.second + kSecond : time;
    seen.worst.push_back(offset);
    if (seen.worst.size() > kSeconds) seen.worst.pop_front();
  } else {
    seen.worst.back() = Worse(seen.worst.back(), offset);
  }
}

std::vector<plan::Incident> ClockWatch::Take(const std::string& name,
                                             const plan::ClockStatus& status, Nanoseconds time) {
  if (!status.follows) {
    seen_.erase(name);
    return {};
  }
  Seen& seen = seen_[name];
  if (time - seen.last > kForgotten) {
    for (Bell& bell : seen.bells) bell.differs = false;
  }
  seen.last = time;
  Remember(seen, status, time);
  std::vector<plan::Incident> news;
  for (std::size_t i = 0; i < kAlarms; ++i) {
    const auto alarm = static_cast<Alarm>(i);
    const bool is_on = IsOn(alarm, status);
    if (Turn(seen.bells[i], is_on, time)) news.push_back(IncidentOf(alarm, is_on, name, status));
  }
  return news;
}

std::vector<Nanoseconds> ClockWatch::OffsetsOf(const std::string& name) const {
  const auto seen = seen_.find(name);
  if (seen == seen_.end()) return {};
  return {seen->second.worst.begin(), seen->second.worst.end()};
}

}  // namespace continuo::coordinator
