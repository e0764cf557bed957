// SPDX-License-Identifier: Apache-2.0
#include "agent-mcu/link/zmtp_caller.h"

namespace continuo::mcu {

bool ZmtpCaller::Turn(Nanoseconds now) {
  if (ip_ == 0) return false;
  switch (tcp_.state()) {
    case TcpCall::State::kClosed:
      if (talks_) return Fell(now);
      if (now < dial_at_) return false;
      dial_at_ = now + kDialEvery;
      rings_until_ = now + kRings;
      tcp_.Dial(ip_, port_);
      return false;
    case TcpCall::State::kDials:
      if (now >= rings_until_) tcp_.HangUp();
      return false;
    case TcpCall::State::kOpen:
      break;
  }
  if (!talks_) {
    talks_ = true;
    greeted_ = false;
    rest_ = {};
    ++calls_;
    zmtp_.Begin(now);
  }
  zmtp_.Turn(now);
  if (zmtp_.error() != ZmtpError::kNone) return Fell(now);
  if (zmtp_.ready() && !greeted_) greeted_ = zmtp_.Send({});  // here we are
  Speak();
  return false;
}

bool ZmtpCaller::Fell(Nanoseconds now) {
  tcp_.HangUp();
  talks_ = false;
  rest_ = {};
  dial_at_ = now + kDialEvery;
  return true;
}

bool ZmtpCaller::Hear(std::span<const std::uint8_t>& message, Nanoseconds now) {
  while (talks_ && tcp_.state() == TcpCall::State::kOpen && zmtp_.error() == ZmtpError::kNone) {
    if (rest_.empty()) rest_ = tcp_.Front();
    if (rest_.empty()) return false;
    const bool whole = zmtp_.Hear(rest_, now);
    if (rest_.empty()) tcp_.Pop();
    message = zmtp_.message();
    if (whole) return true;
  }
  return false;
}

bool ZmtpCaller::Send(std::span<const std::uint8_t> message) {
  if (!connected() || !zmtp_.Send(message)) return false;
  Speak();
  return true;
}

void ZmtpCaller::Speak() {
  while (!zmtp_.outgoing().empty()) {
    const std::size_t said = tcp_.Send(zmtp_.outgoing());
    if (said == 0) return;
    zmtp_.Sent(said);
  }
}

}  // namespace continuo::mcu
