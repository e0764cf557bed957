// SPDX-License-Identifier: Apache-2.0
#include "proto/mcu/seal/key_page.h"

#include <algorithm>

#include "dsp/base/bytes.h"
#include "proto/mcu/crc_of.h"

namespace continuo::mcu {
namespace {

constexpr std::uint32_t kMagic = 0x59454B43;  // "CKEY"
constexpr std::uint8_t kVersion = 1;
constexpr std::size_t kNameBytes = 32;

}  // namespace

bool IsDeviceName(std::string_view name) {
  return !name.empty() && name.size() <= kNameBytes &&
         std::all_of(name.begin(), name.end(), [](char c) { return c > ' ' && c < 0x7f; });
}

const char* ParseKeyPage(std::span<const std::uint8_t> bytes, std::optional<KeyPage>& page) {
  page.reset();
  if (bytes.size() != kKeyPageBytes) return "key page: it must have 108 bytes";
  const auto is_all = [&bytes](std::uint8_t value) {
    return std::all_of(bytes.begin(), bytes.end(), [value](std::uint8_t b) { return b == value; });
  };
  if (is_all(0) || is_all(0xff)) return nullptr;
  ByteReader in(bytes);
  if (in.Le<std::uint32_t>() != kMagic) return "key page: it does not begin with CKEY";
  if (in.Le<std::uint8_t>() != kVersion) return "key page: its version is not 1";
  const std::size_t size = in.Le<std::uint8_t>();
  in.Le<std::uint16_t>();
  const auto name = in.View(kNameBytes);
  KeyPage read;
  in.Bytes(read.device.key.data(), read.device.key.size());
  in.Bytes(read.seed.data(), read.seed.size());
  if (in.Le<std::uint32_t>() != CrcOf(bytes.first(kKeyPageBytes - 4))) {
    return "key page: damaged (CRC-32)";
  }
  const std::string_view text(reinterpret_cast<const char*>(name.data()),
                              std::min(size, kNameBytes));
  if (size > kNameBytes || !IsDeviceName(text)) {
    return "key page: the name must be 1 to 32 printable characters";
  }
  if (!read.device.name.Assign(text)) return "key page: the name is too long";
  page = read;
  return nullptr;
}

std::size_t EncodeKeyPage(const KeyPage& page, std::span<std::uint8_t> out) {
  const std::string_view name = page.device.name.view();
  if (!IsDeviceName(name) || out.size() < kKeyPageBytes) return 0;
  std::array<char, kNameBytes> padded{};
  std::copy(name.begin(), name.end(), padded.begin());
  ByteWriter to(out);
  to.Le(kMagic);
  to.Le(kVersion);
  to.Le(static_cast<std::uint8_t>(name.size()));
  to.Le(std::uint16_t{0});
  to.Bytes(padded.data(), padded.size());
  to.Bytes(page.device.key.data(), page.device.key.size());
  to.Bytes(page.seed.data(), page.seed.size());
  to.Le(CrcOf(out.first(to.size())));
  return to.size();
}

}  // namespace continuo::mcu
