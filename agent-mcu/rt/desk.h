// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <span>

#include "agent-mcu/core/part.h"
#include "agent-mcu/rt/block.h"
#include "agent-mcu/rt/health.h"
#include "agent-mcu/rt/partition.h"
#include "proto/mcu/frame.h"

namespace continuo::mcu {

/// What the idle loop does with a frame of the bridge, and what it has to say to it. It seats the parts, each in its
/// own piece of the memory; a state on its way gets what is left.
class Desk {
 public:
  /// `memory`: for all that parts take, aligned to 16. `wait`: called again and again until the block interrupt has
  /// been; where there is one, it need do nothing.
  Desk(Block& block, std::span<std::uint8_t> memory, void (*wait)())
      : block_(block), memory_(memory), wait_(wait) {}

  /// Bytes of the answer written to `out`; 0: nothing is to be said. `now`: the board's clock. A bridge that does not
  /// lead (`health`) may ask how the board is, and nothing more.
  std::size_t Take(const Frame& frame, Nanoseconds now, const Health& health,
                   std::span<std::uint8_t> out);
  /// Blocks a second that the parts want; 0: nothing plays.
  std::uint32_t block_rate() const { return rate_; }

 private:
  struct Seat {
    Part* part = nullptr;  // at the beginning of its memory; nullptr: nobody sits there
    std::span<std::uint8_t> memory;
  };

  std::size_t OnPing(const Frame& frame, Nanoseconds now, const Health& health,
                     std::span<std::uint8_t> out);
  std::size_t OnSlice(const Frame& frame, std::span<std::uint8_t> out);
  std::size_t OnStateWish(const Frame& frame, std::span<std::uint8_t> out);
  std::size_t OnStatePiece(const Frame& frame, std::span<std::uint8_t> out);
  void BeginToLearn(const StatePiece& piece);
  void GoOnLearning(const StatePiece& piece);
  Seat* SeatOf(Incarnation part);
  void Begin(Seat& seat, Prepared& prepared);
  void Leave(Seat& seat);
  void Stop(Incarnation part);
  void ForgetState();

  Block& block_;
  Partition memory_;
  void (*const wait_)();
  std::array<Seat, kMaxParts> seats_;
  Slice* slice_ =
      nullptr;  // that is read: it lies where the interrupt will find it, if it is to follow it
  std::uint32_t rate_ = 0;
  std::span<std::uint8_t> room_;  // for a state: what the parts leave
  StateWork work_;
  std::uint32_t ticket_ = 0;     // of the state in room_; 0: none
  std::uint32_t have_ = 0;       // bytes of it, of one to learn
  std::uint32_t forgotten_ = 0;  // a ticket whose state is gone: it names no other one
};

}  // namespace continuo::mcu
