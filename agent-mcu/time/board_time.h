// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <span>

#include "agent-mcu/link/ptp_frames.h"
#include "agent-mcu/time/ptp_slave.h"
#include "proto/mcu/frame.h"

namespace continuo::mcu {

/// A board's PTP from Ethernet frames to media time. What its stage's clock is, the bridge says
/// (ClockTold); until then it listens in domain 0, takes the time of whoever is there for stage time,
/// which the first grandmaster's is, and keeps what it finds to itself. Pure. Not from an interrupt;
/// all times are of the board's clock.
class BoardTime {
 public:
  /// Once holdover may be this far off, what the bridge says is as good.
  static constexpr Nanoseconds kAsGoodAsToldNs = 500'000;

  BoardTime(const Mac& mac, std::uint32_t ip);

  /// True: the frame, which came at `at`, was PTP's.
  bool Take(std::span<const std::uint8_t> frame, Nanoseconds at);
  /// The frame that is due; its bytes, 0: none is. Every turn of the idle loop.
  std::size_t Speak(Nanoseconds now, std::span<std::uint8_t> out);
  /// When what Speak wrote last left.
  void Left(Nanoseconds at) { slave_.Left(at); }
  /// True: the bridge's frame was of the clock.
  bool Hear(const Frame& frame);

  /// From when on which sample is played, where media time is by PTP, fifty times a second; else nothing.
  struct Begins {
    Nanoseconds at = 0;
    MediaTime n = 0;
  };
  std::optional<Begins> News(Nanoseconds now);
  ClockReport Report(Nanoseconds now) const;

 private:
  bool Leads(Nanoseconds now) const;
  void Guess();
  void Learn(const clock::MediaMap& map);

  const Mac mac_;
  const std::uint32_t ip_;
  PtpSlave slave_;
  ClockTold told_;  // number 0: nothing yet
  clock::ClockIdentity guessed_ =
      0;  // whose time is taken for stage time until somebody says; 0: nobody's
  Nanoseconds next_turn_ = 0, next_join_ = 0, next_news_ = 0;
};

}  // namespace continuo::mcu
