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

/// A board, the bridge that stands for it, and the line between them, which loses, delays, doubles and swaps frames.
/// Each of the three may be gone, stand still, or begin anew without the others.
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

  /// Later, if this life lasts.
  void At(Nanoseconds t, void (BoardProcess::*action)());
  void PowerOn();
  void BoardDies();
  void BeginBridge();
  void BridgeDies(Nanoseconds until);
  void WakeBoard();
  void WakeBridge();
  void Carry(Way way, std::span<const std::uint8_t> frame);
  void Arrive(Way way, const Bytes& frame);
  void WithBridge(std::function<void(BridgeProcess&)> action);

  World& world_;
  Machine& machine_;
  const std::uint64_t life_;
  const NodeClock bridge_clock_;
  Dice dice_;
  std::uint32_t boots_ = 0;
  bool resets_ = false;  // the strike that waits is a reset, and power stays
  Nanoseconds power_at_ = 0;
  std::unique_ptr<Board> board_;
  mcu::KnownBoard known_;
  std::uint32_t bridges_ = 0;  // begun
  std::unique_ptr<BridgeProcess> bridge_;
  Nanoseconds board_asleep_until_ = 0, bridge_asleep_until_ = 0, unplugged_until_ = 0;
  Nanoseconds next_beat_ = 0;
  std::vector<Bytes> board_inbox_;  // that came while it stood still
  std::vector<std::function<void(BridgeProcess&)>> bridge_inbox_;
};

}  // namespace continuo::sim
