// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>

#include "proto/mcu/seal/sealed.h"

namespace continuo::mcu {

/// A board's end. Without a key frames pass as they are. One thread, not an interrupt's.
class BoardSeal {
 public:
  /// `seed`: never the same twice, neither after a reset nor after power was away; nobody need keep it secret.
  BoardSeal(const Cipher& cipher, const std::optional<DeviceKey>& device, const Bytes32& seed);

  /// Of a datagram that begins with kFrameMcu or kFrameSealed. `answer` holds kMaxHandshakeBytes. An answer goes to
  /// where the datagram came from, whoever that is; only who sent a frame is the bridge.
  Unsealed Hear(std::span<const std::uint8_t> datagram, std::span<std::uint8_t> answer);
  /// Of a frame for the bridge; 0: there is no session, or no room.
  std::size_t Seal(std::span<const std::uint8_t> frame, std::span<std::uint8_t> out);

  bool has_key() const { return keys_.has_value(); }
  const SealCounters& counters() const { return counters_; }

 private:
  Unsealed Judge(std::span<const std::uint8_t> datagram, std::span<std::uint8_t> answer);
  Unsealed OnOffer(std::span<const std::uint8_t> offer, std::span<std::uint8_t> answer);
  SealError OnConfirm(std::span<const std::uint8_t> confirm);

  std::optional<SealKeys> keys_;
  SealNonces nonces_;
  SealNonce ready_{};  // for the next session
  std::optional<SealSession> session_;
  SealCounters counters_{};
  std::array<std::uint8_t, kMaxFrameBytes> frame_{};
};

}  // namespace continuo::mcu
