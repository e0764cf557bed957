// SPDX-License-Identifier: Apache-2.0
// What an agent finds in its state folder: the costs of its kernels and the replicas that have lived.
#include <string>

#include "agent/core/costs.h"
#include "agent/core/lives.h"
#include "fuzz/material.h"

namespace continuo::fuzz {
namespace {

void ReadCosts(const std::string& text) {
  const auto costs = agent::core::CostsOf(text, "build");
  for (const plan::KernelCost& cost : costs) {
    Require(!cost.kind.empty() && cost.ns_per_frame > 0, "a cost says something");
  }
  const auto again = agent::core::CostsOf(agent::core::CostsText(costs, "build"), "build");
  Require(again == costs, "costs have one form");
}

void ReadLives(const std::string& text) {
  const std::string kept = agent::core::Lives::Of(text).Text();
  Require(agent::core::Lives::Of(kept).Text() == kept, "lives have one form");
}

}  // namespace
}  // namespace continuo::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  continuo::fuzz::Material material(bytes, size);
  const std::uint8_t kind = material.Take<std::uint8_t>();
  const auto rest = material.Rest();
  std::string text(rest.begin(), rest.end());
  // Half of the time past the head, which no fuzzer guesses.
  if (kind & 1) {
    const std::string head = continuo::agent::core::CostsText({}, "build");
    text = head.substr(0, head.find('\n') + 1) + text;
  } else if (kind & 2) {
    text = "performance " + text;
  }
  continuo::fuzz::ReadCosts(text);
  continuo::fuzz::ReadLives(text);
  return 0;
}
