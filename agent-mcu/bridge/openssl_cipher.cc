// SPDX-License-Identifier: Apache-2.0
#include "agent-mcu/bridge/openssl_cipher.h"

#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/rand.h>

#include <memory>
#include <stdexcept>

namespace continuo::mcu {
namespace {

using Context = std::unique_ptr<EVP_CIPHER_CTX, decltype(&EVP_CIPHER_CTX_free)>;

void Expect(bool done, const char* what) {
  if (!done) throw std::runtime_error(std::string("OpenSSL refuses ") + what);
}

constexpr const char* kAead = "ChaCha20-Poly1305";

int Size(std::span<const std::uint8_t> bytes) {
  return static_cast<int>(bytes.size());
}

}  // namespace

Bytes32 OpensslCipher::Mac(const Bytes32& key, std::span<const std::uint8_t> message) const {
  Bytes32 mac{};
  unsigned size = 0;
  Expect(HMAC(EVP_sha256(), key.data(), Size(key), message.data(), message.size(), mac.data(),
              &size) != nullptr &&
             size == mac.size(),
         "HMAC-SHA-256");
  return mac;
}

Tag OpensslCipher::Seal(const Bytes32& key, const AeadNonce& nonce,
                        std::span<const std::uint8_t> associated,
                        std::span<const std::uint8_t> text, std::span<std::uint8_t> out) const {
  const Context context(EVP_CIPHER_CTX_new(), EVP_CIPHER_CTX_free);
  EVP_CIPHER_CTX* const c = context.get();
  Tag tag{};
  int size = 0;
  Expect(
      c != nullptr &&
          EVP_EncryptInit_ex(c, EVP_chacha20_poly1305(), nullptr, key.data(), nonce.data()) == 1 &&
          EVP_EncryptUpdate(c, nullptr, &size, associated.data(), Size(associated)) == 1 &&
          EVP_EncryptUpdate(c, out.data(), &size, text.data(), Size(text)) == 1 &&
          EVP_EncryptFinal_ex(c, out.data() + text.size(), &size) == 1 &&
          EVP_CIPHER_CTX_ctrl(c, EVP_CTRL_AEAD_GET_TAG, static_cast<int>(tag.size()), tag.data()) ==
              1,
      kAead);
  return tag;
}

bool OpensslCipher::Open(const Bytes32& key, const AeadNonce& nonce,
                         std::span<const std::uint8_t> associated,
                         std::span<const std::uint8_t> sealed, const Tag& tag,
                         std::span<std::uint8_t> out) const {
  const Context context(EVP_CIPHER_CTX_new(), EVP_CIPHER_CTX_free);
  EVP_CIPHER_CTX* const c = context.get();
  Tag expected = tag;
  int size = 0;
  Expect(
      c != nullptr &&
          EVP_DecryptInit_ex(c, EVP_chacha20_poly1305(), nullptr, key.data(), nonce.data()) == 1 &&
          EVP_DecryptUpdate(c, nullptr, &size, associated.data(), Size(associated)) == 1 &&
          EVP_DecryptUpdate(c, out.data(), &size, sealed.data(), Size(sealed)) == 1 &&
          EVP_CIPHER_CTX_ctrl(c, EVP_CTRL_AEAD_SET_TAG, static_cast<int>(expected.size()),
                              expected.data()) == 1,
      kAead);
  return EVP_DecryptFinal_ex(c, out.data() + sealed.size(), &size) == 1;
}

Bytes32 RandomBytes32() {
  Bytes32 bytes{};
  Expect(RAND_bytes(bytes.data(), static_cast<int>(bytes.size())) == 1, "random bytes");
  return bytes;
}

}  // namespace continuo::mcu
