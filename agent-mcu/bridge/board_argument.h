// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

namespace continuo::mcu {

/// What is said of one board on the command line.
struct BoardArgument {
  std::string name;          ///< of the node that it is
  std::string board;         ///< ADDRESS:PORT of its socket, as nodes reach it
  std::string serial;        ///< where its UART is; empty: it is spoken to over its network
  std::string key;           ///< file of its key; empty: it has none
  std::string controls;      ///< file of what its knobs and switches do; empty: nothing
  std::string controls_log;  ///< file of what happens at its panel
  std::string domain;        ///< what fails together with it
};

/// "NAME board=ADDRESS:PORT serial=PATH key=FILE controls=FILE controls-log=FILE domain=NAME": the name, then fields in
/// any order. Empty, or a sentence that says what is wrong with it.
std::string ParseBoardArgument(std::string_view text, BoardArgument& argument);

}  // namespace continuo::mcu
