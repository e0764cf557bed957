// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdio>
#include <vector>

#include "dsp/base/random.h"
#include "proto/mcu/seal/cipher.h"

namespace continuo::mcu {

/// Prints what that cipher makes of texts of many lengths: the same lines for each library. False: it does not open
/// what it has sealed, or opens what was changed.
inline bool PrintSeals(const Cipher& cipher) {
  const auto bytes = [](std::uint32_t what, std::span<std::uint8_t> out) {
    for (std::size_t i = 0; i < out.size(); ++i) {
      out[i] = static_cast<std::uint8_t>(RandomBits(what, 0, static_cast<MediaTime>(i)));
    }
  };
  const auto print = [](const char* what, unsigned size, std::span<const std::uint8_t> value) {
    std::printf("%s %u ", what, size);
    for (const std::uint8_t byte : value) std::printf("%02x", byte);
    std::printf("\n");
  };
  bool fine = true;
  for (unsigned size = 0; size <= 1400; size += size < 140 ? 1 : 180) {
    Bytes32 key;
    AeadNonce nonce;
    std::vector<std::uint8_t> text(size), sealed(size), opened(size), associated(size % 50);
    bytes(size, key);
    bytes(size + 10'000, nonce);
    bytes(size + 20'000, text);
    bytes(size + 30'000, associated);
    Tag tag = cipher.Seal(key, nonce, associated, text, sealed);
    print("tag", size, tag);
    print("mac", size, cipher.Mac(key, sealed));
    fine = fine && cipher.Open(key, nonce, associated, sealed, tag, opened) && opened == text;
    tag[size % tag.size()] ^= 0x80;
    fine = fine && !cipher.Open(key, nonce, associated, sealed, tag, opened);
  }
  return fine;
}

}  // namespace continuo::mcu
