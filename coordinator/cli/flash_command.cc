// SPDX-License-Identifier: Apache-2.0
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <optional>
#include <sstream>

#include "coordinator/cli/board_commands.h"
#include "coordinator/cli/board_image.h"
#include "coordinator/cli/flash_plan.h"
#include "coordinator/cli/json_view.h"
#include "coordinator/cli/temporary_folder.h"
#include "proto/mcu/seal/key_page.h"

namespace continuo::coordinator::cli {
namespace {

std::string Read(const std::string& file, std::string& wrong) {
  std::ifstream in(file, std::ios::binary);
  std::string bytes((std::istreambuf_iterator<char>(in)), std::istreambuf_iterator<char>());
  if (!in.is_open() || in.bad() || std::filesystem::is_directory(file)) {
    wrong = file + " cannot be read";
  }
  return bytes;
}

/// Empty, or why those bytes must not become a board's key.
std::string CheckKey(const std::string& file) {
  std::string wrong;
  const std::string bytes = Read(file, wrong);
  if (!wrong.empty()) return "--key " + wrong;
  const std::string how = "; `continuo-bridge key page NAME.key --out NAME.page` makes one";
  if (bytes.size() != mcu::kKeyPageBytes) {
    return "--key " + file + ": a page has " + std::to_string(mcu::kKeyPageBytes) +
           " bytes, this file " + std::to_string(bytes.size()) + how;
  }
  std::optional<mcu::KeyPage> page;
  const char* const damaged =
      mcu::ParseKeyPage({reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size()}, page);
  if (damaged != nullptr) return "--key " + file + ": " + damaged + how;
  return page ? "" : "--key " + file + ": it is empty" + how;
}

bool IsInstalled(const std::string& program) {
  const char* const path = std::getenv("PATH");
  std::istringstream folders(path == nullptr ? "" : path);
  for (std::string folder; std::getline(folders, folder, ':');) {
    if (access((folder + "/" + program).c_str(), X_OK) == 0) return true;
  }
  return false;
}

/// Its exit code; -1 for one that was ended by a signal.
int RunProgram(const Words& words) {
  std::vector<char*> arguments;
  for (const std::string& word : words) arguments.push_back(const_cast<char*>(word.c_str()));
  arguments.push_back(nullptr);
  std::fflush(stdout);
  // Ctrl-C is the program's: it ends by itself, and then so do we.
  const auto before = std::signal(SIGINT, SIG_IGN);
  const pid_t child = fork();
  if (child == 0) {
    std::signal(SIGINT, SIG_DFL);
    execvp(arguments[0], arguments.data());
    std::fprintf(stderr, "continuo: cannot run %s: %s\n", arguments[0], std::strerror(errno));
    _exit(127);
  }
  int state = 0;
  while (child > 0 && waitpid(child, &state, 0) < 0 && errno == EINTR) {
  }
  std::signal(SIGINT, before);
  return child > 0 && WIFEXITED(state) ? WEXITSTATUS(state) : -1;
}

/// What is about to happen, and, unless it is only to be told, that it does.
class Plan {
 public:
  Plan(const Invocation& invocation, const FlashOptions& options, const BoardKind& board,
       const BoardImage& image)
      : invocation_(invocation), options_(options), board_(board), image_(image) {}

  int Perform(const std::vector<Words>& commands) const {
    Tell(commands);
    if (options_.dry_run) return kDone;
    const std::string& program = commands.front().front();
    if (!IsInstalled(program)) {
      return Fail(invocation_,
                  program + " is not installed: apt-get install " + PackageOf(program));
    }
    for (const Words& command : commands) {
      if (!invocation_.json) std::printf("%s\n", ShellText(command).c_str());
      const int code = RunProgram(command);
      if (code == 0) continue;
      return Fail(invocation_, program + " ended with " + std::to_string(code) +
                                   (options_.emulate ? "" : ": the board was not written"));
    }
    return kDone;
  }

 private:
  void Tell(const std::vector<Words>& commands) const {
    if (invocation_.json) {
      std::printf(
          "%s\n",
          Dump({{"board", board_.name},
                {"image", options_.image},
                {"bytes", image_.bytes.size()},
                {"stack", image_.stack},
                {"reset", image_.reset},
                {"commands", JsonList(commands, [](const Words& one) { return Json(one); })}})
              .c_str());
      return;
    }
    std::printf("%s: %zu bytes at 0x%08x of a %s (%s), stack 0x%08x, reset 0x%08x\n",
                options_.image.c_str(), image_.bytes.size(), image_.at, board_.name, board_.chip,
                image_.stack, image_.reset);
    for (const Words& command : commands) {
      if (options_.dry_run) std::printf("%s\n", ShellText(command).c_str());
    }
  }

  const Invocation& invocation_;
  const FlashOptions& options_;
  const BoardKind& board_;
  const BoardImage& image_;
};

}  // namespace

int RunFlash(const Invocation& invocation, const FlashOptions& options) {
  const BoardKind& board = *FindBoardKind(options.board);
  std::string wrong;
  const std::string file = Read(options.image, wrong);
  if (!wrong.empty()) return Fail(invocation, wrong);
  BoardImage image;
  wrong = ReadBoardImage(file, board, image);
  if (!wrong.empty()) return Fail(invocation, options.image + ": " + wrong);
  if (!options.key.empty()) wrong = CheckKey(options.key);
  if (!wrong.empty()) return Fail(invocation, wrong);
  const Plan plan(invocation, options, board, image);
  if (options.emulate) {
    if (!board.emulated) {
      return Fail(invocation, "--board " + options.board + ": QEMU has no such board");
    }
    return plan.Perform({EmulatorCommand(board, options.image, options.key, options.udp)});
  }
  FlashWish wish{.way = options.serial.empty() ? FlashWay::kOpenocd : FlashWay::kStm32flash,
                 .image = options.image,
                 .key = options.key,
                 .serial = options.serial,
                 .openocd = options.openocd};
  wrong = WrongWay(board, wish);
  if (!wrong.empty()) return Fail(invocation, wrong);
  if (wish.way == FlashWay::kOpenocd || !image.elf) {
    return plan.Perform(FlashCommands(board, image, wish));
  }
  // The boot loader's program knows no ELF.
  if (options.dry_run) {
    wish.image = options.image + ".bin";
    std::vector<Words> commands = FlashCommands(board, image, wish);
    commands.insert(commands.begin(), {"arm-none-eabi-objcopy", "-O", "binary", "--gap-fill=0xff",
                                       options.image, wish.image});
    return plan.Perform(commands);
  }
  const TemporaryFolder folder;
  wish.image = folder.path() / "image.bin";
  std::ofstream(wish.image, std::ios::binary) << image.bytes;
  return plan.Perform(FlashCommands(board, image, wish));
}

}  // namespace continuo::coordinator::cli
