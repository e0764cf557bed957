// SPDX-License-Identifier: Apache-2.0
#include "coordinator/cli/console_text.h"

#include <cstdio>

namespace continuo::coordinator::cli {

std::string ConsoleText::Take(std::span<const std::uint8_t> bytes) const {
  std::string text;
  for (const std::uint8_t byte : bytes) {
    const bool plain =
        (byte >= 0x20 && byte < 0x7f) || byte == '\n' || byte == '\r' || byte == '\t';
    if (plain || !for_person_) {
      text += static_cast<char>(byte);
      continue;
    }
    char spelled[8];
    std::snprintf(spelled, sizeof spelled, "\\x%02x", byte);
    text += spelled;
  }
  return text;
}

}  // namespace continuo::coordinator::cli
