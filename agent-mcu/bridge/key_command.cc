// SPDX-License-Identifier: Apache-2.0
#include "agent-mcu/bridge/key_command.h"

#include <CLI/CLI.hpp>
#include <array>
#include <cstdio>
#include <string>
#include <vector>

#include "agent-mcu/bridge/key_file.h"
#include "agent-mcu/bridge/openssl_cipher.h"
#include "proto/mcu/bridge_page.h"
#include "proto/transport/udp_port.h"

namespace continuo::mcu {
namespace {

constexpr const char* kHow =
    R"(The bridge gets the file, the board the page, in the last 4 KiB of its flash:

  continuo-bridge key new mcu-1 --out mcu-1.key
  continuo-bridge key page mcu-1.key --out mcu-1.page --bridge 10.0.0.2:7405
  qemu-system-arm ... -device loader,file=mcu-1.page,addr=0x3ff000,force-raw=on
  continuo-bridge --name mcu-1 --key mcu-1.key ...

A board without a source of random bits (all that are here) needs a new page each time its power
comes: the seed in it keeps sessions of before from being repeated.)";

int Fail(const std::string& wrong) {
  std::fprintf(stderr, "continuo-bridge key: %s\n", wrong.c_str());
  return 1;
}

int New(const std::string& name, const std::string& out) {
  DeviceKey device;
  if (!IsDeviceName(name) || !device.name.Assign(name)) {
    return Fail("DEVICE \"" + name + "\": it must be 1 to 32 printable characters without blanks");
  }
  device.key = RandomBytes32();
  const std::string text = KeyFileText(device);
  const std::string wrong =
      WriteSecret(out, {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()}, false);
  return wrong.empty() ? 0 : Fail(wrong);
}

/// Empty, or a sentence.
std::string TakeBridges(const std::vector<std::string>& texts, BridgeAddresses& bridges) {
  for (const std::string& text : texts) {
    transport::Address address;
    if (!transport::ParseAddress(text, address) || address.ip == 0 || address.port == 0 ||
        address.ip >> 24 == 127) {
      return "--bridge " + text +
             ": it must be an IPv4 address, not one of the board itself (127.0.0.0/8), and a port "
             "from 1 to 65535, such as 10.0.0.2:7405";
    }
    if (!bridges.push_back({address.ip, address.port})) return "--bridge: there may be two";
  }
  return "";
}

int Page(const std::string& file, const std::string& out, const std::vector<std::string>& at) {
  BridgeAddresses bridges;
  if (const std::string wrong = TakeBridges(at, bridges); !wrong.empty()) return Fail(wrong);
  KeyPage page;
  if (const std::string wrong = ReadKeyFile(file, page.device); !wrong.empty()) return Fail(wrong);
  page.seed = RandomBytes32();
  std::vector<std::uint8_t> bytes(kKeyPageBytes);
  EncodeKeyPage(page, bytes);
  if (!bridges.empty()) {
    bytes.resize(kBridgePageAt + kBridgePageBytes);
    EncodeBridgePage(bridges, std::span(bytes).subspan(kBridgePageAt));
  }
  const std::string wrong = WriteSecret(out, bytes, true);
  return wrong.empty() ? 0 : Fail(wrong);
}

}  // namespace

int KeyCommand(int argc, const char* const* argv) {
  CLI::App app("Keys of devices: one each, of 32 random bytes, known to the board and its bridge.");
  app.name("continuo-bridge key");
  app.require_subcommand(1);
  app.footer(kHow);
  std::string device, file, out;
  CLI::App& make = *app.add_subcommand("new", "a new key; the file is its owner's alone");
  make.add_option("DEVICE", device, "the node that the board is, such as mcu-1")->required();
  make.add_option("--out", out, "the file, which must not be there yet")->required();
  CLI::App& page = *app.add_subcommand("page", "what is put into the board's memory, with a seed");
  page.add_option("FILE", file, "as `key new` wrote it")->required();
  page.add_option("--out", out, "the page; one that is there is replaced")->required();
  std::vector<std::string> bridges;
  page.add_option("--bridge", bridges,
                  "ADDRESS:PORT where a bridge listens, as the board reaches it; once or twice. "
                  "Without it the board calls port 7405 of its gateway");
  CLI11_PARSE(app, argc, argv);
  return make.parsed() ? New(device, out) : Page(file, out, bridges);
}

}  // namespace continuo::mcu
