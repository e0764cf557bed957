// SPDX-License-Identifier: Apache-2.0
#include "coordinator/cli/flash_plan.h"

namespace continuo::coordinator::cli {
namespace {

/// Tcl takes what is in braces as it is.
std::string Braced(const std::string& file) {
  return "{" + file + "}";
}

std::vector<Words> OpenocdCommands(const BoardKind& board, const BoardImage& image,
                                   const FlashWish& wish) {
  const std::string configuration = wish.openocd.empty() ? board.openocd : wish.openocd;
  const auto program = [&](const std::string& file, const std::string& rest) {
    return Words{"openocd", "-f", configuration, "-c", "program " + Braced(file) + " " + rest};
  };
  std::vector<Words> commands;
  // The key first: the board begins with the image.
  if (!wish.key.empty())
    commands.push_back(program(wish.key, HexText(board.key_page()) + " verify exit"));
  const std::string at = image.elf ? "" : HexText(image.at) + " ";
  commands.push_back(program(wish.image, at + "verify reset exit"));
  return commands;
}

std::vector<Words> SerialCommands(const BoardKind& board, const BoardImage& image,
                                  const FlashWish& wish) {
  std::vector<Words> commands;
  if (!wish.key.empty()) {
    commands.push_back(
        {"stm32flash", "-f", "-w", wish.key, "-v", "-S", HexText(board.key_page()), wish.serial});
  }
  Words program = {"stm32flash",     "-f", "-w", wish.image, "-v", "-S", HexText(image.at), "-g",
                   HexText(image.at)};
  // The boot loader measures the line's speed once: a second run must not ask for that again.
  if (!wish.key.empty()) program.push_back("-c");
  program.push_back(wish.serial);
  commands.push_back(program);
  return commands;
}

}  // namespace

std::string WrongWay(const BoardKind& board, const FlashWish& wish) {
  if (!board.silicon) {
    return std::string("--board ") + board.name +
           ": it is emulated, and has no flash to write: --emulate starts it with this image";
  }
  if (wish.way == FlashWay::kOpenocd && board.openocd == nullptr && wish.openocd.empty()) {
    return std::string("--board ") + board.name +
           ": it has no debugger of its own: say with --openocd how yours is reached, such "
           "as "
           "a file that sources interface/stlink.cfg and target/stm32f4x.cfg; or write it over "
           "USART1 "
           "with --serial /dev/ttyUSB0 (BOOT0 high, then reset)";
  }
  return {};
}

std::vector<Words> FlashCommands(const BoardKind& board, const BoardImage& image,
                                 const FlashWish& wish) {
  return wish.way == FlashWay::kOpenocd ? OpenocdCommands(board, image, wish)
                                        : SerialCommands(board, image, wish);
}

Words EmulatorCommand(const BoardKind& board, const std::string& image, const std::string& key,
                      const std::string& udp) {
  Words command = {"qemu-system-arm", "-M",   board.name, "-kernel", image, "-display", "none",
                   "-monitor",        "none", "-serial",  "stdio",   "-nic"};
  std::string nic = "none";
  if (board.ethernet) nic = udp.empty() ? "user" : "user,hostfwd=udp:" + udp + "-10.0.2.15:5004";
  command.push_back(nic);
  if (key.empty()) return command;
  command.push_back("-device");
  command.push_back("loader,file=" + key + ",addr=" + HexText(board.key_page()) + ",force-raw=on");
  return command;
}

std::string ShellText(const Words& command) {
  constexpr const char* kPlain =
      "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-+=.,/:@%";
  std::string text;
  for (const std::string& word : command) {
    if (!text.empty()) text += ' ';
    if (!word.empty() && word.find_first_not_of(kPlain) == std::string::npos) {
      text += word;
      continue;
    }
    text += '\'';
    for (const char c : word) text += c == '\'' ? std::string("'\\''") : std::string(1, c);
    text += '\'';
  }
  return text;
}

std::string PackageOf(const std::string& program) {
  return program == "qemu-system-arm" ? "qemu-system-arm" : program;
}

}  // namespace continuo::coordinator::cli
