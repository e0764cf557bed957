// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <span>
#include <string>

namespace continuo::coordinator::cli {

/// What a board's UART says, as it is shown. For a person: text as it is, each other byte as \xNN, so that frames
/// between bridge and board, or a wrong baud rate, cannot upset the terminal.
class ConsoleText {
 public:
  explicit ConsoleText(bool for_person) : for_person_(for_person) {}
  std::string Take(std::span<const std::uint8_t> bytes) const;

 private:
  const bool for_person_;
};

}  // namespace continuo::coordinator::cli
