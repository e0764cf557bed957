// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <optional>
#include <span>

#include "agent-mcu/time/ptp_masters.h"
#include "proto/clock/servo.h"
#include "proto/mcu/clock_told.h"
#include "proto/wire/ptp_management.h"

namespace continuo::mcu {

/// A slave-only ordinary clock with one port: end to end, one- and two-step (IEEE 1588-2019, 11.3). Messages and when
/// they came go in, messages come out, and what it measures draws stage time (proto/clock/servo). A stamp that is late,
/// because a processor was busy, is late and never early: so of a few Syncs the quickest counts, and of a few
/// measurements of the path the shortest. Pure; no heap. One thread; all times of the board's clock unless they say
/// otherwise.
class PtpSlave {
 public:
  /// A difference is looked at so often: of the Syncs between the quickest counts.
  static constexpr Nanoseconds kLook = 180'000'000;
  /// The shortest of so many measurements is the path's delay.
  static constexpr std::size_t kPaths = 16;
  /// A path that seems longer, or to end before it began, is none.
  static constexpr Nanoseconds kLongestPath = 1'000'000'000, kBackwards = -20'000;

  /// `identity`: of this clock, not 0.
  explicit PtpSlave(clock::ClockIdentity identity) : self_{identity, 1} {}

  /// In which domain it is a slave, and of whom. Another domain: it begins anew.
  void Follow(std::uint8_t domain, std::uint8_t sdo, const PtpMasters::Allowed& allowed);
  /// A new entry of the map; false if it is not newer.
  bool Add(const clock::MapEntry& entry) { return servo_.Add(entry); }
  /// What was known of grandmasters' times is void, and so is stage time.
  void ForgetMap() { servo_ = clock::Servo({}); }

  /// A datagram of port 319 or 320, that came at `at`.
  void Hear(std::span<const std::uint8_t> datagram, Nanoseconds at);
  /// The Delay_Req that is due, to port 319 of 224.0.1.129; its bytes, 0: none is. Ask often. It says what time it is
  /// here (11.3.2 allows that), so that whoever listens on the network sees how far this clock is off.
  std::size_t Speak(Nanoseconds now, std::span<std::uint8_t> out);
  /// When what Speak wrote last left.
  void Left(Nanoseconds at) { left_ = at; }
  /// What nobody said: at least four times a second.
  void Turn(Nanoseconds now);

  const clock::Servo& servo() const { return servo_; }
  wire::PtpPortState port() const;
  /// Of the master that is followed, or would be were it allowed; 0: none.
  clock::ClockIdentity grandmaster() const;
  bool allowed() const { return masters_.allowed(); }
  /// How far stage time is ahead of its master, by the look of before.
  Nanoseconds offset() const { return -servo_.difference(); }
  /// One way.
  Nanoseconds path_delay() const;
  const ClockCounts& counts() const { return counts_; }

 private:
  struct Arrival {
    Nanoseconds sent = 0;  // PTP time, corrected
    Nanoseconds came = 0;
  };
  struct Pending {
    std::uint16_t sequence = 0;
    std::int64_t correction = 0;
    Nanoseconds came = 0;
  };

  void TakeAnnounce(const wire::PtpMessage& message, Nanoseconds now);
  void TakeSync(const wire::PtpMessage& message, Nanoseconds at);
  void TakeFollowUp(const wire::PtpMessage& message);
  void TakeDelayResp(const wire::PtpMessage& message);
  void Arrive(const Arrival& sync);
  void Look();
  /// 0: not known.
  Nanoseconds PtpTimeAt(Nanoseconds local) const;
  bool IsOfMaster(const wire::PtpMessage& message);
  void Count(ClockCount what) { ++counts_[static_cast<std::size_t>(what)]; }
  void BeginWithMaster();

  const wire::PtpSource self_;
  std::uint8_t domain_ = 0, sdo_ = 0;
  PtpMasters masters_;
  clock::Servo servo_{{}};
  ClockCounts counts_{};
  // Of the master that is followed:
  wire::PtpSource master_;
  clock::ClockIdentity grandmaster_ = 0;
  std::optional<std::uint16_t> sequence_;  // of the newest Sync
  std::optional<Pending> pending_;         // a Sync whose Follow_Up is awaited
  std::optional<Arrival> newest_, quickest_;
  Nanoseconds looked_ = 0;  // when the last look began
  Nanoseconds fed_ = 0;     // when the servo took something last
  Nanoseconds sync_interval_ = clock::kSecond, request_interval_ = clock::kSecond;
  std::uint16_t request_ = 0;  // sequence of the newest Delay_Req
  bool asked_ = false;         // and no answer to it yet
  Nanoseconds left_ = 0, next_request_ = 0;
  FixedVector<Nanoseconds, kPaths> paths_;  // newest last
};

}  // namespace continuo::mcu
