// SPDX-License-Identifier: Apache-2.0
#include "coordinator/edge/store/row_chain.h"

#include <openssl/evp.h>

#include <memory>

#include "dsp/base/bytes.h"

namespace continuo::coordinator {

Link HashOf(std::string_view bytes) {
  Link hash = {};
  EVP_Digest(bytes.data(), bytes.size(), hash.data(), nullptr, EVP_sha256(), nullptr);
  return hash;
}

std::string ToHex(const Link& link) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string text;
  for (const std::uint8_t byte : link) {
    text += kDigits[byte >> 4];
    text += kDigits[byte & 15];
  }
  return text;
}

Link LinkOf(const Link& before, const Row& row) {
  std::array<std::uint8_t, 32> head;
  ByteWriter writer(head);
  for (const std::int64_t number : {row.index, row.term, row.time, row.kind}) writer.Le(number);
  const std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> context(EVP_MD_CTX_new(),
                                                                        &EVP_MD_CTX_free);
  Link link = {};
  EVP_DigestInit_ex(context.get(), EVP_sha256(), nullptr);
  EVP_DigestUpdate(context.get(), before.data(), before.size());
  EVP_DigestUpdate(context.get(), head.data(), head.size());
  EVP_DigestUpdate(context.get(), row.blob.data(), row.blob.size());
  EVP_DigestFinal_ex(context.get(), link.data(), nullptr);
  return link;
}

}  // namespace continuo::coordinator
