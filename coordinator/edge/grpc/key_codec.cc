// SPDX-License-Identifier: Apache-2.0
#include "coordinator/edge/grpc/key_codec.h"

#include <cstdint>

namespace continuo::coordinator {
namespace {

constexpr std::size_t kHalf = sizeof(std::uint64_t);

std::uint64_t ReadHalf(const std::string& bytes, std::size_t from) {
  std::uint64_t half = 0;
  for (std::size_t i = 0; i < kHalf; ++i) {
    half = half << 8 | static_cast<std::uint8_t>(bytes[from + i]);
  }
  return half;
}

void WriteHalf(std::uint64_t half, std::string& bytes) {
  for (int shift = 56; shift >= 0; shift -= 8) bytes.push_back(static_cast<char>(half >> shift));
}

}  // namespace

CommandKey ReadKey(const std::string& key, const transport::FieldPlace& place) {
  if (key.empty()) return {};
  if (key.size() != 2 * kHalf) {
    place.Refuse("key", std::to_string(key.size()) + " bytes, not 16");
    return {};
  }
  return {ReadHalf(key, 0), ReadHalf(key, kHalf)};
}

std::string WriteKey(const CommandKey& key) {
  std::string bytes;
  if (key.IsNone()) return bytes;
  WriteHalf(key.high, bytes);
  WriteHalf(key.low, bytes);
  return bytes;
}

}  // namespace continuo::coordinator
