// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>

#include "dsp/base/units.h"
#include "proto/mcu/seal/sealed.h"

namespace continuo::mcu {

/// A bridge's end: it offers a session, and another one whenever the board has been silent. Without a key frames pass
/// as they are. One thread; time is handed in and never decreases.
class BridgeSeal {
 public:
  static constexpr Nanoseconds kOfferEvery = 100'000'000;
  static constexpr Nanoseconds kConfirmEvery = 50'000'000;
  static constexpr Nanoseconds kSilent = 300'000'000;  ///< the board may have forgotten the session
  static constexpr Nanoseconds kNonceLives = 1'000'000'000;  ///< an answer may be as late

  /// `seed`: never the same twice.
  BridgeSeal(const Cipher& cipher, const std::optional<DeviceKey>& device, const Bytes32& seed);

  /// Of a datagram that came from the board. `answer` is not used; what there is to say, Speak says.
  Unsealed Hear(std::span<const std::uint8_t> datagram, Nanoseconds now);
  /// What the handshake has to say now; 0: nothing. `out` holds kMaxHandshakeBytes.
  std::size_t Speak(Nanoseconds now, std::span<std::uint8_t> out);
  /// Of a frame for the board; 0: there is no session yet, or no room.
  std::size_t Seal(std::span<const std::uint8_t> frame, std::span<std::uint8_t> out);

  const SealCounters& counters() const { return counters_; }
  /// Why the board says that it refuses, of whatever reached us last; unproven. kNone: it has not, since a frame of it
  /// was opened.
  SealError refused() const { return refused_; }
  std::uint32_t sessions() const { return sessions_; }

 private:
  Unsealed Judge(std::span<const std::uint8_t> datagram, Nanoseconds now);
  SealError OnAnswer(std::span<const std::uint8_t> answer, Nanoseconds now);

  std::optional<SealKeys> keys_;
  SealNonces nonces_;
  SealNonce offered_{}, answered_{};  // of now; of the offer that became the session
  SealNonce board_{};
  Nanoseconds offer_at_ = 0, renew_at_ = 0, confirm_at_ = 0;
  std::optional<SealSession> session_;
  bool proven_ = false;  // a frame of the session was opened: the board has it, too
  Nanoseconds heard_ = 0;
  std::uint32_t sessions_ = 0;
  SealError refused_ = SealError::kNone;
  SealCounters counters_{};
  std::array<std::uint8_t, kMaxFrameBytes> frame_{};
};

}  // namespace continuo::mcu
