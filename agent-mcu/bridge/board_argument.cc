// SPDX-License-Identifier: Apache-2.0
#include "agent-mcu/bridge/board_argument.h"

#include <array>
#include <utility>

namespace continuo::mcu {
namespace {

constexpr std::string_view kBlanks = " \t";

std::string_view NextWord(std::string_view& text) {
  text.remove_prefix(std::min(text.find_first_not_of(kBlanks), text.size()));
  const std::string_view word = text.substr(0, text.find_first_of(kBlanks));
  text.remove_prefix(word.size());
  return word;
}

}  // namespace

std::string ParseBoardArgument(std::string_view text, BoardArgument& argument) {
  argument = {};
  argument.name = NextWord(text);
  if (argument.name.empty() || argument.name.find('=') != std::string::npos) {
    return "it must begin with the node's name, such as \"mcu-1 board=127.0.1.9:5004\"";
  }
  const std::array<std::pair<std::string_view, std::string*>, 6> fields{
      {{"board", &argument.board},
       {"serial", &argument.serial},
       {"key", &argument.key},
       {"controls", &argument.controls},
       {"controls-log", &argument.controls_log},
       {"domain", &argument.domain}}};
  for (std::string_view word = NextWord(text); !word.empty(); word = NextWord(text)) {
    const std::string_view field = word.substr(0, word.find('='));
    const std::string_view value = word.substr(std::min(field.size() + 1, word.size()));
    std::string* place = nullptr;
    for (const auto& [name, to] : fields) place = name == field ? to : place;
    if (place == nullptr) {
      return "\"" + std::string(word) +
             "\": a field is board=, serial=, key=, controls=, controls-log= or domain=";
    }
    if (value.empty()) return std::string(field) + ": it must have a value";
    if (!place->empty()) return std::string(field) + ": it is there twice";
    *place = value;
  }
  return "";
}

}  // namespace continuo::mcu
