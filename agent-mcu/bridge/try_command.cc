// SPDX-License-Identifier: Apache-2.0
#include "agent-mcu/bridge/try_command.h"

#include <CLI/CLI.hpp>
#include <cstdio>
#include <memory>

#include "agent-mcu/bridge/kernel_trials.h"
#include "agent-mcu/bridge/key_file.h"
#include "agent-mcu/bridge/openssl_cipher.h"
#include "agent-mcu/bridge/round_trips.h"
#include "agent-mcu/bridge/sealed_port.h"
#include "agent-mcu/bridge/serial_port.h"

namespace continuo::mcu {

int TryCommand(int argc, const char* const* argv) {
  CLI::App app(
      "Has a board play noise through its kernels, and compares the bits with those of this "
      "machine; then says how long a command takes there and back.");
  app.name("continuo-bridge try");
  std::string serial, key;
  std::uint32_t samples = 4800;
  std::size_t commands = 200;
  app.add_option("--serial", serial,
                 "terminal device or Unix socket where the board's UART is; nobody else may use it")
      ->required();
  app.add_option("--key", key, "the device's key, as `continuo-bridge key new` wrote it");
  app.add_option("--samples", samples, "of each kernel")
      ->check(CLI::Range(1, 480'000))
      ->capture_default_str();
  app.add_option("--commands", commands, "whose time is taken")
      ->check(CLI::Range(100, 1'000'000))
      ->capture_default_str();
  CLI11_PARSE(app, argc, argv);
  std::optional<DeviceKey> device;
  if (!key.empty()) {
    device.emplace();
    if (const std::string wrong = ReadKeyFile(key, *device); !wrong.empty()) {
      std::fprintf(stderr, "continuo-bridge try: --key %s\n", wrong.c_str());
      return 2;
    }
  }
  OpensslCipher cipher;
  const auto say = [](const std::string& text) { std::fprintf(stderr, "%s\n", text.c_str()); };
  SealedPort port(std::make_unique<SerialPort>(serial, say), {}, cipher, device, RandomBytes32(),
                  say);
  const std::string wrong = TryKernels(port, {}, samples, [](const std::string& text) {
    std::fputs((text + "\n").c_str(), stdout);
  });
  if (wrong.empty()) {
    const std::string trips = TryRoundTrips(port, {}, commands);
    std::fputs((trips.empty() ? "a command was not answered within a second" : trips).c_str(),
               stdout);
    std::fputs("\n", stdout);
    return 0;
  }
  std::fprintf(stderr, "continuo-bridge try: %s\n", wrong.c_str());
  return 1;
}

}  // namespace continuo::mcu
