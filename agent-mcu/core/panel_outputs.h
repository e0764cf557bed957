// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>

#include "proto/mcu/panel.h"

namespace continuo::mcu {

/// How an output stands, and since which sample of the show it does so by the timeline.
struct Lit {
  std::uint8_t level = 0;
  MediaTime since = 0;
  bool operator==(const Lit&) const = default;
};

/// All outputs at sample `heard` of the show. `meter`: lamps that are lit. A function of its arguments alone: whoever
/// looks a block late sees what is right now, and `since` says when it should have been.
std::array<Lit, kPanelOutputs> OutputsAt(const PanelWish& wish, std::uint8_t meter,
                                         MediaTime heard);

}  // namespace continuo::mcu
