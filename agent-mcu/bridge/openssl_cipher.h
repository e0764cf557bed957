// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "proto/mcu/seal/cipher.h"

namespace continuo::mcu {

/// Of OpenSSL's libcrypto, for hosts. Any thread. Throws std::runtime_error if the library refuses (a system whose
/// policy forbids ChaCha20).
class OpensslCipher final : public Cipher {
 public:
  Bytes32 Mac(const Bytes32& key, std::span<const std::uint8_t> message) const override;
  Tag Seal(const Bytes32& key, const AeadNonce& nonce, std::span<const std::uint8_t> associated,
           std::span<const std::uint8_t> text, std::span<std::uint8_t> out) const override;
  bool Open(const Bytes32& key, const AeadNonce& nonce, std::span<const std::uint8_t> associated,
            std::span<const std::uint8_t> sealed, const Tag& tag,
            std::span<std::uint8_t> out) const override;
};

/// Bits of the machine that nobody foresees. Throws std::runtime_error if it has none.
Bytes32 RandomBytes32();

}  // namespace continuo::mcu
