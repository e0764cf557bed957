// SPDX-License-Identifier: Apache-2.0
#include "coordinator/edge/show/scalar.h"

#include <charconv>
#include <cmath>
#include <limits>
#include <string>
#include <utility>

namespace continuo::coordinator {
namespace {

template <typename T>
std::optional<T> ParseWhole(std::string_view text) {
  if (text.starts_with('+')) text.remove_prefix(1);
  T value{};
  const char* const end = text.data() + text.size();
  const auto result = std::from_chars(text.data(), end, value);
  if (result.ec != std::errc() || result.ptr != end) return std::nullopt;
  return value;
}

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

std::optional<std::int64_t> ParseInteger(std::string_view text) {
  return ParseWhole<std::int64_t>(text);
}

std::optional<float> ParseNumber(std::string_view text) {
  const auto value = ParseWhole<float>(text);
  return value && std::isfinite(*value) ? value : std::nullopt;
}

std::optional<float> ParseNonFinite(std::string_view text) {
  const bool negative = text.starts_with('-');
  if (negative || text.starts_with('+')) text.remove_prefix(1);
  constexpr float kInfinity = std::numeric_limits<float>::infinity();
  double large = 0;
  const auto end = std::from_chars(text.data(), text.data() + text.size(), large);
  const bool whole = !text.empty() && end.ptr == text.data() + text.size();
  std::string lower;
  for (const char c : text.substr(text.starts_with('.') ? 1 : 0)) {
    lower += static_cast<char>(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c);
  }
  if (lower == "nan") return std::numeric_limits<float>::quiet_NaN();
  const bool too_large = whole && (end.ec == std::errc::result_out_of_range || large > 1e38) &&
                         text.find("e-") == text.npos && text.find("E-") == text.npos;
  if (lower == "inf" || lower == "infinity" || too_large) return negative ? -kInfinity : kInfinity;
  return std::nullopt;
}

std::optional<std::int64_t> ParseThousandths(std::string_view text) {
  constexpr std::int64_t kMost = 1'000'000'000'000;
  const std::size_t dot = text.find('.');
  std::string_view decimals = dot == text.npos ? std::string_view() : text.substr(dot + 1);
  const auto whole = ParseInteger(text.substr(0, dot));
  if (!whole || *whole < 0 || *whole > kMost || decimals.size() > 3) return std::nullopt;
  if (dot != text.npos && decimals.empty()) return std::nullopt;
  std::int64_t value = *whole;
  for (int place = 0; place < 3; ++place) {
    const char digit = decimals.empty() ? '0' : decimals.front();
    if (digit < '0' || digit > '9') return std::nullopt;
    value = value * 10 + (digit - '0');
    if (!decimals.empty()) decimals.remove_prefix(1);
  }
  return value;
}

std::optional<bool> ParseSwitch(std::string_view text) {
  for (const std::string_view yes : {"true", "yes", "on"}) {
    if (text == yes) return true;
  }
  for (const std::string_view no : {"false", "no", "off"}) {
    if (text == no) return false;
  }
  return std::nullopt;
}

std::optional<Frames> ParseDuration(std::string_view text) {
  constexpr std::pair<std::string_view, std::int64_t> kUnits[] = {
      {"ms", 1}, {"min", 60'000}, {"s", 1000}};
  constexpr std::int64_t kMostMs = 86'400'000;  // a day
  for (const auto& [unit, ms] : kUnits) {
    if (!text.ends_with(unit)) continue;
    std::string_view number = text.substr(0, text.size() - unit.size());
    while (number.ends_with(' ')) number.remove_suffix(1);
    const auto thousandths = ParseThousandths(number);
    if (!thousandths || *thousandths > kMostMs * 1000 / ms) return std::nullopt;
    return *thousandths * ms * (kSampleRate / 1000) / 1000;
  }
  return std::nullopt;
}

std::optional<Frames> ParseOffset(std::string_view text) {
  constexpr std::int64_t kMmPerSecond = 343'000;
  constexpr std::int64_t kMostMm = 10'000'000;
  if (const auto frames = ParseDuration(text)) return frames;
  if (!text.ends_with('m')) return std::nullopt;
  text.remove_suffix(1);
  while (text.ends_with(' ')) text.remove_suffix(1);
  const auto mm = ParseThousandths(text);
  if (!mm || *mm < 0 || *mm > kMostMm) return std::nullopt;
  return (*mm * kSampleRate + kMmPerSecond / 2) / kMmPerSecond;
}

}  // namespace continuo::coordinator
