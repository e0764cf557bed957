// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

#include "dsp/base/fixed.h"
#include "proto/mcu/frame.h"
#include "proto/mcu/seal/cipher.h"
#include "proto/mcu/seal/replay_window.h"

// Frames between bridge and board that nobody else can read, change, make or repeat. Both have a key of 32 bytes that
// belongs to this device and to no other. Little-endian, one a datagram:
//
//   offer    bridge: {0xC4, version, 1, 0, bridge's nonce 16, tag 16}
//   answer   board:  {0xC4, version, 2, 0, bridge's nonce 16, board's nonce 16, tag 16}
//   confirm  bridge: {0xC4, version, 3, 0, bridge's nonce 16, board's nonce 16, tag 16}
//   sealed   both:   {0xC4, version, 4, 0, session u32, number u64, a whole frame, encrypted, tag 16}
//   refusal  board:  {0xC4, version, 5, reason}
//
// Tags of the first three are HMAC-SHA-256 of all before them, cut to 16 bytes; their key, those of a session (one for
// each direction) and the session's number are HMAC-SHA-256 by the device's key of {label, 0, version, name of the
// device, 0, both nonces, 1}: HKDF-Expand (RFC 5869, 2.3) of a key that is uniform already. A frame is sealed by
// ChaCha20-Poly1305, its number is the nonce; associated data are its head and the name. So frames of another device,
// session, direction or version do not open.
//
// A board holds nothing of an offer: it answers to each with the one nonce that it has ready, and takes another when
// that was confirmed. Hence offers that are repeated by a stranger change nothing, and confirmations open nothing.
// A refusal proves nothing, and nothing follows from it but a line in the bridge's log.

namespace continuo::mcu {

inline constexpr std::uint8_t kFrameSealed = 0xC4;
inline constexpr std::uint8_t kSealVersion = 1;
inline constexpr std::size_t kSealHead = 16;
inline constexpr std::size_t kSealOverhead = kSealHead + std::tuple_size_v<Tag>;
static_assert(kMaxSealedBytes == kMaxFrameBytes + kSealOverhead);
inline constexpr std::size_t kMaxHandshakeBytes = 52;

enum class SealKind : std::uint8_t {
  kOffer = 1,
  kAnswer = 2,
  kConfirm = 3,
  kSealed = 4,
  kRefusal = 5
};

/// What is wrong with a datagram. Each is counted by itself.
enum class SealError : std::uint8_t {
  kNone = 0,
  kMalformed = 1,  ///< not of the form above
  kVersion = 2,    ///< of another release
  kForged = 3,     ///< the tag: another key, another device's name, or changed on its way
  kReplayed = 4,   ///< it came before, or is of an earlier handshake
  kStale = 5,      ///< of a session that is not, or not any more
  kPlain = 6,      ///< in the clear, and there is a key
  kNoKey = 7,      ///< sealed, and there is no key
};
inline constexpr std::size_t kSealErrors = 8;
/// "forged (another key, or changed on its way)" ...
const char* ToString(SealError error);

using SealNonce = std::array<std::uint8_t, 16>;

struct DeviceKey {
  FixedString<32> name;
  Bytes32 key{};
};

/// How many datagrams were refused, by SealError; [0] counts what was opened.
using SealCounters = std::array<std::uint32_t, kSealErrors>;

/// What came of a datagram.
struct Unsealed {
  SealError error = SealError::kNone;
  std::span<const std::uint8_t>
      frame{};             ///< in the clear; empty: there is none in it. Valid until the next
  std::size_t answer = 0;  ///< bytes to be sent back to where it came from
};

/// The tag's key and a session's, of one device.
class SealKeys {
 public:
  SealKeys(const Cipher& cipher, const DeviceKey& device);

  const Cipher& cipher() const { return cipher_; }
  const DeviceKey& device() const { return device_; }
  Bytes32 Derive(const char* label, const SealNonce& bridge, const SealNonce& board) const;
  /// Writes an offer, answer or confirmation (`board`: nullptr in an offer); returns its bytes.
  std::size_t Write(SealKind kind, const SealNonce& bridge, const SealNonce* board,
                    std::span<std::uint8_t> out) const;
  /// Whether that message of the handshake, of the right length, was written by one who has the key.
  bool Proven(std::span<const std::uint8_t> message) const;

 private:
  Tag TagOf(std::span<const std::uint8_t> message) const;

  const Cipher& cipher_;
  const DeviceKey device_;
  Bytes32 handshake_;
};

/// What both ends have in common once they know both nonces.
class SealSession {
 public:
  SealSession(const SealKeys& keys, const SealNonce& bridge, const SealNonce& board,
              bool is_bridge);

  /// Bytes written; 0: it does not fit, or is longer than a frame.
  std::size_t Seal(const SealKeys& keys, std::span<const std::uint8_t> frame,
                   std::span<std::uint8_t> out);
  /// A datagram of kind kSealed. `out` holds kMaxFrameBytes.
  SealError Open(const SealKeys& keys, std::span<const std::uint8_t> datagram,
                 std::span<std::uint8_t> out, std::size_t& bytes);
  bool IsOf(const SealNonce& bridge, const SealNonce& board) const {
    return bridge == bridge_ && board == board_;
  }

 private:
  SealNonce bridge_, board_;
  Bytes32 ours_, theirs_;
  std::uint32_t id_ = 0;
  std::uint64_t sent_ = 0;
  ReplayWindow window_;
};

/// Of a datagram that begins with kFrameSealed: its kind and nothing more than that its length and version are right.
SealError ParseSealHead(std::span<const std::uint8_t> datagram, SealKind& kind);
/// The nonces of a handshake's message, whose head was parsed.
SealNonce BridgeNonce(std::span<const std::uint8_t> message);
SealNonce BoardNonce(std::span<const std::uint8_t> message);
std::size_t WriteRefusal(SealError reason, std::span<std::uint8_t> out);

/// Nonces that do not repeat as long as the seed does not.
class SealNonces {
 public:
  SealNonces(const Cipher& cipher, const Bytes32& seed) : cipher_(cipher), seed_(seed) {}
  SealNonce Next();

 private:
  const Cipher& cipher_;
  const Bytes32 seed_;
  std::uint64_t drawn_ = 0;
};

}  // namespace continuo::mcu
