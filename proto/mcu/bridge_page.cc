// SPDX-License-Identifier: Apache-2.0
#include "proto/mcu/bridge_page.h"

#include <algorithm>

#include "dsp/base/bytes.h"
#include "proto/mcu/crc_of.h"

namespace continuo::mcu {
namespace {

constexpr std::uint32_t kMagic = 0x47524243;  // "CBRG"
constexpr std::uint8_t kVersion = 1;

bool IsWhole(const BridgeAddress& address) {
  return address.ip != 0 && address.port != 0;
}

}  // namespace

const char* ParseBridgePage(std::span<const std::uint8_t> bytes, BridgeAddresses& bridges) {
  bridges.clear();
  if (bytes.size() != kBridgePageBytes) return "bridge page: it must have 24 bytes";
  const auto is_all = [&bytes](std::uint8_t value) {
    return std::all_of(bytes.begin(), bytes.end(), [value](std::uint8_t b) { return b == value; });
  };
  if (is_all(0) || is_all(0xff)) return nullptr;
  ByteReader in(bytes);
  if (in.Le<std::uint32_t>() != kMagic) return "bridge page: it does not begin with CBRG";
  if (in.Le<std::uint8_t>() != kVersion) return "bridge page: its version is not 1";
  const std::size_t count = in.Le<std::uint8_t>();
  in.Le<std::uint16_t>();
  BridgeAddresses read;
  for (std::size_t i = 0; i < kMaxBridges; ++i) {
    const auto ip = in.Le<std::uint32_t>();
    const auto port = in.Le<std::uint16_t>();
    if (i < count) read.push_back({ip, port});
  }
  if (in.Le<std::uint32_t>() != CrcOf(bytes.first(kBridgePageBytes - 4))) {
    return "bridge page: damaged (CRC-32)";
  }
  if (count == 0 || count > kMaxBridges) return "bridge page: there must be 1 or 2 bridges";
  if (!std::all_of(read.begin(), read.end(), IsWhole)) {
    return "bridge page: a bridge must have an address and a port from 1 to 65535";
  }
  bridges = read;
  return nullptr;
}

std::size_t EncodeBridgePage(const BridgeAddresses& bridges, std::span<std::uint8_t> out) {
  if (bridges.empty() || !std::all_of(bridges.begin(), bridges.end(), IsWhole)) return 0;
  ByteWriter to(out);
  to.Le(kMagic);
  to.Le(kVersion);
  to.Le(static_cast<std::uint8_t>(bridges.size()));
  to.Le(std::uint16_t{0});
  for (std::size_t i = 0; i < kMaxBridges; ++i) {
    const BridgeAddress address = i < bridges.size() ? bridges[i] : BridgeAddress{};
    to.Le(address.ip);
    to.Le(address.port);
  }
  to.Le(CrcOf(out.first(to.size())));
  return to.ok() ? to.size() : 0;
}

}  // namespace continuo::mcu
