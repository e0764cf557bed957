// SPDX-License-Identifier: Apache-2.0
#include <CLI/CLI.hpp>
#include <csignal>
#include <cstdio>
#include <exception>
#include <string_view>

#include "agent-mcu/bridge/bridge.h"
#include "agent-mcu/bridge/controls/wiring_file.h"
#include "agent-mcu/bridge/controls_command.h"
#include "agent-mcu/bridge/key_command.h"
#include "agent-mcu/bridge/key_file.h"
#include "agent-mcu/bridge/try_command.h"
#include "proto/transport/udp_port.h"

namespace {

volatile std::sig_atomic_t ending = 0;

constexpr const char* kExample =
    R"(Example: the board whose socket is reached at 127.0.1.9:5004 is the node mcu-1

  continuo-bridge --name mcu-1 --coordinator 127.0.0.1:7400 --beats 127.0.0.1:7401 \
      --board 127.0.1.9:5004

Audio goes between the board and the nodes, not through the bridge. SIGTERM ends it; the board
plays on. `continuo-bridge key` makes the key for --key, `continuo-bridge try` compares a board's
bits with this machine's, `continuo-bridge controls` shows its knobs, switches and lamps.)";

int Stand(const continuo::mcu::BridgeOptions& options) {
  const auto ends = [] { return ending != 0; };
  continuo::agent::core::Lives lives;
  while (!ends()) {
    const std::string over = continuo::mcu::Bridge(options, lives).Run(ends);
    if (over.empty()) break;
    std::fprintf(stderr, "continuo-bridge: %s\n", over.c_str());
    if (over != "the board was reset") return 1;
    lives.End();  // what it had begun it has forgotten
  }
  return 0;
}

/// False, and all that is wrong was said.
bool TakeControls(const std::string& file, const std::string& log,
                  continuo::mcu::BridgeOptions& options) {
  if (file.empty() && !log.empty()) {
    std::fprintf(stderr, "continuo-bridge: --controls-log: there are no --controls\n");
    return false;
  }
  if (file.empty()) return true;
  options.controls.emplace().log = log;
  const auto wrong = continuo::mcu::ReadWiringFile(file, options.controls->wiring);
  for (const std::string& text : wrong) {
    std::fprintf(stderr, "continuo-bridge: --controls %s\n", text.c_str());
  }
  return wrong.empty();
}

/// Empty, or why this bridge must not begin.
std::string TakeKey(const std::string& file, bool required, continuo::mcu::BridgeOptions& options) {
  if (file.empty()) {
    if (required) return "--require-keys: there is no --key";
    std::fprintf(stderr,
                 "continuo-bridge: no --key: whoever reaches %s can read, change and make what it "
                 "and this bridge say to each other\n",
                 options.name.c_str());
    return {};
  }
  continuo::mcu::DeviceKey device;
  if (std::string wrong = continuo::mcu::ReadKeyFile(file, device); !wrong.empty()) {
    return "--key " + wrong;
  }
  if (device.name.view() != options.name) {
    return "--key " + file + ": it is the key of \"" + std::string(device.name.view()) +
           "\", and --name is \"" + options.name + "\"";
  }
  options.key = device;
  return {};
}

int Main(int argc, char** argv) {
  continuo::mcu::BridgeOptions options;
  CLI::App app("continuo-bridge: stands for a microcontroller before the coordinator.");
  std::string board, key, controls, controls_log;
  bool require_keys = false;
  app.add_option("--name", options.name, "of the node that the board is")->required();
  app.add_option("--coordinator", options.coordinator,
                 "HOST:PORT of the coordinator, of several HOST:PORT,HOST:PORT")
      ->required();
  app.add_option("--beats", options.beats,
                 "HOST:PORT where the coordinator takes heartbeats; once for each network");
  app.add_option("--board", board, "ADDRESS:PORT of the board's socket, as nodes reach it")
      ->required();
  app.add_option("--serial", options.serial,
                 "terminal device or Unix socket where the board's UART is; without it the bridge "
                 "speaks to --board");
  app.add_option("--key", key, "the device's key, as `continuo-bridge key new` wrote it");
  app.add_flag("--require-keys", require_keys, "do not speak to a board without a key");
  app.add_option("--controls", controls,
                 "YAML file that says what the knobs and switches of the board do to the show");
  app.add_option("--controls-log", controls_log,
                 "file to which what happens at the panel is added, a line of JSON each");
  app.add_option("--domain", options.domain, "what fails together with it");
  app.add_option("--serve-states", options.serve_states,
                 "HOST:PORT where other nodes fetch the state of the board's replica (port 0: any)")
      ->capture_default_str();
  app.footer(kExample);
  CLI11_PARSE(app, argc, argv);
  if (!continuo::transport::ParseAddress(board, options.board) || options.board.port == 0) {
    std::fprintf(stderr,
                 "continuo-bridge: --board %s: it must be an IPv4 address and a port from 1 to "
                 "65535, such as 127.0.1.9:5004\n",
                 board.c_str());
    return 2;
  }
  if (const std::string wrong = TakeKey(key, require_keys, options); !wrong.empty()) {
    std::fprintf(stderr, "continuo-bridge: %s\n", wrong.c_str());
    return 2;
  }
  if (!TakeControls(controls, controls_log, options)) return 2;
  for (const int signal : {SIGINT, SIGTERM}) std::signal(signal, [](int) { ending = 1; });
  std::signal(SIGPIPE, SIG_IGN);
  return Stand(options);
}

}  // namespace

int main(int argc, char** argv) {
  try {
    const std::string_view command = argc > 1 ? argv[1] : "";
    if (command == "key") return continuo::mcu::KeyCommand(argc - 1, argv + 1);
    if (command == "controls") return continuo::mcu::ControlsCommand(argc - 1, argv + 1);
    if (command == "try") return continuo::mcu::TryCommand(argc - 1, argv + 1);
    return Main(argc, argv);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "continuo-bridge: %s\n", error.what());
    return 1;
  }
}
