// SPDX-License-Identifier: Apache-2.0
#include "coordinator/cli/board_arguments.h"

#include <memory>
#include <string>
#include <vector>

#include "coordinator/cli/board_commands.h"
#include "coordinator/cli/board_image.h"

namespace continuo::coordinator::cli {
namespace {

std::vector<std::string> BoardNames() {
  std::vector<std::string> names;
  for (const BoardKind& board : BoardKinds()) names.push_back(board.name);
  return names;
}

void AddFlash(CommandTree& tree, CLI::App& node) {
  const auto options = std::make_shared<FlashOptions>();
  CLI::App& flash = tree.Leaf(
      &node, "flash", "write firmware into a microcontroller, checked first",
      R"(continuo node flash build/nested/nucleo-f767zi/bin/continuo-mcu --board nucleo-f767zi

deploy/build-firmware BOARD makes the image. Before anything is written it is looked at: for this
CPU, within this board's flash, a stack within its RAM, a reset vector within the image. --dry-run
shows what would be run, and runs nothing.

  over the board's own debugger (openocd):    --board nucleo-f767zi
  over one beside it:                         --board netduinoplus2 --openocd my-stlink.cfg
  over USART1, BOOT0 high, after a reset
  (stm32flash):                               --board netduinoplus2 --serial /dev/ttyUSB0
  with its key (continuo-bridge key page):    --key mcu-1.page
  in QEMU, its UART on this terminal:         --board mps2-an386 --emulate)",
      [&tree, options] { return RunFlash(tree.invocation(), *options); });
  flash.add_option("image", options->image, "ELF, or the bytes from the beginning of flash on")
      ->required()
      ->check(CLI::ExistingFile);
  flash.add_option("--board", options->board, "which one")
      ->required()
      ->check(CLI::IsMember(BoardNames()));
  flash.add_option("--key", options->key, "page of its key, for the last 4 KiB of its flash")
      ->check(CLI::ExistingFile);
  CLI::Option* const serial =
      flash.add_option("--serial", options->serial, "device of a line to its boot loader")
          ->type_name("DEVICE");
  CLI::Option* const openocd =
      flash.add_option("--openocd", options->openocd, "configuration of the debugger")
          ->type_name("CONFIG");
  CLI::Option* const emulate =
      flash.add_flag("--emulate", options->emulate, "start QEMU in its place; Ctrl-C ends it");
  flash.add_option("--udp", options->udp, "of --emulate: where its socket is to be reached")
      ->check(IsHostPort())
      ->needs(emulate);
  flash.add_flag("--dry-run", options->dry_run, "only show what would be run");
  serial->excludes(openocd)->excludes(emulate);
  openocd->excludes(emulate);
}

void AddConsole(CommandTree& tree, CLI::App& node) {
  const auto options = std::make_shared<ConsoleOptions>();
  CLI::App& console =
      tree.Leaf(&node, "console", "what a microcontroller says on its UART, raw",
                R"(continuo node console /dev/ttyACM0

A terminal device at 921,600 baud, a pseudo-terminal, or the Unix socket of an emulated board. At a
reset the firmware says in text what it is, or what is wrong with its key; all else on the line is
frames between it and its bridge, spelled out as \x00 here. While a bridge, or another console, has
the line this is refused: two readers would take each other's bytes. What is typed is sent. Ctrl-C
ends it.)",
                [&tree, options] { return RunConsole(tree.invocation(), *options); });
  console.add_option("line", options->line, "path of the device or socket")->required();
  console.add_flag("--listen", options->listen, "send nothing");
}

void AddMonitor(CommandTree& tree, CLI::App& node) {
  const auto options = std::make_shared<MonitorOptions>();
  CLI::App& monitor =
      tree.Leaf(&node, "monitor", "one microcontroller, live",
                R"(continuo node monitor mcu-1

Boots and the last fault, how long a block takes, its tasks, what it hears and sends, dropouts,
refused frames, how well it knows the time; as the coordinator knows it. With --json one line each
time, as `continuo node show --json`. Ctrl-C ends it.)",
                [&tree, options] { return RunMonitor(tree.invocation(), *options); });
  monitor.add_option("node", options->node, "name of the node")->required();
  monitor.add_option("--period", options->period_ms, "in ms; boards report every 250 ms")
      ->check(CLI::Range(100, 60'000))
      ->capture_default_str();
}

}  // namespace

void AddBoards(CommandTree& tree) {
  CLI::App& node = tree.Group("node", "the machines");
  AddMonitor(tree, node);
  AddFlash(tree, node);
  AddConsole(tree, node);
}

}  // namespace continuo::coordinator::cli
