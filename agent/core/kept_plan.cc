// SPDX-License-Identifier: Apache-2.0
#include "agent/core/kept_plan.h"

#include <array>
#include <span>

#include "dsp/base/bytes.h"
#include "dsp/base/crc32.h"

namespace continuo::agent::core {
namespace {

// Little-endian: mark, format, bytes of the rest, CRC-32 of the rest; then term, node, the plan.
constexpr std::uint32_t kMark = 0x4b4f4e43;  // "CNOK"
constexpr std::uint32_t kFormat = 1;
constexpr std::size_t kHeadBytes = 16, kFixedBytes = 10;
/// A plan of ten thousand tasks has a tenth of that.
constexpr std::size_t kMost = 64 << 20;

std::span<const std::uint8_t> BytesOf(std::string_view text) {
  return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

template <std::size_t N>
std::string TextOf(const std::array<std::uint8_t, N>& bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

}  // namespace

std::string Seal(const KeptPlan& kept) {
  std::array<std::uint8_t, kFixedBytes> fixed;
  ByteWriter body(fixed);
  body.Le(kept.term);
  body.Le(kept.self);
  const std::string rest = TextOf(fixed) + kept.plan;
  std::array<std::uint8_t, kHeadBytes> head;
  ByteWriter out(head);
  out.Le(kMark);
  out.Le(kFormat);
  out.Le(static_cast<std::uint32_t>(rest.size()));
  out.Le(Crc32(rest));
  return TextOf(head) + rest;
}

KeptPlan Unseal(std::string_view bytes, std::string& wrong) {
  wrong.clear();
  if (bytes.empty()) return {};
  ByteReader head(BytesOf(bytes.substr(0, kHeadBytes)));
  const auto mark = head.Le<std::uint32_t>();
  const auto format = head.Le<std::uint32_t>();
  const auto size = head.Le<std::uint32_t>();
  const auto crc = head.Le<std::uint32_t>();
  if (!head.ok() || mark != kMark) {
    wrong = "it is no kept plan";
  } else if (format != kFormat) {
    wrong = "it is of format " + std::to_string(format) + ", and this release reads format " +
            std::to_string(kFormat);
  } else if (size < kFixedBytes || size > kMost || bytes.size() - kHeadBytes != size) {
    wrong = "it was cut off";
  } else if (Crc32(bytes.substr(kHeadBytes)) != crc) {
    wrong = "its bytes are not those that were written";
  }
  if (!wrong.empty()) return {};
  ByteReader body(BytesOf(bytes.substr(kHeadBytes, kFixedBytes)));
  KeptPlan kept;
  kept.term = body.Le<std::uint64_t>();
  kept.self = body.Le<plan::NodeId>();
  kept.plan = bytes.substr(kHeadBytes + kFixedBytes);
  return kept;
}

}  // namespace continuo::agent::core
