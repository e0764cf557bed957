// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

// What may be written into a microcontroller, and where: checked before anything is.

namespace continuo::coordinator::cli {

/// A kind of board, as agent-mcu/board/BOARD/linker.ld has it.
struct BoardKind {
  const char* name;
  const char* chip;
  std::uint32_t flash = 0, flash_bytes = 0;  ///< the last 4 KiB are the key's
  std::uint32_t ram = 0, ram_bytes = 0;      ///< where its stack may be
  const char* openocd;    ///< its configuration; nullptr: it has no debugger of its own
  bool silicon = false;   ///< it can be bought
  bool emulated = false;  ///< QEMU has it
  bool ethernet = false;  ///< as our firmware uses it
  std::uint32_t key_page() const { return flash + flash_bytes - 4096; }
};
const std::vector<BoardKind>& BoardKinds();
/// An address, such as 0x08000000.
std::string HexText(std::uint64_t value);
/// nullptr: there is no such board.
const BoardKind* FindBoardKind(std::string_view name);

/// An image as the flash is to hold it.
struct BoardImage {
  std::uint32_t at = 0;  ///< address of the first byte
  std::string bytes;
  bool elf = false;                    ///< as the file is one
  std::uint32_t stack = 0, reset = 0;  ///< the first two entries of its vector table
};

/// Empty, or what is wrong with that file, in a sentence: the field, its value, and what is allowed. `file`: an ELF, or
/// the bytes themselves, from the beginning of flash on.
std::string ReadBoardImage(std::string_view file, const BoardKind& board, BoardImage& image);

}  // namespace continuo::coordinator::cli
