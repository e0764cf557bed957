// SPDX-License-Identifier: Apache-2.0
#include "proto/mcu/cobs.h"

namespace continuo::mcu {
namespace {

constexpr std::uint8_t kLongest = 0xff;  // 254 bytes, and no zero behind them

}  // namespace

std::size_t EncodeCobs(std::span<const std::uint8_t> bytes, std::span<std::uint8_t> out) {
  if (out.size() < CobsBytes(bytes.size())) return 0;
  std::size_t code = 0, size = 1;  // out[code] says how far the next zero is
  std::uint8_t run = 1;
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    if (bytes[i] != 0) {
      out[size++] = bytes[i];
      ++run;
    }
    if (bytes[i] == 0 || (run == kLongest && i + 1 < bytes.size())) {
      out[code] = run;
      code = size++;
      run = 1;
    }
  }
  out[code] = run;
  return size;
}

bool DecodeCobs(std::span<const std::uint8_t> bytes, std::span<std::uint8_t> out,
                std::size_t& size) {
  size = 0;
  for (std::size_t i = 0; i < bytes.size();) {
    const std::size_t run = bytes[i++];
    if (run == 0 || run - 1 > bytes.size() - i) return false;
    const bool zero = run != kLongest && i + run - 1 < bytes.size();
    if (out.size() - size < run - 1 + (zero ? 1 : 0)) return false;
    for (std::size_t j = 1; j < run; ++j) {
      if (bytes[i] == 0) return false;
      out[size++] = bytes[i++];
    }
    if (zero) out[size++] = 0;
  }
  return !bytes.empty();
}

}  // namespace continuo::mcu
