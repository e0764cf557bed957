// SPDX-License-Identifier: Apache-2.0
#include "agent-mcu/time/ptp_masters.h"

#include <algorithm>
#include <tuple>

#include "proto/clock/ptp_time.h"

namespace continuo::mcu {
namespace {

constexpr std::int8_t kFastest = -7, kSlowest = 4;
constexpr std::int8_t kNotSaid = 0x7F;
constexpr int kPatience = 3;       // announceReceiptTimeout
constexpr int kForeignWindow = 4;  // within which two Announces make a master (9.3.2.4.4)
constexpr std::uint16_t kFarthest = 255;

auto Quality(const wire::PtpAnnounce& a) {
  return std::tie(a.priority1, a.clock_class, a.accuracy, a.variance, a.priority2, a.grandmaster);
}

}  // namespace

Nanoseconds PtpInterval(std::int8_t exponent, std::int8_t unless_said) {
  const int n = std::clamp(exponent == kNotSaid ? unless_said : exponent, kFastest, kSlowest);
  return n < 0 ? clock::kSecond >> -n : clock::kSecond << n;
}

bool IsBetter(const wire::PtpMessage& one, const wire::PtpMessage& other) {
  const wire::PtpAnnounce &a = one.announce, &b = other.announce;
  if (a.grandmaster != b.grandmaster) return Quality(a) < Quality(b);
  return std::tie(a.steps_removed, one.source.clock, one.source.port) <
         std::tie(b.steps_removed, other.source.clock, other.source.port);
}

Nanoseconds PtpMasters::Heard::Interval() const {
  return PtpInterval(announce.interval, 1);
}

bool PtpMasters::IsAllowed(const wire::PtpMessage& announce) const {
  return allowed_.empty() || std::find(allowed_.begin(), allowed_.end(),
                                       announce.announce.grandmaster) != allowed_.end();
}

void PtpMasters::Hear(const wire::PtpMessage& announce, Nanoseconds now) {
  if (announce.announce.grandmaster == 0 || announce.announce.steps_removed >= kFarthest) return;
  const auto same = [&announce](const Heard& one) {
    return one.announce.source == announce.source;
  };
  Heard* const known = std::find_if(heard_.begin(), heard_.end(), same);
  if (known != heard_.end()) {
    *known = {announce, now, known->at};
    return;
  }
  if (!heard_.full()) {
    heard_.push_back({announce, now, 0});
    return;
  }
  const auto worse = [](const Heard& a, const Heard& b) {
    return IsBetter(a.announce, b.announce);
  };
  Heard* const worst = std::max_element(heard_.begin(), heard_.end(), worse);
  if (IsBetter(announce, worst->announce)) *worst = {announce, now, 0};
}

void PtpMasters::Choose(Nanoseconds now) {
  for (std::size_t i = heard_.size(); i-- > 0;) {
    if (now - heard_[i].at > kPatience * heard_[i].Interval()) heard_.erase(i);
  }
  best_ = false;
  for (const Heard& one : heard_) {
    if (one.before == 0 || one.at - one.before > kForeignWindow * one.Interval()) continue;
    const bool allowed = IsAllowed(one.announce);
    const bool better = !best_ || (allowed && !best_allowed_) ||
                        (allowed == best_allowed_ && IsBetter(one.announce, announce_));
    if (!better) continue;
    announce_ = one.announce;
    best_ = true;
    best_allowed_ = allowed;
  }
  if (!best_) best_allowed_ = true;
}

}  // namespace continuo::mcu
