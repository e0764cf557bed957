// SPDX-License-Identifier: Apache-2.0
#include "sim/board_process.h"

#include <algorithm>
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
                .Fork(machine.life)),
      bridges_(static_cast<std::size_t>(world.scene().bridges)) {
  PowerOn();
  for (Seat seat = 0; seat < bridges_.size(); ++seat) BeginBridge(seat);
  world.Every(kTurn, machine.number, life_, [](Process& process) { process.Turn(); });
}

void BoardProcess::At(Nanoseconds t, const std::function<void(BoardProcess&)>& action) {
  world_.calendar().At(t, [&world = world_, number = machine_.number, life = life_, action] {
    world.InAgent(number, life,
                  [action](Process& process) { action(static_cast<BoardProcess&>(process)); });
  });
}

// ---- the board

void BoardProcess::PowerOn() {
  if (board_ != nullptr || world_.calendar().now() < power_at_) return;
  ++boots_;
  world_.Trace(machine_.name + ": the board begins, boot " + std::to_string(boots_));
  board_ = std::make_unique<Board>(world_, machine_, strike_, boots_,
                                   [this](mcu::Lead::Way way, std::span<const std::uint8_t> frame) {
                                     Carry(Way::kToBridge, static_cast<Seat>(way), frame);
                                   });
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
  At(power_at_, [](BoardProcess& one) { one.PowerOn(); });
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
  std::vector<Came> came;
  came.swap(board_inbox_);
  for (const Came& one : came) board_->Hear(static_cast<int>(one.from), one.frame);
}

// ---- its bridges

void BoardProcess::BeginBridge(Seat seat) {
  Bridge& bridge = bridges_[seat];
  if (bridge.process != nullptr) return;
  world_.Trace(machine_.name + ": a bridge begins");
  bridge.process = std::make_unique<BridgeProcess>(
      world_, machine_, bridge_clock_, bridge.known, ++begun_,
      static_cast<std::uint32_t>(dice_.Draw() >> 32), bridges_.size() > 1,
      [this, seat](std::span<const std::uint8_t> frame) { Carry(Way::kToBoard, seat, frame); });
}

void BoardProcess::BridgeDies(Seat seat, Nanoseconds until) {
  Bridge& bridge = bridges_[seat];
  if (bridge.process != nullptr && bridge.process->speaks()) {
    world_.control().BreakAllOf(machine_.number);
  }
  bridge.process.reset();
  bridge.inbox.clear();
  bridge.asleep_until = 0;
  At(until, [seat](BoardProcess& one) { one.BeginBridge(seat); });
}

void BoardProcess::WakeBridge(Seat seat) {
  Bridge& bridge = bridges_[seat];
  bridge.asleep_until = 0;
  std::vector<std::function<void(BridgeProcess&)>> came;
  came.swap(bridge.inbox);
  for (const auto& action : came) {
    if (bridge.process != nullptr) action(*bridge.process);
  }
}

void BoardProcess::WithBridge(Seat seat, const std::function<void(BridgeProcess&)>& action) {
  Bridge& bridge = bridges_[seat];
  if (bridge.process == nullptr) return;
  if (bridge.asleep_until != 0) {
    bridge.inbox.push_back(action);
  } else {
    action(*bridge.process);
  }
}

void BoardProcess::WithBridges(const std::function<void(BridgeProcess&)>& action) {
  for (Seat seat = 0; seat < bridges_.size(); ++seat) WithBridge(seat, action);
}

void BoardProcess::Turn() {
  for (Seat seat = 0; seat < bridges_.size(); ++seat) TurnBridge(seat);
}

void BoardProcess::TurnBridge(Seat seat) {
  const Nanoseconds now = world_.calendar().now();
  Bridge& bridge = bridges_[seat];
  if (bridge.process == nullptr || now < bridge.asleep_until) return;
  if (bridge.asleep_until != 0) WakeBridge(seat);
  bridge.process->Turn();
  if (now >= next_beat_ && bridge.process->speaks() && bridge.process->vouches()) {
    next_beat_ = now + kBeat;
    SendBeats(world_, machine_);
  }
  if (bridge.process->board_was_reset()) {
    bridge.known.lives.End();  // what it had begun it has forgotten
    bridge.known.last = {};
    BridgeDies(seat, now);
  } else if (!bridge.process->refusal().empty()) {
    world_.Refused(machine_, bridge.process->refusal());
    bridge.known = {};
    BridgeDies(seat, now + Ms(1000));  // as whoever looks after the program starts it again
  } else if (bridges_.size() > 1 && bridge.process->is_over()) {
    world_.Trace(machine_.name + ": that bridge speaks no longer");
    BridgeDies(seat, now);
  }
}

const BridgeProcess* BoardProcess::speaker() const {
  const BridgeProcess* found = nullptr;
  for (const Bridge& bridge : bridges_) {
    if (bridge.process == nullptr || !bridge.process->speaks()) continue;
    if (found == nullptr || bridge.process->link().connected()) found = bridge.process.get();
  }
  return found;
}

