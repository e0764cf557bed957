// SPDX-License-Identifier: Apache-2.0
#include "agent/core/costs.h"

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <optional>

namespace continuo::agent::core {
namespace {

constexpr std::string_view kHead = "ns per frame of a stereo instance, measured by ";
constexpr std::string_view kEnd = "end";
constexpr std::size_t kMaxKinds = 256;
constexpr std::size_t kMaxKindBytes = 32;

/// The next line, without its end. Nothing if it has none.
std::optional<std::string_view> TakeLine(std::string_view& text) {
  const std::size_t end = text.find('\n');
  if (end == std::string_view::npos) return std::nullopt;
  const std::string_view line = text.substr(0, end);
  text.remove_prefix(end + 1);
  return line;
}

std::optional<plan::KernelCost> CostOf(std::string_view line) {
  const std::size_t blank = line.find(' ');
  if (blank == 0 || blank > kMaxKindBytes || blank == std::string_view::npos) return std::nullopt;
  plan::KernelCost cost{std::string(line.substr(0, blank)), 0, true};
  const char* const end = line.data() + line.size();
  const auto [at, problem] = std::from_chars(line.data() + blank + 1, end, cost.ns_per_frame);
  if (problem != std::errc() || at != end || cost.ns_per_frame == 0) return std::nullopt;
  return cost;
}

}  // namespace

std::string CostsText(const std::vector<plan::KernelCost>& costs, std::string_view build_id) {
  std::string text = std::string(kHead) + std::string(build_id) + "\n";
  for (const plan::KernelCost& cost : costs) {
    text += cost.kind + " " + std::to_string(cost.ns_per_frame) + "\n";
  }
  return text + std::string(kEnd) + "\n";
}

std::vector<plan::KernelCost> CostsOf(std::string_view text, std::string_view build_id) {
  std::vector<plan::KernelCost> costs;
  auto line = TakeLine(text);
  if (!line || !line->starts_with(kHead) || line->substr(kHead.size()) != build_id) return {};
  for (line = TakeLine(text); line; line = TakeLine(text)) {
    if (*line == kEnd) return text.empty() ? costs : std::vector<plan::KernelCost>();
    auto cost = CostOf(*line);
    if (!cost || costs.size() == kMaxKinds) return {};
    if (std::ranges::count(costs, cost->kind, &plan::KernelCost::kind) > 0) return {};
    costs.push_back(*std::move(cost));
  }
  return {};
}

}  // namespace continuo::agent::core
