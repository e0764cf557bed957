// SPDX-License-Identifier: Apache-2.0
#include "coordinator/cli/numbers.h"

#include <cstdio>

#include "coordinator/edge/show/scalar.h"

namespace continuo::coordinator::cli {
std::string BarBeatText(const session::BarBeat& at) {
  char text[64];
  std::snprintf(text, sizeof text, "%lld.%d.%03d", static_cast<long long>(at.bar), at.beat, at.sub);
  return text;
}

std::optional<std::uint32_t> ParseTempo(std::string_view text) {
  const auto tempo = ParseThousandths(text);
  if (!tempo || *tempo < session::kTempoMinMilliBpm || *tempo > session::kTempoMaxMilliBpm) {
    return std::nullopt;
  }
  return static_cast<std::uint32_t>(*tempo);
}

std::string SecondsText(Frames frames) {
  char text[32];
  std::snprintf(text, sizeof text, "%.1f s", static_cast<double>(frames) / kSampleRate);
  return text;
}

std::string MillisecondsText(Frames frames) {
  return std::to_string(frames / (kSampleRate / 1000)) + " ms";
}

std::string SizeText(std::uint64_t bytes) {
  char text[32];
  const bool small = bytes < 1'000'000;
  std::snprintf(text, sizeof text, small ? "%.1f kB" : "%.1f MB",
                static_cast<double>(bytes) / (small ? 1e3 : 1e6));
  return text;
}

std::string FactorText(std::uint32_t percent) {
  char text[32];
  std::snprintf(text, sizeof text, "%.1f", static_cast<double>(percent) / 100);
  return text;
}

}  // namespace continuo::coordinator::cli
