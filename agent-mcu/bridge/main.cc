// SPDX-License-Identifier: Apache-2.0
#include <CLI/CLI.hpp>
#include <algorithm>
#include <atomic>
#include <csignal>
#include <cstdio>
#include <exception>
#include <string_view>
#include <thread>

#include "agent-mcu/bridge/board_argument.h"
#include "agent-mcu/bridge/board_hub.h"
#include "agent-mcu/bridge/bridge.h"
#include "agent-mcu/bridge/controls/wiring_file.h"
#include "agent-mcu/bridge/controls_command.h"
#include "agent-mcu/bridge/key_command.h"
#include "agent-mcu/bridge/key_file.h"
#include "agent-mcu/bridge/ptp_options.h"
#include "agent-mcu/bridge/serial_port.h"
#include "agent-mcu/bridge/try_command.h"
#include "proto/transport/udp_port.h"

namespace {

using continuo::mcu::BoardArgument;
using continuo::mcu::BoardHub;
using continuo::mcu::Bridge;
using continuo::mcu::BridgeOptions;

volatile std::sig_atomic_t ending = 0;

constexpr const char* kExample =
    R"(Examples: the board whose socket is reached at 127.0.1.9:5004 is the node mcu-1; two boards,
of which one calls this bridge over ZeroMQ, and the other is at a UART:

  continuo-bridge --name mcu-1 --coordinator 127.0.0.1:7400 --beats 127.0.0.1:7401 \
      --board 127.0.1.9:5004
  continuo-bridge --coordinator 127.0.0.1:7400 --beats 127.0.0.1:7401 --listen 0.0.0.0:7405 \
      --node "mcu-1 board=10.0.0.9:5004 key=mcu-1.key" \
      --node "mcu-2 board=10.0.0.10:5004 serial=/dev/ttyACM0 key=mcu-2.key"

Audio goes between the boards and the nodes, not through the bridge. SIGTERM ends it; the boards
play on. `continuo-bridge key` makes keys and tells a board where its bridges are,
`continuo-bridge try` compares a board's bits with this machine's,
`continuo-bridge controls` shows its knobs, switches and lamps.)";

void Say(const std::string& text) {
  std::fprintf(stderr, "continuo-bridge: %s\n", text.c_str());
}

/// Until the program ends (true), or there is no sense in going on with that board (false).
bool Stand(const BridgeOptions& options, const continuo::mcu::BridgeTime& time) {
  const auto ends = [] { return ending != 0; };
  continuo::mcu::KnownBoard known;
  for (;;) {
    Bridge bridge(options, known, time);
    switch (bridge.Run(ends)) {
      case Bridge::Over::kEnding:
        return true;
      case Bridge::Over::kNotLeads:
        break;
      case Bridge::Over::kReset:
        Say(options.name + ": the board was reset");
        known.lives.End();  // what it had begun it has forgotten
        known.last = {};
        break;
      case Bridge::Over::kFailed:
        Say(options.name + ": " + bridge.why());
        return false;
    }
  }
}

