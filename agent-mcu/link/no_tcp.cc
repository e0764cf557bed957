// SPDX-License-Identifier: Apache-2.0
#include "agent-mcu/link/tcp.h"

// Of an image without lwIP.

namespace continuo::mcu {

bool HasTcp() {
  return false;
}
void TcpBegin(const TcpConfig&) {}
void TcpTake(std::span<const std::uint8_t>) {}
void TcpTurn(Nanoseconds) {}

void TcpCall::Dial(std::uint32_t, std::uint16_t) {}
void TcpCall::HangUp() {}
std::size_t TcpCall::Send(std::span<const std::uint8_t>) {
  return 0;
}
std::span<const std::uint8_t> TcpCall::Front() const {
  return {};
}
void TcpCall::Pop() {}

}  // namespace continuo::mcu
