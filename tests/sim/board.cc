// SPDX-License-Identifier: Apache-2.0
#include "sim/board.h"

#include <algorithm>
#include <utility>

#include "sim/world.h"

namespace continuo::sim {
namespace {

constexpr std::uint32_t kIdleRate =
    1000;  // blocks a second while nothing plays, as of agent-mcu/firmware

/// Whose code runs: what the firmware hands the clock and the interrupt by carries no context.
const std::function<Nanoseconds()>* the_clock = nullptr;
const std::function<void()>* the_interrupt = nullptr;

Nanoseconds ReadClock() {
  return (*the_clock)();
}
void AwaitInterrupt() {
  (*the_interrupt)();
}

}  // namespace

Board::Board(World& world, Machine& machine, Strike& strike, std::uint32_t boots, Say say)
    : world_(world),
      machine_(machine),
      boots_(boots),
      say_(std::move(say)),
      born_(machine.clock.LocalAt(world.calendar().now()) - Ms(1)),
      port_(world.network(0).Open(machine.number, strike)),
      memory_(new std::uint8_t[kMemory]),
      block_(std::make_unique<mcu::Block>()),
      desk_(*block_, std::span(memory_.get(), kMemory), AwaitInterrupt),
      rate_(kIdleRate) {
  GoOn();
}

Nanoseconds Board::LocalNow() const {
  return machine_.clock.LocalAt(world_.calendar().now());
}

Nanoseconds Board::next_pulse() const {
  return machine_.clock.TrueAt(next_block_);
}

void Board::GoOn() {
  next_block_ = LocalNow() + 1'000'000'000 / rate_;
}

void Board::Hear(mcu::Lead::Way way, std::span<const std::uint8_t> bytes) {
  machine_.clock.Wake();
  mcu::Frame frame;
  if (ParseFrame(bytes, frame) != mcu::FrameError::kNone) return;
  const std::function<void()> interrupt = [this] { RunBlock(); };
  the_interrupt = &interrupt;
  const Nanoseconds now = LocalNow() - born_;
  mcu::Health health{.board = "simulated", .boots = boots_};
  health.leads = lead_.Take(way, now);
  Answer(way, desk_.Take(frame, now, health, answer_));
  const std::uint32_t rate = desk_.block_rate() != 0 ? desk_.block_rate() : kIdleRate;
  if (rate != std::exchange(rate_, rate)) GoOn();
}

void Board::Pulse() {
  machine_.clock.Wake();
  std::array<transport::DatagramPort::Incoming, 32> batch;
  for (int count = port_->Receive(batch); count > 0; count = port_->Receive(batch)) {
    for (int i = 0; i < count; ++i) {
      block_->Deliver(batch[static_cast<std::size_t>(i)].bytes, Now());
    }
  }
  RunBlock();
  Speak();
  if (world_.tracing()) TraceParts();
  next_block_ = std::max(next_block_ + 1'000'000'000 / rate_, LocalNow() + 1);
}

void Board::RunBlock() {
  const std::function<Nanoseconds()> clock = [this] { return Now(); };
  the_clock = &clock;
  block_->Run(Now(), ReadClock);
}

void Board::Speak() {
  while (const mcu::Datagram* const datagram = block_->Outgoing()) {
    const transport::Address to{datagram->place.ip, datagram->place.port};
    port_->Send({to, datagram->data()});
    port_->Flush();
    block_->DropOutgoing();
  }
  mcu::VerdictTold told;
  while (block_->TakeVerdict(told)) {
    if (lead_.way()) Answer(*lead_.way(), EncodeVerdict(told, answer_));
  }
  while (block_->TakeHearing(hearing_)) {
    if (lead_.way()) Answer(*lead_.way(), EncodeHearingTold(hearing_, answer_));
  }
}

void Board::TraceParts() {
  for (std::size_t seat = 0; seat < mcu::kMaxParts; ++seat) {
    const mcu::Part* const part = block_->Playing(seat);
    const std::string now = part == nullptr
                                ? ""
                                : "incarnation " + std::to_string(part->slice().self) + " state " +
                                      std::to_string(static_cast<int>(part->replica().state())) +
                                      " of " + std::to_string(part->replica().live_members()) +
                                      " " + part->failure();
    if (now == traced_[seat]) continue;
    traced_[seat] = now;
    world_.Trace(machine_.name + ": in seat " + std::to_string(seat) + " plays " + now);
  }
}

void Board::Answer(mcu::Lead::Way way, std::size_t size) {
  if (size != 0) say_(way, std::span<const std::uint8_t>(answer_).first(size));
}

void Board::ForEachPart(const std::function<void(const mcu::Part&)>& look) const {
  for (std::size_t seat = 0; seat < mcu::kMaxParts; ++seat) {
    if (const mcu::Part* const part = block_->Playing(seat)) look(*part);
  }
}

}  // namespace continuo::sim
