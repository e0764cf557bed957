// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "dsp/base/units.h"

struct tcp_pcb;  // lwIP's
struct pbuf;

// TCP, as much of it as a board needs that dials its bridges: lwIP's, compiled from Debian's source. One program has
// one; all of it in one thread, no interrupt's. IP packets and the time are handed in and out.

namespace continuo::mcu {

/// Whether the image was built with lwIP. If not, no call is ever answered.
bool HasTcp();

struct TcpConfig {
  std::uint32_t ip = 0, mask = 0, gateway = 0;  ///< ours, host byte order
  std::uint32_t random = 0;                     ///< another one in each life of the board
  /// Called with an IP packet for that address. False: it is lost.
  bool (*output)(void* context, std::uint32_t ip, std::span<const std::uint8_t> packet) = nullptr;
  void* context = nullptr;
};
/// Once, before all else.
void TcpBegin(const TcpConfig& config);
/// An IP packet that came.
void TcpTake(std::span<const std::uint8_t> packet);
/// What is due: repetitions, acknowledgements. `now` never decreases.
void TcpTurn(Nanoseconds now);

/// A connection that we ask for. It stays where it is.
class TcpCall {
 public:
  enum class State : std::uint8_t { kClosed, kDials, kOpen };

  TcpCall() = default;
  TcpCall(const TcpCall&) = delete;
  TcpCall& operator=(const TcpCall&) = delete;

  /// Of one that is closed. Whether it is taken the state says, later.
  void Dial(std::uint32_t ip, std::uint16_t port);
  /// At once, with a reset; what came and was not read is lost.
  void HangUp();
  State state() const { return state_; }
  /// How many bytes were taken, 0 if there is no room now.
  std::size_t Send(std::span<const std::uint8_t> bytes);
  /// What came next; empty: nothing. Valid until Pop or TcpTake.
  std::span<const std::uint8_t> Front() const;
  /// All of Front was read.
  void Pop();

 private:
  friend struct TcpEvents;
  State state_ = State::kClosed;
  tcp_pcb* pcb_ = nullptr;
  pbuf* came_ = nullptr;
};

}  // namespace continuo::mcu
