// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

#include "proto/mcu/seal/sealed.h"

// How a board gets its key: a page of its memory that outlives power, or that whoever switches it on loads.
// Little-endian:
//
//   {"CKEY", version 1, size of the name, 0 u16, name 32, key 32, seed 32, CRC-32 of all before it}

namespace continuo::mcu {

inline constexpr std::size_t kKeyPageBytes = 108;

struct KeyPage {
  DeviceKey device;
  Bytes32
      seed{};  ///< of the board's nonces, where it has no source of random bits: another one each time power comes
};

/// Whether that may be a device's name: 1 to 32 printable characters of ASCII without blanks.
bool IsDeviceName(std::string_view name);

/// nullptr: `page` says what is there; nothing, if the memory was never written (all zeros or all ones). Else a
/// sentence that names the field, and whoever has read it must not go on as if there were no key.
const char* ParseKeyPage(std::span<const std::uint8_t> bytes, std::optional<KeyPage>& page);

/// kKeyPageBytes; 0 if they do not fit or the name is none.
std::size_t EncodeKeyPage(const KeyPage& page, std::span<std::uint8_t> out);

}  // namespace continuo::mcu
