// SPDX-License-Identifier: Apache-2.0
#include "coordinator/cli/numbers.h"

#include <charconv>
#include <cmath>
#include <cstdio>

namespace continuo::coordinator::cli {
namespace {

/// Takes a whole number of at least `min` off the front.
template <typename T>
bool TakeNumber(std::string_view& text, T min, T max, T& out) {
  if (text.empty() || text.front() < '0' || text.front() > '9') return false;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), out);
  if (error != std::errc() || out < min || out > max) return false;
  text.remove_prefix(static_cast<std::size_t>(end - text.data()));
  return true;
}

bool TakeDot(std::string_view& text) {
  if (!text.starts_with('.')) return false;
  text.remove_prefix(1);
  return true;
}

}  // namespace

std::optional<session::BarBeat> ParseBarBeat(std::string_view text) {
  session::BarBeat at;
  if (!TakeNumber<std::int64_t>(text, 1, 10'000'000, at.bar)) return std::nullopt;
  if (text.empty()) return at;
  if (!TakeDot(text) || !TakeNumber(text, 1, 32, at.beat)) return std::nullopt;
  if (text.empty()) return at;
  if (!TakeDot(text) || !TakeNumber(text, 0, 3839, at.sub) || !text.empty()) return std::nullopt;
  return at;
}

std::string BarBeatText(const session::BarBeat& at) {
  char text[64];
  std::snprintf(text, sizeof text, "%lld.%d.%03d", static_cast<long long>(at.bar), at.beat, at.sub);
  return text;
}

std::optional<std::uint32_t> ParseTempo(std::string_view text) {
  std::uint32_t whole = 0, thousandths = 0;
  if (!TakeNumber<std::uint32_t>(text, 0, 999, whole)) return std::nullopt;
  if (!text.empty()) {
    if (!TakeDot(text) || text.empty() || text.size() > 3) return std::nullopt;
    const std::size_t digits = text.size();
    if (!TakeNumber<std::uint32_t>(text, 0, 999, thousandths) || !text.empty()) return std::nullopt;
    for (std::size_t i = digits; i < 3; ++i) thousandths *= 10;
  }
  const std::uint32_t tempo = whole * 1000 + thousandths;
  if (tempo < session::kTempoMinMilliBpm || tempo > session::kTempoMaxMilliBpm) return std::nullopt;
  return tempo;
}

std::optional<float> ParseValue(std::string_view text) {
  float value = 0;
  if (text.starts_with('+')) text.remove_prefix(1);
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size() || !std::isfinite(value)) {
    return std::nullopt;
  }
  return value;
}

std::string SecondsText(Frames frames) {
  char text[32];
  std::snprintf(text, sizeof text, "%.1f s", static_cast<double>(frames) / kSampleRate);
  return text;
}

std::string MillisecondsText(Frames frames) {
  return std::to_string(frames / (kSampleRate / 1000)) + " ms";
}

}  // namespace continuo::coordinator::cli
