// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "proto/mcu/seal/key_page.h"

namespace continuo::mcu {

// A device's key as a file of its bridge:
//
//   continuo device key 1
//   device mcu-1
//   key 64 hexadecimal digits

/// Empty, or a sentence that names the line, what it is and what it must be.
std::string ParseKeyFile(std::string_view text, DeviceKey& device);
std::string KeyFileText(const DeviceKey& device);

/// Empty, or a sentence. Whoever else may read or write the file is a reason not to take it.
std::string ReadKeyFile(const std::string& path, DeviceKey& device);
/// Writes a file that only its owner may read. `replaces`: an older one. Empty, or a sentence.
std::string WriteSecret(const std::string& path, std::span<const std::uint8_t> bytes,
                        bool replaces);

}  // namespace continuo::mcu
