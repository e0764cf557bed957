// SPDX-License-Identifier: Apache-2.0
#include "proto/wire/payload.h"

#include <bit>
#include <cstring>

namespace continuo::wire {
namespace {

void StoreLe(float value, std::uint8_t* to) {
  const auto bits = std::bit_cast<std::uint32_t>(value);
  if constexpr (std::endian::native == std::endian::little) {
    std::memcpy(to, &bits, sizeof bits);
  } else {
    for (int i = 0; i < 4; ++i) to[i] = static_cast<std::uint8_t>(bits >> (8 * i));
  }
}

float LoadLe(const std::uint8_t* from) {
  std::uint32_t bits = 0;
  if constexpr (std::endian::native == std::endian::little) {
    std::memcpy(&bits, from, sizeof bits);
  } else {
    for (int i = 0; i < 4; ++i) bits |= static_cast<std::uint32_t>(from[i]) << (8 * i);
  }
  return std::bit_cast<float>(bits);
}

// A float holds 24 bits, so scaling by a power of two and adding a half are exact wherever rounding
// matters.
template <int kBits>
std::int32_t Quantise(float value) {
  constexpr std::int32_t kFull = std::int32_t{1} << (kBits - 1);
  constexpr auto kScale = static_cast<float>(kFull);
  const float scaled = value * kScale;
  if (!(scaled > -kScale)) return scaled == scaled ? -kFull : 0;
  if (scaled >= kScale) return kFull - 1;
  const auto whole = static_cast<std::int32_t>(scaled);  // towards zero
  const float rest = scaled - static_cast<float>(whole);
  const std::int32_t rounded = whole + (rest >= 0.5f ? 1 : 0) - (rest <= -0.5f ? 1 : 0);
  return rounded < kFull ? rounded : kFull - 1;
}

template <int kBits>
std::size_t EncodeBigEndian(const float* const* planar, int channels, int frames,
                            std::span<std::uint8_t> out) {
  constexpr int kBytes = kBits / 8;
  const std::size_t bytes = static_cast<std::size_t>(channels) * frames * kBytes;
  if (bytes > out.size()) return 0;
  std::uint8_t* to = out.data();
  for (int i = 0; i < frames; ++i) {
    for (int c = 0; c < channels; ++c) {
      const auto bits = static_cast<std::uint32_t>(Quantise<kBits>(planar[c][i]));
      for (int b = 0; b < kBytes; ++b)
        *to++ = static_cast<std::uint8_t>(bits >> (kBits - 8 - 8 * b));
    }
  }
  return bytes;
}

}  // namespace

std::size_t EncodeFloat(const float* const* planar, int channels, int frames,
                        std::span<std::uint8_t> out) {
  const std::size_t bytes = static_cast<std::size_t>(channels) * frames * sizeof(float);
  if (bytes > out.size()) return 0;
  if (channels == 1 && std::endian::native == std::endian::little) {
    std::memcpy(out.data(), planar[0], bytes);
    return bytes;
  }
  for (int c = 0; c < channels; ++c) {
    std::uint8_t* to = out.data() + c * sizeof(float);
    for (int i = 0; i < frames; ++i, to += channels * sizeof(float)) StoreLe(planar[c][i], to);
  }
  return bytes;
}

bool DecodeFloat(std::span<const std::uint8_t> payload, int channels, int frames,
                 float* const* planar) {
  const std::size_t bytes = static_cast<std::size_t>(channels) * frames * sizeof(float);
  if (payload.size() != bytes) return false;
  if (channels == 1 && std::endian::native == std::endian::little) {
    std::memcpy(planar[0], payload.data(), bytes);
    return true;
  }
  for (int c = 0; c < channels; ++c) {
    const std::uint8_t* from = payload.data() + c * sizeof(float);
    for (int i = 0; i < frames; ++i, from += channels * sizeof(float)) planar[c][i] = LoadLe(from);
  }
  return true;
}

std::size_t EncodeL24(const float* const* planar, int channels, int frames,
                      std::span<std::uint8_t> out) {
  return EncodeBigEndian<24>(planar, channels, frames, out);
}

std::size_t EncodeL16(const float* const* planar, int channels, int frames,
                      std::span<std::uint8_t> out) {
  return EncodeBigEndian<16>(planar, channels, frames, out);
}

}  // namespace continuo::wire
