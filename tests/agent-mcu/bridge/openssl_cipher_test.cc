// SPDX-License-Identifier: Apache-2.0
#include "agent-mcu/bridge/openssl_cipher.h"

#include <gtest/gtest.h>

#include <numeric>
#include <string>
#include <vector>

namespace continuo::mcu {
namespace {

std::span<const std::uint8_t> BytesOf(std::string_view text) {
  return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

std::string Hex(std::span<const std::uint8_t> bytes) {
  std::string text;
  for (const std::uint8_t byte : bytes) {
    for (const int digit : {byte >> 4, byte & 15}) text += "0123456789abcdef"[digit];
  }
  return text;
}

/// RFC 8439, 2.8.2.
struct Vector {
  Bytes32 key{};
  AeadNonce nonce{7, 0, 0, 0, 0x40, 0x41, 0x42, 0x43, 0x44, 0x45, 0x46, 0x47};
  std::array<std::uint8_t, 12> associated{0x50, 0x51, 0x52, 0x53, 0xc0, 0xc1,
                                          0xc2, 0xc3, 0xc4, 0xc5, 0xc6, 0xc7};
  std::string text =
      "Ladies and Gentlemen of the class of '99: If I could offer you only one tip for the future, "
      "sunscreen would be it.";
  std::string tag = "1ae10b594f09e26a7e902ecbd0600691";
  std::string begin = "d31a8d34648e60db7b86afbc53ef7ec2";
  Vector() { std::iota(key.begin(), key.end(), std::uint8_t{0x80}); }
};

TEST(OpensslCipher, SealsTheExampleOfTheRfc) {
  const Vector v;
  const OpensslCipher cipher;
  std::vector<std::uint8_t> sealed(v.text.size()), opened(v.text.size());
  const Tag tag = cipher.Seal(v.key, v.nonce, v.associated, BytesOf(v.text), sealed);
  EXPECT_EQ(Hex(tag), v.tag);
  EXPECT_EQ(Hex(std::span(sealed).first(16)), v.begin);
  ASSERT_TRUE(cipher.Open(v.key, v.nonce, v.associated, sealed, tag, opened));
  EXPECT_EQ(Hex(opened), Hex(BytesOf(v.text)));
}

TEST(OpensslCipher, OpensNothingThatWasChanged) {
  Vector v;
  const OpensslCipher cipher;
  std::vector<std::uint8_t> sealed(v.text.size()), opened(v.text.size());
  const Tag tag = cipher.Seal(v.key, v.nonce, v.associated, BytesOf(v.text), sealed);
  const auto opens = [&] { return cipher.Open(v.key, v.nonce, v.associated, sealed, tag, opened); };
  ASSERT_TRUE(opens());
  for (std::uint8_t* const byte :
       {&v.key[31], &v.nonce[0], &v.associated[3], &sealed[0], &sealed.back()}) {
    *byte ^= 1;
    EXPECT_FALSE(opens());
    *byte ^= 1;
  }
  EXPECT_TRUE(opens());
}

/// RFC 4231, 4.2 (a key of 20 bytes is the same one with zeros behind it).
TEST(OpensslCipher, AuthenticatesTheExampleOfTheRfc) {
  Bytes32 key{};
  std::fill_n(key.begin(), 20, std::uint8_t{0x0b});
  EXPECT_EQ(Hex(OpensslCipher().Mac(key, BytesOf("Hi There"))),
            "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7");
}

TEST(OpensslCipher, RandomBytesAreOthersEachTime) {
  EXPECT_NE(RandomBytes32(), RandomBytes32());
}

}  // namespace
}  // namespace continuo::mcu
