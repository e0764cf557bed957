// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "proto/mcu/seal/bridge_seal.h"
#include "proto/transport/datagram_port.h"
#include "proto/transport/machine_clock.h"

namespace continuo::mcu {

/// Frames to and from a board, sealed where the device has a key, over any port: the handshake goes on in Receive. What
/// is sent before there is a session is lost, as on any network. One thread.
class SealedPort final : public transport::DatagramPort {
 public:
  /// `say`: called with a sentence when a session begins, when the board refuses, and, once a second at most, when
  /// something was refused here.
  SealedPort(std::unique_ptr<transport::DatagramPort> port, transport::Address board,
             const Cipher& cipher, const std::optional<DeviceKey>& device, const Bytes32& seed,
             std::function<void(const std::string&)> say)
      : port_(std::move(port)), board_(board), seal_(cipher, device, seed), say_(std::move(say)) {}

  void Send(const Outgoing& datagram) override;
  void Flush() override;
  int Receive(std::span<Incoming> out) override;
  std::uint64_t send_errors() const override { return port_->send_errors() + unsealed_; }

  const SealCounters& counters() const { return seal_.counters(); }
  SealError refused() const { return seal_.refused(); }

 private:
  void GoOn(Nanoseconds now);
  void Report(Nanoseconds now);

  const std::unique_ptr<transport::DatagramPort> port_;
  const transport::Address board_;
  transport::MachineClock clock_;
  BridgeSeal seal_;
  const std::function<void(const std::string&)> say_;
  std::vector<std::vector<std::uint8_t>> queued_, taken_;
  std::uint64_t unsealed_ = 0;  // frames that there was no session for
  // What was said already.
  SealCounters said_{};
  SealError said_refused_ = SealError::kNone;
  std::uint32_t said_sessions_ = 0;
  Nanoseconds say_at_ = 0;
};

/// "by the board 2 forged (...), 1 replayed; by the bridge 1 malformed"; empty: none was refused at either end.
std::string RefusedText(const SealCounters& by_board, const SealCounters& by_bridge);

}  // namespace continuo::mcu