/// Each board by itself: what happens to one does not concern the others.
int StandForAll(const std::vector<BridgeOptions>& boards) {
  continuo::mcu::BridgeTime time;
  const std::string wrong =
      continuo::mcu::FollowPtp(boards.front().ptp, time, [] { return ending != 0; });
  if (!wrong.empty()) {
    Say(wrong);
    return 1;
  }
  std::atomic<bool> well{true};
  std::vector<std::thread> threads;
  for (const BridgeOptions& options : boards) {
    threads.emplace_back([&options, &time, &well] {
      try {
        if (!Stand(options, time)) well = false;
      } catch (const std::exception& error) {
        Say(options.name + ": " + error.what());
        well = false;
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  return well ? 0 : 1;
}

/// What is wrong, a sentence each.
std::vector<std::string> TakeControls(const std::string& file, const std::string& log,
                                      BridgeOptions& options) {
  if (file.empty() && log.empty()) return {};
  if (file.empty()) return {"controls-log: there are no controls"};
  options.controls.emplace().log = log;
  return continuo::mcu::ReadWiringFile(file, options.controls->wiring);
}

/// Empty, or why this bridge must not begin.
std::string TakeKey(const std::string& file, bool required, BridgeOptions& options) {
  if (file.empty()) {
    if (required) return "--require-keys: there is no key of " + options.name;
    Say(options.name +
        ": it has no key: whoever reaches it can read, change and make what it and this bridge say "
        "to each other");
    return {};
  }
  continuo::mcu::DeviceKey device;
  if (std::string wrong = continuo::mcu::ReadKeyFile(file, device); !wrong.empty()) {
    return "key " + wrong;
  }
  if (device.name.view() != options.name) {
    return "key " + file + ": it is the key of \"" + std::string(device.name.view()) +
           "\", and the node is \"" + options.name + "\"";
  }
  options.key = device;
  return {};
}

/// How to reach it. Empty, or why this bridge must not begin.
std::string TakeBoard(const BoardArgument& argument, bool require_keys, BoardHub* hub,
                      BridgeOptions& options) {
  options.name = argument.name;
  options.domain = argument.domain;
  if (!continuo::transport::ParseAddress(argument.board, options.board) ||
      options.board.port == 0) {
    return "board " + argument.board +
           ": it must be an IPv4 address and a port from 1 to 65535, such as 127.0.1.9:5004";
  }
  if (std::string wrong = TakeKey(argument.key, require_keys, options); !wrong.empty()) {
    return wrong;
  }
  const auto wrong_controls = TakeControls(argument.controls, argument.controls_log, options);
  if (!wrong_controls.empty()) {
    std::string text;
    for (const std::string& each : wrong_controls) {
      text += (text.empty() ? "" : "\ncontinuo-bridge: ") + ("controls " + each);
    }
    return text;
  }
  if (!argument.serial.empty()) {
    const auto say = [name = options.name](const std::string& text) { Say(name + ": " + text); };
    options.open = [path = argument.serial, say](std::string&) {
      return std::make_unique<continuo::mcu::SerialPort>(path, say);
    };
  } else if (hub == nullptr) {
    options.open = [](std::string& error) { return continuo::transport::UdpPort::Bind({}, error); };
  } else if (!options.key) {
    return "node " + options.name +
           ": a board that calls over ZeroMQ has its name from its key; name a key, or a serial";
  } else {
    options.shared = true;
    options.open = [hub, name = options.name](std::string&) { return hub->PortOf(name); };
  }
  return {};
}

/// What is said on the command line.
struct Arguments {
  BridgeOptions common;  ///< of all boards
  BoardArgument one;
  std::vector<std::string> nodes;
  std::string listen;
  std::vector<std::string> allowed;  ///< grandmasters
  bool require_keys = false;
};

void AddOptions(CLI::App& app, Arguments& said) {
  auto* const name = app.add_option("--name", said.one.name, "of the node that the board is");
  app.add_option("--coordinator", said.common.coordinator,
                 "HOST:PORT of the coordinator, of several HOST:PORT,HOST:PORT")
      ->required();
  app.add_option("--beats", said.common.beats,
                 "HOST:PORT where the coordinator takes heartbeats; once for each network");
  app.add_option("--board", said.one.board, "ADDRESS:PORT of the board's socket, as nodes reach it")
      ->needs(name);
  app.add_option("--serial", said.one.serial,
                 "terminal device or Unix socket where the board's UART is; without it the bridge "
                 "speaks to --board, or waits at --listen")
      ->needs(name);
  app.add_option("--key", said.one.key, "the device's key, as `continuo-bridge key new` wrote it")
      ->needs(name);
  app.add_option("--controls", said.one.controls,
                 "YAML file that says what the knobs and switches of the board do to the show")
      ->needs(name);
  app.add_option("--controls-log", said.one.controls_log,
                 "file to which what happens at the panel is added, a line of JSON each")
      ->needs(name);
  app.add_option("--domain", said.one.domain, "what fails together with it")->needs(name);
  app.add_option("--node", said.nodes,
                 "\"NAME board=ADDRESS:PORT serial=PATH key=FILE ...\": as --name and the "
                 "options of a board, without --; once for each board");
  app.add_option(
      "--listen", said.listen,
      "HOST:PORT where boards with Ethernet call over ZeroMQ (port 7405 is what a board "
      "dials if it was told nothing else); without it the bridge speaks to them over UDP");
  app.add_flag("--require-keys", said.require_keys, "do not speak to a board without a key");
  app.add_option(
         "--serve-states", said.common.serve_states,
         "HOST:PORT where other nodes fetch the state of the boards' replicas (port 0: any)")
      ->capture_default_str();
  continuo::mcu::AddPtp(app, said.common, said.allowed);
  app.footer(kExample);
}

/// Empty, or why this bridge must not begin. `boards` hold to the hub.
std::string TakeAll(const Arguments& said, std::unique_ptr<BoardHub>& hub,
                    std::vector<BridgeOptions>& boards) {
  std::vector<BoardArgument> arguments;
  if (!said.one.name.empty()) arguments.push_back(said.one);
  for (const std::string& node : said.nodes) {
    const std::string wrong = ParseBoardArgument(node, arguments.emplace_back());
    if (!wrong.empty()) return "--node \"" + node + "\": " + wrong;
  }
  if (arguments.empty()) return "it stands for nobody: --name, or --node for each board";
  if (arguments.size() > 1 && !said.common.serve_states.ends_with(":0")) {
    return "--serve-states " + said.common.serve_states +
           ": with several boards the port must be 0, since each has one of its own";
  }
  if (!said.listen.empty()) {
    std::string error;
    hub = BoardHub::Listen(said.listen, Say, error);
    if (hub == nullptr) return "--listen: " + error;
    Say("boards may call at " + hub->address());
  }
  for (const BoardArgument& argument : arguments) {
    const auto same = [&argument](const BridgeOptions& b) { return b.name == argument.name; };
    if (std::any_of(boards.begin(), boards.end(), same)) {
      return "node " + argument.name + ": it is there twice";
    }
    BridgeOptions& options = boards.emplace_back(said.common);
    std::string wrong = TakeBoard(argument, said.require_keys, hub.get(), options);
    if (!wrong.empty()) return wrong;
  }
  return "";
}

int Main(int argc, char** argv) {
  Arguments said;
  CLI::App app("continuo-bridge: stands for microcontrollers before the coordinator.");
  AddOptions(app, said);
  CLI11_PARSE(app, argc, argv);
  if (const auto wrong = continuo::mcu::TakeAllowed(said.allowed, said.common.ptp);
      !wrong.empty()) {
    Say(wrong);
    return 2;
  }
  std::unique_ptr<BoardHub> hub;
  std::vector<BridgeOptions> boards;
  if (const std::string wrong = TakeAll(said, hub, boards); !wrong.empty()) {
    Say(wrong);
    return 2;
  }
  for (const int signal : {SIGINT, SIGTERM}) std::signal(signal, [](int) { ending = 1; });
  std::signal(SIGPIPE, SIG_IGN);
  return StandForAll(boards);
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
