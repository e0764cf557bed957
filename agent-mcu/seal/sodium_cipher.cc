// SPDX-License-Identifier: Apache-2.0
#include <sodium/crypto_aead_chacha20poly1305.h>
#include <sodium/crypto_auth_hmacsha256.h>

#include "agent-mcu/seal/board_cipher.h"

// What libsodium asks of a system. Its own files for that want one with processes and pages.
extern "C" {
void sodium_memzero(void* memory, std::size_t size) {
  auto* const bytes = static_cast<volatile std::uint8_t*>(memory);
  for (std::size_t i = 0; i < size; ++i) bytes[i] = 0;
}
/// A length that it does not take. Ours are those of a datagram.
[[noreturn]] void sodium_misuse() {
  __builtin_trap();
}
}

namespace continuo::mcu {
namespace {

class SodiumCipher final : public Cipher {
 public:
  Bytes32 Mac(const Bytes32& key, std::span<const std::uint8_t> message) const override {
    Bytes32 mac;
    crypto_auth_hmacsha256(mac.data(), message.data(), message.size(), key.data());
    return mac;
  }
  Tag Seal(const Bytes32& key, const AeadNonce& nonce, std::span<const std::uint8_t> associated,
           std::span<const std::uint8_t> text, std::span<std::uint8_t> out) const override {
    Tag tag;
    crypto_aead_chacha20poly1305_ietf_encrypt_detached(
        out.data(), tag.data(), nullptr, text.data(), text.size(), associated.data(),
        associated.size(), nullptr, nonce.data(), key.data());
    return tag;
  }
  bool Open(const Bytes32& key, const AeadNonce& nonce, std::span<const std::uint8_t> associated,
            std::span<const std::uint8_t> sealed, const Tag& tag,
            std::span<std::uint8_t> out) const override {
    return crypto_aead_chacha20poly1305_ietf_decrypt_detached(
               out.data(), nullptr, sealed.data(), sealed.size(), tag.data(), associated.data(),
               associated.size(), nonce.data(), key.data()) == 0;
  }
};

constexpr SodiumCipher kCipher;

}  // namespace

const Cipher& BoardCipher() {
  return kCipher;
}

bool HasCipher() {
  return true;
}

}  // namespace continuo::mcu
