// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

namespace continuo::mcu {

using Bytes32 = std::array<std::uint8_t, 32>;
using Tag = std::array<std::uint8_t, 16>;
using AeadNonce = std::array<std::uint8_t, 12>;

/// What a seal is made of, from a library: another one on a board than in its bridge. Nothing is allocated on a board,
/// nothing waits. Not from an interrupt.
class Cipher {
 public:
  /// HMAC-SHA-256 (RFC 2104, FIPS 180-4).
  virtual Bytes32 Mac(const Bytes32& key, std::span<const std::uint8_t> message) const = 0;
  /// AEAD_CHACHA20_POLY1305 (RFC 8439, 2.8). Writes text.size() bytes to `out`, which has that room and does not
  /// overlap `text`. A nonce must never be used twice with a key.
  virtual Tag Seal(const Bytes32& key, const AeadNonce& nonce,
                   std::span<const std::uint8_t> associated, std::span<const std::uint8_t> text,
                   std::span<std::uint8_t> out) const = 0;
  /// The other way round. False: it is not what was sealed, and what is in `out` means nothing.
  virtual bool Open(const Bytes32& key, const AeadNonce& nonce,
                    std::span<const std::uint8_t> associated, std::span<const std::uint8_t> sealed,
                    const Tag& tag, std::span<std::uint8_t> out) const = 0;

 protected:
  ~Cipher() = default;
};

/// Whether both are equal, in a time that does not tell where they differ.
inline bool SameTag(const Tag& one, std::span<const std::uint8_t> other) {
  if (other.size() != one.size()) return false;
  unsigned differs = 0;
  for (std::size_t i = 0; i < one.size(); ++i) differs |= one[i] ^ other[i];
  return differs == 0;
}

}  // namespace continuo::mcu
