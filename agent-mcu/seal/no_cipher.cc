// SPDX-License-Identifier: Apache-2.0
#include "agent-mcu/seal/board_cipher.h"

namespace continuo::mcu {
namespace {

class NoCipher final : public Cipher {
 public:
  Bytes32 Mac(const Bytes32&, std::span<const std::uint8_t>) const override { return {}; }
  Tag Seal(const Bytes32&, const AeadNonce&, std::span<const std::uint8_t>,
           std::span<const std::uint8_t>, std::span<std::uint8_t>) const override {
    return {};
  }
  bool Open(const Bytes32&, const AeadNonce&, std::span<const std::uint8_t>,
            std::span<const std::uint8_t>, const Tag&, std::span<std::uint8_t>) const override {
    return false;
  }
};

constexpr NoCipher kCipher;

}  // namespace

const Cipher& BoardCipher() {
  return kCipher;
}

bool HasCipher() {
  return false;
}

}  // namespace continuo::mcu
