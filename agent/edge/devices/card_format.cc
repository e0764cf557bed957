// SPDX-License-Identifier: Apache-2.0
#include "agent/edge/devices/card_format.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <limits>

namespace continuo::agent {
namespace {

constexpr double kFull = 2147483648.0;

/// The upper `bytes` bytes of 32 bits, rounded.
std::uint32_t ToInteger(float x, int bytes) {
  const double step = std::ldexp(1.0, 32 - 8 * bytes);
  const double most = kFull / step - 1;
  const double rounded = std::clamp(std::nearbyint(x * (kFull / step)), -most - 1, most);
  return static_cast<std::uint32_t>(static_cast<std::int64_t>(rounded * step));
}

void Put(std::byte* to, std::uint32_t bits, int bytes) {
  for (int i = 0; i < bytes; ++i) {
    to[i] = static_cast<std::byte>(bits >> (32 - 8 * bytes + 8 * i));
  }
}

std::uint32_t Get(const std::byte* from, int bytes) {
  std::uint32_t bits = 0;
  for (int i = 0; i < bytes; ++i) {
    bits |= std::to_integer<std::uint32_t>(from[i]) << (32 - 8 * bytes + 8 * i);
  }
  return bits;
}

}  // namespace

int BytesOf(CardFormat format) {
  if (format == CardFormat::kInt24) return 3;
  return format == CardFormat::kInt16 ? 2 : 4;
}

void Pack(CardFormat format, std::span<float* const> channels, int frames,
          std::span<std::byte> bytes) {
  const int size = BytesOf(format);
  std::byte* to = bytes.data();
  for (int i = 0; i < frames; ++i) {
    for (const float* const channel : channels) {
      const float x = channel[i];
      Put(to, format == CardFormat::kFloat32 ? std::bit_cast<std::uint32_t>(x) : ToInteger(x, size),
          size);
      to += size;
    }
  }
}

void Unpack(CardFormat format, std::span<const std::byte> bytes, std::span<float* const> channels,
            int frames) {
  const int size = BytesOf(format);
  const std::byte* from = bytes.data();
  for (int i = 0; i < frames; ++i) {
    for (float* const channel : channels) {
      const std::uint32_t bits = Get(from, size);
      channel[i] = format == CardFormat::kFloat32
                       ? std::bit_cast<float>(bits)
                       : static_cast<float>(static_cast<std::int32_t>(bits) / kFull);
      from += size;
    }
  }
}

}  // namespace continuo::agent
