// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <span>

#include "agent-mcu/board/retained.h"
#include "agent-mcu/core/part.h"
#include "agent-mcu/rt/block.h"
#include "proto/mcu/frame.h"

namespace continuo::mcu {

/// What the idle loop does with a frame of the bridge, and what it has to say to it.
class Desk {
 public:
  /// `memory`: for all that a part takes, aligned to 16.
  Desk(Block& block, std::span<std::uint8_t> memory) : block_(block), memory_(memory) {}

  /// Bytes of the answer written to `out`; 0: nothing is to be said. `now`: the board's clock.
  std::size_t Take(const Frame& frame, Nanoseconds now, std::span<std::uint8_t> out);
  /// Blocks a second that the part wants; 0: nothing plays.
  std::uint32_t block_rate() const { return rate_; }

 private:
  std::size_t OnPing(const Frame& frame, Nanoseconds now, std::span<std::uint8_t> out);
  std::size_t OnSlice(const Frame& frame, std::span<std::uint8_t> out);
  std::size_t OnStateWish(const Frame& frame, std::span<std::uint8_t> out);
  std::size_t OnStatePiece(const Frame& frame, std::span<std::uint8_t> out);
  void BeginToLearn(const StatePiece& piece);
  void GoOnLearning(const StatePiece& piece);
  const char* Play(const Slice& slice);
  void Stop();

  Block& block_;
  std::span<std::uint8_t> memory_;
  Part part_;
  Slice slice_;
  std::uint32_t rate_ = 0;
  std::span<std::uint8_t> room_;  // for a state: what the part leaves
  StateWork work_;
  std::uint32_t ticket_ = 0;  // of the state in room_; 0: none
  std::uint32_t have_ = 0;    // bytes of it, of one to learn
};

}  // namespace continuo::mcu
