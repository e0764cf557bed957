// SPDX-License-Identifier: Apache-2.0
#include "sim/board_process.h"

#include <utility>

#include "sim/world.h"

namespace continuo::sim {
namespace {

constexpr Nanoseconds kTurn = Ms(2), kBeat = Ms(50);
constexpr Nanoseconds kStartsWithin = Ms(40);  // a board from its reset on, a bridge from its start
constexpr double kLost = 0.01, kTwice = 0.01, kLate = 0.03;

NodeClock BridgeClock(World& world, const Machine& machine) {
  Dice dice = Dice(world.scene().seed).Fork(41).Fork(static_cast<std::uint64_t>(machine.number));
  const Nanoseconds offset = world.scene().clock_offset_max;
  const std::int64_t ppb = world.scene().clock_ppb_max;
  const Nanoseconds ahead = dice.Between(-offset, offset);
  return NodeClock(world.calendar(), ahead, dice.Between(-ppb, ppb));
}

}  // namespace

BoardProcess::BoardProcess(World& world, Machine& machine)
    : world_(world),
      machine_(machine),
      life_(++machine.life),
      bridge_clock_(BridgeClock(world, machine)),
      dice_(Dice(world.scene().seed)
                .Fork(42)
                .Fork(static_cast<std::uint64_t>(machine.number))
                .Fork(machine.life)) {
  PowerOn();
  BeginBridge();
  world.Every(kTurn, machine.number, life_, [](Process& process) { process.Turn(); });
}

void BoardProcess::At(Nanoseconds t, void (BoardProcess::*action)()) {
  world_.calendar().At(t, [&world = world_, number = machine_.number, life = life_, action] {
    world.InAgent(number, life,
                  [action](Process& process) { (static_cast<BoardProcess&>(process).*action)(); });
  });
}

// ---- the board

void BoardProcess::PowerOn() {
  if (board_ != nullptr || world_.calendar().now() < power_at_) return;
  ++boots_;
  world_.Trace(machine_.name + ": the board begins, boot " + std::to_string(boots_));
  board_ = std::make_unique<Board>(
      world_, machine_, strike_, boots_,
      [this](std::span<const std::uint8_t> frame) { Carry(Way::kToBridge, frame); });
  next_pulse_ = board_->next_pulse();
}

void BoardProcess::BoardDies() {
  world_.Trace(machine_.name + (resets_ ? ": the board is reset" : ": the board has no power"));
  board_.reset();
  board_inbox_.clear();
  board_asleep_until_ = 0;
  strike_ = {};
  next_pulse_ = kNever;
  if (!resets_) boots_ = 0;
  At(power_at_, &BoardProcess::PowerOn);
}

void BoardProcess::Pulse() {
  if (world_.calendar().now() < board_asleep_until_) {
    next_pulse_ = board_asleep_until_;
    return;
  }
  if (board_asleep_until_ != 0) WakeBoard();
  board_->Pulse();
  next_pulse_ = board_->next_pulse();
  if (strike_.kind == Strike::Kind::kNone) return;
  if (strike_.struck || strike_.fuse-- <= 0) BoardDies();  // who sends nothing is struck, too
}

void BoardProcess::WakeBoard() {
  board_asleep_until_ = 0;
  if (board_ == nullptr) return;
  world_.Trace(machine_.name + ": the board goes on");
  std::vector<Bytes> came;
  came.swap(board_inbox_);
  for (const Bytes& frame : came) board_->Hear(frame);
}

// ---- the bridge

void BoardProcess::BeginBridge() {
  if (bridge_ != nullptr) return;
  world_.Trace(machine_.name + ": a bridge begins");
  bridge_ = std::make_unique<BridgeProcess>(
      world_, machine_, bridge_clock_, known_, ++bridges_,
      static_cast<std::uint32_t>(dice_.Draw() >> 32),
      [this](std::span<const std::uint8_t> frame) { Carry(Way::kToBoard, frame); });
}

void BoardProcess::BridgeDies(Nanoseconds until) {
  world_.control().BreakAllOf(machine_.number);
  bridge_.reset();
  bridge_inbox_.clear();
  bridge_asleep_until_ = 0;
  At(until, &BoardProcess::BeginBridge);
}

void BoardProcess::WakeBridge() {
  bridge_asleep_until_ = 0;
  std::vector<std::function<void(BridgeProcess&)>> came;
  came.swap(bridge_inbox_);
  for (const auto& action : came) {
    if (bridge_ != nullptr) action(*bridge_);
  }
}

void BoardProcess::WithBridge(std::function<void(BridgeProcess&)> action) {
  if (bridge_ == nullptr) return;
  if (bridge_asleep_until_ != 0) {
    bridge_inbox_.push_back(std::move(action));
  } else {
    action(*bridge_);
  }
}

void BoardProcess::Turn() {
  const Nanoseconds now = world_.calendar().now();
  if (bridge_ == nullptr || now < bridge_asleep_until_) return;
  if (bridge_asleep_until_ != 0) WakeBridge();
  bridge_->Turn();
  if (now >= next_beat_ && bridge_->speaks() && bridge_->vouches()) {
    next_beat_ = now + kBeat;
    SendBeats(world_, machine_);
  }
  if (bridge_->board_was_reset()) {
    known_.lives.End();  // what it had begun it has forgotten
    known_.last = {};
    BridgeDies(now);
  } else if (!bridge_->refusal().empty()) {
    world_.Refused(machine_, bridge_->refusal());
    known_ = {};
    BridgeDies(now + Ms(1000));  // as whoever looks after the program starts it again
  }
}

void BoardProcess::Receive(coordinator::ConnectionId connection, const plan::ToAgent& message) {
  WithBridge([connection, message](BridgeProcess& bridge) { bridge.Receive(connection, message); });
}

void BoardProcess::Disconnected(coordinator::ConnectionId connection) {
  WithBridge([connection](BridgeProcess& bridge) { bridge.link().Disconnected(connection); });
}

void BoardProcess::Connect(int seat) {
  WithBridge([seat](BridgeProcess& bridge) {
    if (bridge.speaks()) bridge.link().Connect(seat);
  });
}

void BoardProcess::Try(int seat, std::uint64_t number, Nanoseconds retry) {
  WithBridge([=](BridgeProcess& bridge) { bridge.link().Try(seat, number, retry); });
}

coordinator::ConnectionId BoardProcess::connection() const {
  return bridge_ == nullptr ? 0 : bridge_->link().connection();
}

const agent::core::Node& BoardProcess::node() const {
  static const agent::core::Node nobody;
  return bridge_ == nullptr ? nobody : bridge_->node();
}

void BoardProcess::Serve(const StateWish& wish, std::function<void(State)> answer) {
  WithBridge([wish, answer](BridgeProcess& bridge) { bridge.Serve(wish, answer); });
}

void BoardProcess::Arrived(std::uint32_t fetch, State state) {
  WithBridge([fetch, state](BridgeProcess& bridge) { bridge.Arrived(fetch, state); });
}

// ---- the line

void BoardProcess::Carry(Way way, std::span<const std::uint8_t> frame) {
  const Nanoseconds now = world_.calendar().now();
  const int copies = dice_.Chance(kLost) ? 0 : dice_.Chance(kTwice) ? 2 : 1;
  for (int i = 0; i < copies && now >= unplugged_until_; ++i) {
    const Nanoseconds takes =
        dice_.Chance(kLate) ? Us(dice_.Between(1000, 20'000)) : Us(dice_.Between(80, 600));
    world_.calendar().In(takes, [&world = world_, number = machine_.number, life = life_, way,
                                 bytes = Bytes(frame.begin(), frame.end())] {
      world.InAgent(number, life, [&](Process& process) {
        static_cast<BoardProcess&>(process).Arrive(way, bytes);
      });
    });
  }
}

void BoardProcess::Arrive(Way way, const Bytes& frame) {
  if (world_.calendar().now() < unplugged_until_) return;
  if (way == Way::kToBridge) {
    return WithBridge([frame](BridgeProcess& bridge) { bridge.HearBoard(frame); });
  }
  if (board_ == nullptr) return;
  if (board_asleep_until_ != 0) {
    board_inbox_.push_back(frame);
    return;
  }
  board_->Hear(frame);
  next_pulse_ = board_->next_pulse();
}

// ---- faults

bool BoardProcess::whole() const {
  return board_ != nullptr && bridge_ != nullptr && board_asleep_until_ == 0 &&
         bridge_asleep_until_ == 0 && world_.calendar().now() >= unplugged_until_;
}

bool BoardProcess::Befall(const Fault& fault, Nanoseconds end) {
  const auto kind = fault.pick >> 32;
  const bool odd = kind % 2 == 1;
  if (fault.kind == FaultKind::kKill && kind % 5 < 3) {
    // Power for a while, or a reset; between two of its sends.
    resets_ = kind % 5 == 2;
    const Nanoseconds starts = Ms(1) + dice_.Below(kStartsWithin);
    power_at_ = resets_ ? world_.calendar().now() + Ms(200) + starts : end + starts;
    strike_ = {Strike::Kind::kKill, static_cast<int>(fault.pick % 60), false};
  } else if (fault.kind == FaultKind::kKill) {
    world_.Trace(machine_.name + ": the bridge is dead");
    known_ = {};
    BridgeDies(end + dice_.Below(kStartsWithin));
  } else if (fault.kind == FaultKind::kStall && odd) {
    world_.Trace(machine_.name + ": the board stands still");
    board_asleep_until_ = end;
  } else if (fault.kind == FaultKind::kStall) {
    world_.Trace(machine_.name + ": the bridge stands still");
    bridge_asleep_until_ = end;
  } else if (fault.kind == FaultKind::kLink && odd) {
    world_.Trace(machine_.name + ": its line is unplugged");
    unplugged_until_ = end;
  } else {
    return false;
  }
  return true;
}

void BoardProcess::Mend() {
  const Nanoseconds soon = world_.calendar().now() + Ms(1);
  unplugged_until_ = 0;
  strike_ = {};
  if (board_asleep_until_ != 0) WakeBoard();
  if (bridge_asleep_until_ != 0) WakeBridge();
  power_at_ = 0;
  if (board_ == nullptr) At(soon, &BoardProcess::PowerOn);
  if (bridge_ == nullptr) At(soon, &BoardProcess::BeginBridge);
}

void BoardProcess::ForEachReplica(const std::function<void(const ReplicaLook&)>& look) const {
  if (board_ == nullptr || board_asleep_until_ != 0) return;
  board_->ForEachPart([&look](const mcu::Part& part) {
    if (*part.failure() != 0) return;
    ReplicaLook seen{part.slice().task.id, part.slice().self, &part.replica(), {}};
    for (const mcu::Member& one : part.slice().members) seen.members.push_back(one.incarnation);
    look(seen);
  });
}

}  // namespace continuo::sim
