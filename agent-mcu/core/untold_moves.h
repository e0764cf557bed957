// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>

#include "agent-mcu/core/panel_inputs.h"
#include "dsp/base/fixed.h"
#include "proto/mcu/panel.h"

namespace continuo::mcu {

/// Moves on their way to their verdicts: of each input one is told, and the next when that one has its verdict. So
/// somebody who turns a knob to and fro has as many commands as can be answered, and the last one is where it stands.
/// Idle loop.
class UntoldMoves {
 public:
  void Take(const PanelInputs::Moved& moved);
  /// As of PanelWish.
  void Settle(const std::array<std::uint32_t, kPanelInputs>& settled);
  /// Those that are to be told now, and the counters.
  void AddTo(PanelTold& told) const;

 private:
  struct Line {
    Move told;  // number 0: none
    std::uint32_t last = 0;
    FixedVector<PanelInputs::Moved, 4> waits;
  };

  static void Next(Line& line);

  std::array<Line, kPanelInputs> lines_{};
  std::uint32_t coalesced_ = 0, lost_ = 0;
};

}  // namespace continuo::mcu
