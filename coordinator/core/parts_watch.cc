// SPDX-License-Identifier: Apache-2.0
#include "coordinator/core/parts_watch.h"

#include "coordinator/core/held_parts.h"

namespace continuo::coordinator {
namespace {

// Whoever is there has attached by then, and was asked at once.
constexpr Nanoseconds kPatience = 3'000'000'000;

}  // namespace

void PartsWatch::Conclude(const Ledger& ledger, Nanoseconds time, Effects& effects) {
  const std::size_t told = WaitsForParts(ledger) ? ledger.held_parts.parts.size() : 0;
  if (told != told_) {
    told_ = told;
    since_ = time;
    said_ = false;
  }
  if (told == 0 || said_ || time - since_ < kPatience) return;
  said_ = true;
  effects.emplace_back(Raise{{time, PartsDue{}}});
}

}  // namespace continuo::coordinator
