// SPDX-License-Identifier: Apache-2.0
#include "agent-mcu/bridge/controls_command.h"

#include <CLI/CLI.hpp>
#include <array>
#include <chrono>
#include <cstdio>
#include <memory>
#include <thread>

#include "agent-mcu/bridge/controls/controls.h"
#include "agent-mcu/bridge/controls/wiring_file.h"
#include "agent-mcu/bridge/key_file.h"
#include "agent-mcu/bridge/openssl_cipher.h"
#include "agent-mcu/bridge/sealed_port.h"
#include "agent-mcu/bridge/serial_port.h"
#include "proto/mcu/frame.h"
#include "proto/transport/machine_clock.h"

namespace continuo::mcu {
namespace {

constexpr Nanoseconds kWatchEvery = 50'000'000;

/// A wiring under which every input is watched and moves nothing.
Wiring Everything() {
  Wiring wiring;
  for (Action& knob : wiring.knobs) knob.kind = Action::Kind::kTap;
  for (Wiring::Switch& one : wiring.switches) one.press.kind = Action::Kind::kTap;
  return wiring;
}

/// For so many seconds. False: the board never answered.
bool Watch(SealedPort& port, int seconds) {
  transport::MachineClock clock;
  const Nanoseconds begun = clock.Now();
  Controls controls(Everything(), static_cast<std::uint64_t>(begun) | 1);
  std::array<std::uint8_t, kMaxFrameBytes> bytes{};
  std::array<transport::DatagramPort::Incoming, 16> batch;
  Nanoseconds ask_at = 0;
  std::string shown;
  bool answered = false;
  while (clock.Now() - begun < seconds * Nanoseconds{1'000'000'000}) {
    if (clock.Now() >= ask_at) {
      ask_at = clock.Now() + kWatchEvery;
      port.Send({{}, std::span(bytes).first(EncodePanelWish(controls.Wish(), bytes))});
    }
    port.Flush();
    const int count = port.Receive(batch);
    for (int i = 0; i < count; ++i) {
      Frame frame;
      PanelTold told;
      const auto& heard = batch[static_cast<std::size_t>(i)].bytes;
      if (ParseFrame(heard, frame) != FrameError::kNone || frame.type != FrameType::kPanelTold ||
          !ParsePanelTold(frame.payload, told)) {
        continue;
      }
      answered = true;
      // Nobody is asked for anything: each move is settled at once.
      for (const Controls::Ask& ask : controls.Hear(told, 0, clock.Now())) {
        controls.Answer(ask, {.reached = true, .text = "watched"});
      }
      std::string now;
      for (std::size_t input = 0; input < kPanelInputs; ++input) {
        now += InputName(input) + " " + std::to_string(told.positions[input]) + "  ";
      }
      if (now != shown) std::fputs((now + "\n").c_str(), stdout);
      shown = now;
    }
    for (const std::string& line : controls.TakeLines()) std::fputs((line + "\n").c_str(), stdout);
    std::fflush(stdout);
    std::this_thread::sleep_for(std::chrono::milliseconds(2));
  }
  return answered;
}

int WatchBoard(const std::string& serial, const std::string& key, int seconds) {
  std::optional<DeviceKey> device;
  if (!key.empty()) {
    device.emplace();
    if (const std::string wrong = ReadKeyFile(key, *device); !wrong.empty()) {
      std::fprintf(stderr, "continuo-bridge controls: --key %s\n", wrong.c_str());
      return 2;
    }
  }
  OpensslCipher cipher;
  const auto say = [](const std::string& text) { std::fprintf(stderr, "%s\n", text.c_str()); };
  SealedPort port(std::make_unique<SerialPort>(serial, say), {}, cipher, device, RandomBytes32(),
                  say);
  if (Watch(port, seconds)) return 0;
  std::fprintf(
      stderr,
      "continuo-bridge controls: the board does not answer; only one with a UART alone has "
      "a panel, and whoever has its key sees it\n");
  return 1;
}

}  // namespace

int ControlsCommand(int argc, const char* const* argv) {
  CLI::App app(
      "Checks a file that says what a board's knobs and switches do, and shows what happens at its "
      "panel: positions, moves, and outputs with the sample at which they were switched.");
  app.name("continuo-bridge controls");
  std::string check, serial, key;
  int seconds = 3600;
  app.add_option("--check", check, "a file as for `continuo-bridge --controls`");
  app.add_option(
      "--watch,--serial", serial,
      "terminal device or Unix socket where the board's UART is; nobody else may use it");
  app.add_option("--key", key, "the device's key, as `continuo-bridge key new` wrote it");
  app.add_option("--seconds", seconds, "for how long")
      ->check(CLI::Range(1, 1'000'000))
      ->capture_default_str();
  CLI11_PARSE(app, argc, argv);
  if (check.empty() && serial.empty()) {
    std::fprintf(stderr, "continuo-bridge controls: --check FILE or --watch DEVICE\n");
    return 2;
  }
  if (!check.empty()) {
    Wiring wiring;
    const auto wrong = ReadWiringFile(check, wiring);
    for (const std::string& text : wrong) std::fprintf(stderr, "%s\n", text.c_str());
    if (!wrong.empty()) return 2;
  }
  return serial.empty() ? 0 : WatchBoard(serial, key, seconds);
}

}  // namespace continuo::mcu
