// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "agent-mcu/bridge/controls/operator_wish.h"
#include "agent-mcu/bridge/controls/tapped_tempo.h"
#include "agent-mcu/bridge/controls/wiring.h"
#include "proto/mcu/panel.h"
#include "proto/session/heard_segments.h"

namespace continuo::mcu {

/// Decides what a board's panel does to the show and what its lamps show of it. Pure: time is handed in, what is to be
/// asked comes out. A move is asked until there is a verdict, and settled then; which command it is follows from the
/// board's life, the input and its number, so that neither a bridge that was restarted nor a coordinator carries it out
/// twice.
class Controls {
 public:
  /// A switch that was pressed longer ago than this is not obeyed: nobody expects it any more.
  static constexpr Frames kTooLate = FramesOfMs(2000);
  /// Commands of one board: so many a second, and so many at once. Others wait for their turn.
  static constexpr int kPerSecond = 50, kAtOnce = 20;

  /// `nonce`: random, not 0.
  Controls(Wiring wiring, std::uint64_t nonce);

  struct Ask {
    std::size_t input = 0;
    OperatorWish wish;
  };
  void See(const ShowView& view);
  /// What the board tells. `n`: the time of media, 0: not known; `now`: any clock.
  std::vector<Ask> Hear(const PanelTold& told, MediaTime n, Nanoseconds now);
  /// To what was asked. Not reached: it is asked again with the next Hear.
  void Answer(const Ask& asked, const OperatorAnswer& answer);
  /// For the board.
  PanelWish Wish() const;

  /// What happened since, for people and programs: a line of JSON each.
  std::vector<std::string> TakeLines();
  std::uint32_t held_back() const {
    return held_back_;
  }  ///< times that a move had to wait for its turn

 private:
  struct Slot {
    Move move;  // number 0: none is under way
    OperatorWish wish;
    bool asked = false;  // and not answered
    bool held = false;   // counted as held back
  };

  void BeginLife(std::uint64_t life);
  void TakeEdges(const PanelTold& told);
  void SayHeldBack(Nanoseconds now);
  const Action& ActionOf(const Move& move) const;
  std::optional<OperatorWish> WishOf(const Move& move);
  bool IsTooLate(const Move& move, MediaTime n) const;
  bool MayAsk(Nanoseconds now);
  void Settle(std::size_t input, const std::string& outcome);

  const Wiring wiring_;
  const std::uint64_t nonce_;
  MediaTime n_ = 0;  // the latest that was told
  std::uint64_t life_ = 0;
  std::array<std::uint32_t, kPanelInputs> settled_{};
  std::array<Slot, kPanelInputs> slots_;
  std::uint32_t next_edge_ = 0;
  std::uint32_t lost_ = 0;
  std::uint32_t said_held_back_ = 0;
  Nanoseconds say_at_ = 0;
  TappedTempo taps_;
  ShowView view_;
  session::HeardSegments segments_;
  std::uint8_t meter_ = 0;
  Nanoseconds turn_at_ = 0;  // of the next command but kAtOnce
  std::uint32_t held_back_ = 0;
  std::vector<std::string> lines_;
};

}  // namespace continuo::mcu
