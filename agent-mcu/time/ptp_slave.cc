// SPDX-License-Identifier: Apache-2.0
#include "agent-mcu/time/ptp_slave.h"

#include <algorithm>

#include "dsp/base/random.h"
#include "proto/clock/ptp_time.h"

namespace continuo::mcu {
namespace {

constexpr Nanoseconds kMs = 1'000'000;
/// Syncs that do not come for so many of their intervals, and so long, are missed.
constexpr int kSyncPatience = 4;
constexpr Nanoseconds kSyncPatienceLeast = 600 * kMs;
/// Without a reading the servo is told this often that all is well, or that it is not.
constexpr Nanoseconds kQuiet = 400 * kMs;
/// A path is measured against a Sync that is no older than this.
constexpr Nanoseconds kNear = 2'500 * kMs;
/// Sequence numbers this far back are of a repetition; others are of a master that has begun anew.
constexpr std::int16_t kRepeats = 64;

/// correctionField, 2^-16 ns, rounded down.
constexpr Nanoseconds InNs(std::int64_t correction) {
  return correction >> 16;
}

ClockCount CountOf(wire::PtpError error) {
  switch (error) {
    case wire::PtpError::kVersion:
      return ClockCount::kVersion;
    case wire::PtpError::kTime:
    case wire::PtpError::kCorrection:
      return ClockCount::kTime;
    case wire::PtpError::kOtherType:
      return ClockCount::kOtherType;
    case wire::PtpError::kNone:
    case wire::PtpError::kTooShort:
    case wire::PtpError::kLength:
      break;
  }
  return ClockCount::kLength;
}

}  // namespace

void PtpSlave::Follow(std::uint8_t domain, std::uint8_t sdo, const PtpMasters::Allowed& allowed) {
  masters_.Allow(allowed);
  if (domain == domain_ && sdo == sdo_) return;
  domain_ = domain;
  sdo_ = sdo;
  masters_ = {};
  masters_.Allow(allowed);
  master_ = {};
  BeginWithMaster();
}

void PtpSlave::Hear(std::span<const std::uint8_t> datagram, Nanoseconds at) {
  wire::PtpMessage message;
  const wire::PtpError error = wire::ParsePtpMessage(datagram, message);
  if (error != wire::PtpError::kNone) return Count(CountOf(error));
  if (message.domain != domain_ || message.sdo != sdo_) return Count(ClockCount::kDomain);
  switch (message.type) {
    case wire::PtpType::kAnnounce:
      return TakeAnnounce(message, at);
    case wire::PtpType::kSync:
      return TakeSync(message, at);
    case wire::PtpType::kFollowUp:
      return TakeFollowUp(message);
    case wire::PtpType::kDelayResp:
      return TakeDelayResp(message);
    case wire::PtpType::kDelayReq:
      return;  // what other slaves ask
  }
}

void PtpSlave::TakeAnnounce(const wire::PtpMessage& message, Nanoseconds now) {
  masters_.Hear(message, now);
  Turn(now);
}

bool PtpSlave::IsOfMaster(const wire::PtpMessage& message) {
  if (master_.clock != 0 && message.source == master_) return true;
  Count(ClockCount::kForeign);
  return false;
}

void PtpSlave::TakeSync(const wire::PtpMessage& message, Nanoseconds at) {
  if (!IsOfMaster(message)) return;
  if (sequence_) {
    const auto ahead = static_cast<std::int16_t>(message.sequence - *sequence_);
    if (ahead <= 0 && ahead > -kRepeats) return Count(ClockCount::kRepeated);
  }
  sequence_ = message.sequence;
  sync_interval_ = PtpInterval(message.interval, 0);
  pending_.reset();
  if (message.two_step) {
    pending_ = {message.sequence, message.correction, at};
  } else {
    Arrive({message.time + InNs(message.correction), at});
  }
}

void PtpSlave::TakeFollowUp(const wire::PtpMessage& message) {
  if (!IsOfMaster(message)) return;
  if (!pending_ || pending_->sequence != message.sequence) return Count(ClockCount::kUnmatched);
  const Pending sync = *pending_;
  pending_.reset();
  Arrive({message.time + InNs(sync.correction + message.correction), sync.came});
}

void PtpSlave::TakeDelayResp(const wire::PtpMessage& message) {
  if (message.requester != self_) return;  // others'
  if (!IsOfMaster(message)) return;
  if (!asked_ || message.sequence != request_ || left_ == 0) {
    return Count(ClockCount::kUnmatched);
  }
  asked_ = false;
  request_interval_ = PtpInterval(message.interval, 0);
  if (!newest_ || left_ - newest_->came > kNear) return;
  // From the Sync's leaving to the request's arrival the master counts two paths and the time between, of which this
  // board's clock says how long it was.
  const Nanoseconds between = left_ - newest_->came;
  const Nanoseconds by_master = between + between * servo_.drift_ppb() / clock::kSecond;
  const Nanoseconds both = message.time - InNs(message.correction) - newest_->sent - by_master;
  if (both / 2 < kBackwards || both / 2 > kLongestPath) return Count(ClockCount::kOdd);
  if (paths_.full()) paths_.erase(0);
  paths_.push_back(std::max<Nanoseconds>(both / 2, 0));
}

Nanoseconds PtpSlave::path_delay() const {
  return paths_.empty() ? 0 : *std::min_element(paths_.begin(), paths_.end());
}

void PtpSlave::Arrive(const Arrival& sync) {
  if (quickest_ && sync.came - quickest_->came > 2 * kLook + sync_interval_) quickest_.reset();
  newest_ = sync;
  const auto lateness = [this](const Arrival& one) {
    return servo_.line().At(one.came) - one.sent;
  };
  if (!quickest_ || lateness(sync) < lateness(*quickest_)) quickest_ = sync;
  if (sync.came - looked_ >= kLook) Look();
}

void PtpSlave::Look() {
  looked_ = newest_->came;
  if (paths_.empty()) return;
  const Arrival sync = *quickest_;
  quickest_.reset();
  fed_ = looked_;
  servo_.Take({.local = sync.came,
               .ptp = sync.sent + path_delay(),
               .grandmaster = grandmaster_,
               .offset = 0,
               .usable = true});
}

void PtpSlave::BeginWithMaster() {
  sequence_.reset();
  pending_.reset();
  newest_.reset();
  quickest_.reset();
  paths_.clear();
  asked_ = false;
  sync_interval_ = request_interval_ = clock::kSecond;
}

void PtpSlave::Turn(Nanoseconds now) {
  masters_.Choose(now);
  const wire::PtpMessage* const best = masters_.best();
  const wire::PtpSource chosen =
      best != nullptr && masters_.allowed() ? best->source : wire::PtpSource{};
  if (chosen != master_) {
    master_ = chosen;
    BeginWithMaster();
  }
  grandmaster_ = best != nullptr ? best->announce.grandmaster : 0;
  if (now - fed_ < kQuiet) return;
  fed_ = now;
  const bool hears =
      newest_ && now - newest_->came < std::max(kSyncPatienceLeast, kSyncPatience * sync_interval_);
  servo_.Take({.local = now,
               .ptp = 0,
               .grandmaster = grandmaster_,
               .offset = 0,
               .usable = hears && !paths_.empty(),
               .fresh = false});
}

std::size_t PtpSlave::Speak(Nanoseconds now, std::span<std::uint8_t> out) {
  if (!newest_ || now < next_request_) return 0;
  // Evenly between nothing and twice the interval (9.5.11.2), so that slaves do not ask all at once.
  const std::uint64_t part = RandomBits(self_.clock, 0, request_) % 1024;
  next_request_ = now + static_cast<Nanoseconds>(part) * request_interval_ / 512;
  const std::size_t bytes = wire::EncodePtpMessage({.type = wire::PtpType::kDelayReq,
                                                    .sdo = sdo_,
                                                    .domain = domain_,
                                                    .source = self_,
                                                    .sequence = ++request_,
                                                    .time = PtpTimeAt(now)},
                                                   out);
  asked_ = bytes != 0;
  left_ = 0;
  return bytes;
}

Nanoseconds PtpSlave::PtpTimeAt(Nanoseconds local) const {
  if (servo_.state() != clock::LockState::kLocked) return 0;
  const Nanoseconds stage = servo_.line().At(local);
  const clock::MapEntry* const entry = servo_.map().Find(grandmaster_, clock::SampleAt(stage));
  return entry == nullptr ? 0 : stage - entry->StageAt(0);
}

wire::PtpPortState PtpSlave::port() const {
  if (master_.clock == 0) return wire::PtpPortState::kListening;
  const bool locked = servo_.state() == clock::LockState::kLocked;
  return locked ? wire::PtpPortState::kSlave : wire::PtpPortState::kUncalibrated;
}

clock::ClockIdentity PtpSlave::grandmaster() const {
  return grandmaster_;
}

}  // namespace continuo::mcu
