// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <vector>

#include "sim/board.h"
#include "sim/bridge_process.h"
#include "sim/dice.h"
#include "sim/machine.h"
#include "sim/scene.h"

namespace continuo::sim {

/// A board, the bridges that stand for it, and the lines between them, which loses, delays, doubles and swaps frames.
/// Each of them may be gone, stand still, or begin anew without the others; of several bridges one speaks.
class BoardProcess final : public Process {
 public:
  BoardProcess(World& world, Machine& machine);

  void Pulse() override;
  bool whole() const override;
  void Mend() override;
  bool Befall(const Fault& fault, Nanoseconds end) override;

  void Receive(coordinator::ConnectionId connection, const plan::ToAgent& message) override;
  void Disconnected(coordinator::ConnectionId connection) override;
  void Connect(int seat) override;
  void Try(int seat, std::uint64_t number, Nanoseconds retry) override;
  coordinator::ConnectionId connection() const override;
  const agent::core::Node& node() const override;
  void Turn() override;
  void Serve(const StateWish& wish, std::function<void(State)> answer) override;
  void Arrived(std::uint32_t fetch, State state) override;
  void ForEachReplica(const std::function<void(const ReplicaLook&)>& look) const override;

 private:
  enum class Way : std::uint8_t { kToBoard, kToBridge };
  using Bytes = std::vector<std::uint8_t>;
  using Seat = std::size_t;  // of a bridge, from 0

  /// A program that begins again whatever ends it, and what it knows from one life to the next.
  struct Bridge {
    mcu::KnownBoard known;
    std::unique_ptr<BridgeProcess> process;
    Nanoseconds asleep_until = 0;
    std::vector<std::function<void(BridgeProcess&)>> inbox;  // that came while it stood still
  };
  struct Came {
    Seat from = 0;
    Bytes frame;
  };

  /// Later, if this life lasts.
  void At(Nanoseconds t, const std::function<void(BoardProcess&)>& action);
  void PowerOn();
  void BoardDies();
  void BeginBridge(Seat seat);
  void BridgeDies(Seat seat, Nanoseconds until);
  void TurnBridge(Seat seat);
  void WakeBoard();
  void WakeBridge(Seat seat);
  void Carry(Way way, Seat seat, std::span<const std::uint8_t> frame);
  void Arrive(Way way, Seat seat, const Bytes& frame);
  void WithBridge(Seat seat, const std::function<void(BridgeProcess&)>& action);
  void WithBridges(const std::function<void(BridgeProcess&)>& action);
  /// The bridge that speaks for the board; nullptr: none.
  const BridgeProcess* speaker() const;

  World& world_;
  Machine& machine_;
  const std::uint64_t life_;
  const NodeClock bridge_clock_;
  Dice dice_;
  std::uint32_t boots_ = 0;
  bool resets_ = false;  // the strike that waits is a reset, and power stays
  Nanoseconds power_at_ = 0;
  std::unique_ptr<Board> board_;
  std::vector<Bridge> bridges_;
  std::uint32_t begun_ = 0;  // bridges
  Nanoseconds board_asleep_until_ = 0, unplugged_until_ = 0;
  Nanoseconds next_beat_ = 0;
  std::vector<Came> board_inbox_;  // while it stood still
};

}  // namespace continuo::sim