void BoardProcess::Receive(coordinator::ConnectionId connection, const plan::ToAgent& message) {
  WithBridges([connection, message](BridgeProcess& one) { one.Receive(connection, message); });
}

void BoardProcess::Disconnected(coordinator::ConnectionId connection) {
  WithBridges([connection](BridgeProcess& one) { one.link().Disconnected(connection); });
}

void BoardProcess::Connect(int seat) {
  WithBridges([seat](BridgeProcess& one) {
    if (one.speaks()) one.link().Connect(seat);
  });
}

void BoardProcess::Try(int seat, std::uint64_t number, Nanoseconds retry) {
  WithBridges([=](BridgeProcess& one) { one.link().Try(seat, number, retry); });
}

coordinator::ConnectionId BoardProcess::connection() const {
  const BridgeProcess* const bridge = speaker();
  return bridge == nullptr ? 0 : bridge->link().connection();
}

const agent::core::Node& BoardProcess::node() const {
  static const agent::core::Node nobody;
  const BridgeProcess* const bridge = speaker();
  return bridge == nullptr ? nobody : bridge->node();
}

void BoardProcess::Serve(const StateWish& wish, std::function<void(State)> answer) {
  WithBridges([wish, answer](BridgeProcess& one) {
    if (one.speaks()) one.Serve(wish, answer);
  });
}

void BoardProcess::Arrived(std::uint32_t fetch, State state) {
  WithBridges([fetch, state](BridgeProcess& one) { one.Arrived(fetch, state); });
}

// ---- the lines

void BoardProcess::Carry(Way way, Seat seat, std::span<const std::uint8_t> frame) {
  const Nanoseconds now = world_.calendar().now();
  const int copies = dice_.Chance(kLost) ? 0 : dice_.Chance(kTwice) ? 2 : 1;
  for (int i = 0; i < copies && now >= unplugged_until_; ++i) {
    const Nanoseconds takes =
        dice_.Chance(kLate) ? Us(dice_.Between(1000, 20'000)) : Us(dice_.Between(80, 600));
    At(now + takes, [way, seat, bytes = Bytes(frame.begin(), frame.end())](BoardProcess& one) {
      one.Arrive(way, seat, bytes);
    });
  }
}

void BoardProcess::Arrive(Way way, Seat seat, const Bytes& frame) {
  if (world_.calendar().now() < unplugged_until_) return;
  if (way == Way::kToBridge) {
    return WithBridge(seat, [frame](BridgeProcess& one) { one.HearBoard(frame); });
  }
  if (board_ == nullptr) return;
  if (board_asleep_until_ != 0) {
    board_inbox_.push_back({seat, frame});
    return;
  }
  board_->Hear(static_cast<int>(seat), frame);
  next_pulse_ = board_->next_pulse();
}

// ---- faults

bool BoardProcess::whole() const {
  const auto goes = [](const Bridge& one) {
    return one.process != nullptr && one.asleep_until == 0;
  };
  return board_ != nullptr && board_asleep_until_ == 0 && std::ranges::all_of(bridges_, goes) &&
         world_.calendar().now() >= unplugged_until_;
}

bool BoardProcess::Befall(const Fault& fault, Nanoseconds end) {
  const auto kind = fault.pick >> 32;
  const bool odd = kind % 2 == 1;
  const Seat seat = kind / 10 % bridges_.size();
  if (fault.kind == FaultKind::kKill && kind % 5 < 3) {
    // Power for a while, or a reset; between two of its sends.
    resets_ = kind % 5 == 2;
    const Nanoseconds starts = Ms(1) + dice_.Below(kStartsWithin);
    power_at_ = resets_ ? world_.calendar().now() + Ms(200) + starts : end + starts;
    strike_ = {Strike::Kind::kKill, static_cast<int>(fault.pick % 60), false};
  } else if (fault.kind == FaultKind::kKill) {
    world_.Trace(machine_.name + ": the bridge is dead");
    bridges_[seat].known = {};
    BridgeDies(seat, end + dice_.Below(kStartsWithin));
  } else if (fault.kind == FaultKind::kStall && odd) {
    world_.Trace(machine_.name + ": the board stands still");
    board_asleep_until_ = end;
  } else if (fault.kind == FaultKind::kStall) {
    world_.Trace(machine_.name + ": the bridge stands still");
    bridges_[seat].asleep_until = end;
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
  power_at_ = 0;
  if (board_ == nullptr) At(soon, [](BoardProcess& one) { one.PowerOn(); });
  for (Seat seat = 0; seat < bridges_.size(); ++seat) {
    if (bridges_[seat].asleep_until != 0) WakeBridge(seat);
    if (bridges_[seat].process != nullptr) continue;
    At(soon, [seat](BoardProcess& one) { one.BeginBridge(seat); });
  }
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
