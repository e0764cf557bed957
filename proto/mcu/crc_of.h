// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <span>

#include "dsp/base/crc32.h"

namespace continuo::mcu {

inline std::uint32_t CrcOf(std::span<const std::uint8_t> bytes) {
  return Crc32({reinterpret_cast<const char*>(bytes.data()), bytes.size()});
}

}  // namespace continuo::mcu
