// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <span>

#include "agent-mcu/core/panel_inputs.h"
#include "agent-mcu/core/panel_outputs.h"
#include "agent-mcu/core/untold_moves.h"
#include "agent-mcu/rt/time_map.h"
#include "dsp/base/realtime.h"
#include "dsp/base/spsc.h"
#include "proto/mcu/frame.h"
#include "proto/mcu/panel.h"

namespace continuo::mcu {

/// Knobs, switches and lamps between the bridge and the block interrupt, which reads and switches them once a
/// millisecond. The idle loop speaks; what crosses the line between the two are rings and mailboxes, none of which
/// waits.
class Panel {
 public:
  // ---- the idle loop's side

  void SetTime(const TimeMap& map);
  /// Bytes of the answer written to `out`; 0: it was no wish. `now`: the board's clock; `bits`: of this life of the
  /// board.
  std::size_t Take(const Frame& frame, Nanoseconds now, std::uint64_t bits,
                   std::span<std::uint8_t> out);
  /// Whatever moved since; 0: nothing, or nobody asked yet.
  std::size_t TellNews(std::span<std::uint8_t> out);

  // ---- the interrupt's side

  /// One block. `now`: the board's clock. Returns how each output is to be switched: on or off, by bit.
  std::uint8_t Run(const PanelReadings& readings, Nanoseconds now) CONTINUO_REALTIME;

 private:
  struct Told {
    PanelWish wish;
    Nanoseconds at = 0;  // when it came
  };
  static constexpr std::size_t kEdgesKept = 32;

  bool Gather();
  std::size_t Tell(std::uint32_t edges_from, std::span<std::uint8_t> out);

  SpscQueue<PanelInputs::Moved, 16> moved_;
  SpscQueue<Edge, 16> edges_;
  Mailbox<Told> wish_;
  Mailbox<TimeMap> time_;
  Mailbox<PanelReadings> positions_;
  std::atomic<std::uint32_t> lost_{0};
  // The idle loop's own.
  std::uint64_t life_ = 0;  // 0: nobody asked yet
  UntoldMoves untold_;
  std::array<Edge, kEdgesKept> kept_{};
  std::uint32_t next_edge_ = 0, edges_from_ = 0;
  // The interrupt's own.
  PanelInputs inputs_;
  std::array<std::uint8_t, kPanelOutputs> levels_{};
  MediaTime n_ = 0;
  std::uint32_t blocks_ = 0;
};

}  // namespace continuo::mcu
