// SPDX-License-Identifier: Apache-2.0
#include "agent-mcu/core/untold_moves.h"

namespace continuo::mcu {

void UntoldMoves::Take(const PanelInputs::Moved& moved) {
  Line& line = lines_[moved.input];
  if (moved.input < kKnobs && !line.waits.empty()) {
    line.waits.clear();
    ++coalesced_;
  }
  if (!line.waits.push_back(moved)) ++lost_;
  Next(line);
}

void UntoldMoves::Settle(const std::array<std::uint32_t, kPanelInputs>& settled) {
  for (std::size_t i = 0; i < kPanelInputs; ++i) {
    Line& line = lines_[i];
    if (line.told.number == 0 || line.told.number != settled[i]) continue;
    line.told = {};
    Next(line);
  }
}

void UntoldMoves::Next(Line& line) {
  if (line.told.number != 0 || line.waits.empty()) return;
  const PanelInputs::Moved& moved = line.waits[0];
  line.told = {.input = moved.input, .number = ++line.last, .value = moved.value, .at = moved.at};
  line.waits.erase(0);
}

void UntoldMoves::AddTo(PanelTold& told) const {
  for (const Line& line : lines_) {
    if (line.told.number != 0) told.moves.push_back(line.told);
  }
  told.coalesced = coalesced_;
  told.lost += lost_;
}

}  // namespace continuo::mcu
