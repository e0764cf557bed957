// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <time.h>

#include <atomic>
#include <cstdio>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "proto/clock/servo.h"
#include "proto/plan/clock_status.h"
#include "proto/transport/ptp_socket.h"
#include "proto/transport/stage_clock.h"
#include "proto/transport/udp_port.h"

namespace continuo::transport {

/// What a program is told of PTP.
struct PtpWish {
  std::string socket;  ///< of ptp4l; empty: no PTP, the machine's clock is the stage's
  std::string
      device;  ///< the clock that it disciplines: "realtime", "tai", or a file such as /dev/ptp0
  wire::PtpDomain domain;
  std::vector<clock::ClockIdentity> allowed;  ///< grandmasters; empty: any
  std::string
      map;  ///< ADDRESS:PORT of the keeper of the map, of several ADDRESS:PORT,ADDRESS:PORT; empty: this
            ///< program makes its own
  bool keeps =
      false;  ///< `map` is where this program keeps it for others; it makes entries while it leads
  /// Of a keeper that leads: entries that it has measured, or heard of, and was not told by Know; again every second.
  /// They count, and are told to others, from Know on. The follower's thread.
  std::function<void(std::vector<clock::MapEntry>)> learned;
  std::function<void(const std::string&)>
      tell;  ///< a sentence when an operator should know of it; the follower's thread. May be empty
  std::function<void(const plan::ClockStatus&)>
      seen;  ///< how the clock stands, ten times a second; the follower's thread. May be empty
  std::string
      log;  ///< file for what the clock does, a line of JSON ten times a second; empty: none
};

/// Which clock a stage has whose machines follow PTP in this domain: what Hello says where else the machine's is named.
std::uint64_t StageClockId(const wire::PtpDomain& domain);

/// Reads a clock that ptp4l disciplines ten times a second, and draws stage time by it, in a thread of its own.
class PtpFollower {
 public:
  /// nullptr, and a sentence with what to do, if that clock or ptp4l's socket cannot be had. `clock` follows from now
  /// on.
  static std::unique_ptr<PtpFollower> Start(PtpWish wish, StageClock& clock, std::string& error);
  ~PtpFollower();
  PtpFollower(const PtpFollower&) = delete;
  PtpFollower& operator=(const PtpFollower&) = delete;

  /// Until stage time is locked, or `ends` holds. Empty, or after `patience` why it is not. Any thread.
  std::string WaitLocked(Nanoseconds patience, const std::function<bool()>& ends) const;
  /// A keeper's: it leads from now on, and that is what is known. Any thread.
  void Lead(const clock::MediaMap& known);
  /// More is known. Any thread.
  void Know(const clock::MediaMap& known);
  /// It leads no longer. Any thread.
  void Yield();
  /// Any thread.
  plan::ClockStatus Report() const;
  /// What is known of grandmasters' times. Any thread.
  clock::MediaMap Map() const;
  std::uint64_t clock_id() const { return StageClockId(wish_.domain); }

 private:
  PtpFollower(PtpWish wish, StageClock& clock) : wish_(std::move(wish)), clock_(clock) {}
  std::string Open();
  void Run();
  void Turn();
  clock::Reading Read(const PtpSocket::Known& known) const;
  bool IsAllowed(clock::ClockIdentity grandmaster) const;
  void ShareMap();
  void MakeEntry(Nanoseconds local);
  std::vector<clock::MapEntry> NewsFor(const clock::MediaMap& known, Nanoseconds local);
  void Publish(const PtpSocket::Known& known, const clock::Reading& reading);

  const PtpWish wish_;
  StageClock& clock_;
  clock::Servo servo_{{}};
  clockid_t read_ = CLOCK_REALTIME;
  bool is_utc_ = true;  // what is read is UTC where the grandmaster's is PTP time
  int device_ = -1;
  std::vector<Address> keepers_;
  std::unique_ptr<PtpSocket> ptp_;
  std::unique_ptr<UdpPort> port_;
  std::FILE* log_ = nullptr;
  Nanoseconds began_ = 0;
  std::int64_t fresh_ = 0;       // ingress time of the newest Sync
  bool is_new_ = false;          // it came since the turn before
  Nanoseconds fresh_since_ = 0;  // when that was seen first
  Nanoseconds told_ = 0;         // when `learned` was called last

  mutable std::mutex shared_;
  plan::ClockStatus report_;
  clock::MediaMap map_;    // of the servo
  clock::MediaMap known_;  // by Lead and Know
  std::optional<Nanoseconds> leads_since_;

  std::atomic<bool> ending_{false};
  std::thread thread_;
};

}  // namespace continuo::transport
