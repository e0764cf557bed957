// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "dsp/base/bytes.h"
#include "dsp/base/random.h"
#include "proto/mcu/seal/cipher.h"

namespace continuo::mcu {

/// Keeps no secret, but tells what was changed, and which key: for tests of what is made of a cipher, and fuzzers.
class ToyCipher final : public Cipher {
 public:
  Bytes32 Mac(const Bytes32& key, std::span<const std::uint8_t> message) const override {
    Bytes32 mac{};
    ByteWriter out(mac);
    for (std::uint64_t lane = 0; lane < 4; ++lane) {
      const std::uint64_t seed = Hash(key, lane);
      out.Le(Hash(message, seed));
    }
    return mac;
  }
  Tag Seal(const Bytes32& key, const AeadNonce& nonce, std::span<const std::uint8_t> associated,
           std::span<const std::uint8_t> text, std::span<std::uint8_t> out) const override {
    const Tag tag = TagOf(key, nonce, associated, text);
    Mask(key, nonce, text, out);
    return tag;
  }
  bool Open(const Bytes32& key, const AeadNonce& nonce, std::span<const std::uint8_t> associated,
            std::span<const std::uint8_t> sealed, const Tag& tag,
            std::span<std::uint8_t> out) const override {
    Mask(key, nonce, sealed, out);
    return SameTag(TagOf(key, nonce, associated, out.first(sealed.size())), tag);
  }

 private:
  static std::uint64_t Hash(std::span<const std::uint8_t> bytes, std::uint64_t seed) {
    return Hash64({reinterpret_cast<const char*>(bytes.data()), bytes.size()}, seed);
  }
  static Tag TagOf(const Bytes32& key, const AeadNonce& nonce,
                   std::span<const std::uint8_t> associated, std::span<const std::uint8_t> text) {
    Tag tag{};
    ByteWriter out(tag);
    for (std::uint64_t lane = 0; lane < 2; ++lane) {
      out.Le(Hash(text, Hash(associated, Hash(nonce, Hash(key, lane)))));
    }
    return tag;
  }
  static void Mask(const Bytes32& key, const AeadNonce& nonce, std::span<const std::uint8_t> from,
                   std::span<std::uint8_t> to) {
    const std::uint64_t stream = Hash(nonce, Hash(key, 9));
    for (std::size_t i = 0; i < from.size(); ++i) {
      const std::uint64_t bits = RandomBits(stream, 0, static_cast<MediaTime>(i));
      to[i] = static_cast<std::uint8_t>(from[i] ^ bits);
    }
  }
};

}  // namespace continuo::mcu
