// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "coordinator/cli/board_image.h"

namespace continuo::coordinator::cli {

enum class FlashWay {
  kOpenocd,    ///< over the board's debugger
  kStm32flash  ///< the ROM's boot loader, over a serial line
};

struct FlashWish {
  FlashWay way = FlashWay::kOpenocd;
  std::string image{};    ///< a file as that way takes it
  std::string key{};      ///< page of the key; empty: none
  std::string serial{};   ///< device, for kStm32flash
  std::string openocd{};  ///< configuration; empty: the board's
};

using Words = std::vector<std::string>;

/// Empty, or why that board cannot be written that way.
std::string WrongWay(const BoardKind& board, const FlashWish& wish);
/// One after the other; each must end with 0.
std::vector<Words> FlashCommands(const BoardKind& board, const BoardImage& image,
                                 const FlashWish& wish);
/// QEMU in place of the board: its UART is this terminal. `udp`: HOST:PORT where its socket is reached; empty: nowhere.
Words EmulatorCommand(const BoardKind& board, const std::string& image, const std::string& key,
                      const std::string& udp);
/// As a shell would be told.
std::string ShellText(const Words& command);
/// The Debian package that brings this program.
std::string PackageOf(const std::string& program);

}  // namespace continuo::coordinator::cli
