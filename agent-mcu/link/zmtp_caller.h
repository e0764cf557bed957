// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <span>

#include "agent-mcu/link/tcp.h"
#include "agent-mcu/link/zmtp.h"

namespace continuo::mcu {

/// A board's line to one bridge: it dials until somebody answers, and again when the line is gone. Nothing waits. One
/// thread, no interrupt's.
class ZmtpCaller {
 public:
  static constexpr Nanoseconds kDialEvery = 100'000'000;
  static constexpr Nanoseconds kRings = 400'000'000;  ///< so long, if nobody says yes or no

  /// `ip`: 0 for none, which is never dialled; host byte order.
  ZmtpCaller(const ZmtpClient::Config& config, std::uint32_t ip, std::uint16_t port)
      : ip_(ip), port_(port), zmtp_(config) {}

  /// Goes on with dialling and with what is to be said. True: the line was there, and is gone now.
  bool Turn(Nanoseconds now);
  /// The next message of the bridge; false: none. Valid until the next call.
  bool Hear(std::span<const std::uint8_t>& message, Nanoseconds now);
  /// False, and it is lost: there is no line, or no room.
  bool Send(std::span<const std::uint8_t> message);

  bool connected() const { return zmtp_.ready() && tcp_.state() == TcpCall::State::kOpen; }
  std::uint32_t calls() const { return calls_; }  ///< that were answered

 private:
  void Speak();
  bool Fell(Nanoseconds now);

  const std::uint32_t ip_;
  const std::uint16_t port_;
  TcpCall tcp_;
  ZmtpClient zmtp_;
  bool talks_ = false;    // the connection was made, and ZMTP begun
  bool greeted_ = false;  // and an empty message said that we are there
  Nanoseconds dial_at_ = 0, rings_until_ = 0;
  std::span<const std::uint8_t> rest_;  // of what tcp_ has in front
  std::uint32_t calls_ = 0;
};

}  // namespace continuo::mcu
