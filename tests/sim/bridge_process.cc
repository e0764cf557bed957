// SPDX-License-Identifier: Apache-2.0
#include "sim/bridge_process.h"

#include <utility>

#include "sim/costs.h"
#include "sim/wire_tap.h"
#include "sim/world.h"

namespace continuo::sim {
namespace {

constexpr Nanoseconds kPatience = Ms(2000);  // as of agent-mcu/bridge/state_traffic
constexpr int kFetchBits = 20;

}  // namespace

BridgeProcess::BridgeProcess(World& world, Machine& machine, const NodeClock& clock,
                             mcu::KnownBoard& known, std::uint32_t number, std::uint32_t ticket,
                             bool shared, ToBoardLine line)
    : world_(world),
      machine_(machine),
      clock_(clock),
      number_(number),
      line_(std::move(line)),
      core_({.name = machine.name,
             .domain = "",
             .ip = Network::AddressOf(machine.number, 0).ip,
             .port = Network::AddressOf(machine.number, 0).port,
             .shared = shared,
             .ticket = ticket,
             .costs = BoardCosts()},
            known, *this),
      link_(world, machine, machine.life, number, [this] { return MakeHello(); }) {}

mcu::Moment BridgeProcess::Now() const {
  const Nanoseconds now = clock_.LocalAt(world_.calendar().now());
  return {now, now};
}

plan::Hello BridgeProcess::MakeHello() const {
  plan::Hello hello = core_.Hello();
  hello.build_id = "sim";
  hello.clock_id = World::kClockId;
  hello.clock_now = Now().stage;
  hello.asset_address = machine_.name + ":1";
  return hello;
}

void BridgeProcess::HearBoard(std::span<const std::uint8_t> bytes) {
  mcu::Frame frame;
  if (ParseFrame(bytes, frame) == mcu::FrameError::kNone) core_.Hear(frame, Now());
}

void BridgeProcess::Receive(coordinator::ConnectionId connection, const plan::ToAgent& message) {
  if (!link_.IsOurs(connection)) return;  // of a stream that has ended
  if (const auto* sent = std::get_if<plan::PlanSent>(&message)) {
    world_.OnPlanSeen(machine_, sent->plan, number_);
  }
  core_.Hear(message);
  link_.Heed(connection, message);
}

void BridgeProcess::Turn() {
  if (core_.Ask(Now())) {
    core_.AskFurther();
  }
  if (!speaks_) {
    if (!core_.Leads(Now().now)) return;
    speaks_ = true;
    world_.OnBridgeSpeaks(machine_, number_);
    for (int seat = 0; seat < world_.council().count(); ++seat) link_.Connect(seat);
  }
  AskForState();
  core_.Turn(Now());
  if (!link_.connected()) return;
  if (std::optional<plan::Status> status = core_.Status(Now())) link_.Send(std::move(*status));
}

void BridgeProcess::ToCoordinator(plan::FromAgent message) {
  if (const auto* verdict = std::get_if<plan::VerdictReached>(&message)) {
    world_.OnVerdict(verdict->id, verdict->verdict);
  }
  link_.Send(std::move(message));
}

void BridgeProcess::Fetch(const agent::core::FetchState& what) {
  world_.Trace(machine_.name + " asks node " + std::to_string(what.donor) +
               " for the state of task " + std::to_string(what.replica.task));
  world_.CarryState(machine_.number, machine_.life, number_ << kFetchBits | what.fetch,
                    what.address,
                    {what.replica.task, what.generation, what.not_before, what.may_be_tainted});
}

void BridgeProcess::Arrived(std::uint32_t fetch, State state) {
  if (fetch >> kFetchBits != number_) return;  // it was asked for in another life
  if (state.error.empty() && DigestOf(state.bytes) != state.digest) {
    state.error = "its hash is not the one that was announced";
  }
  if (state.error.empty()) {
    world_.MayFlip(state.bytes);
    ++world_.outcome().transfers;
  } else {
    world_.Trace(machine_.name + ": a state did not come: " + state.error);
  }
  core_.Hear(mcu::StateArrived{.fetch = fetch & ((1u << kFetchBits) - 1),
                               .error = std::move(state.error),
                               .busy = state.busy,
                               .next = state.next,
                               .bytes = std::move(state.bytes)},
             Now());
}

void BridgeProcess::Serve(const StateWish& wish, std::function<void(State)> answer) {
  orders_.push_back({++last_order_, wish, std::move(answer)});
}

// One after the other.
void BridgeProcess::AskForState() {
  const Nanoseconds now = world_.calendar().now();
  if (!orders_.empty() && orders_.front().begun != 0 && now > orders_.front().begun + kPatience) {
    Order late = std::move(orders_.front());
    orders_.pop_front();
    State none;
    none.error = "the board does not answer";
    late.answer(std::move(none));
  }
  if (orders_.empty()) return core_.Wish(std::nullopt);
  Order& order = orders_.front();
  if (order.begun == 0) order.begun = now;
  core_.Wish(mcu::StateAsked{.number = order.number,
                             .task = order.wish.task,
                             .generation = order.wish.generation,
                             .not_before = order.wish.not_before,
                             .may_be_tainted = order.wish.may_be_tainted});
}

void BridgeProcess::Give(mcu::StateAnswer answer) {
  if (orders_.empty() || orders_.front().number != answer.number) return;
  Order order = std::move(orders_.front());
  orders_.pop_front();
  State state;
  if (answer.outcome != mcu::StateAnswer::Outcome::kGiven) {
    state.error = answer.why;
  } else {
    state.bytes = std::move(answer.bytes);
    state.next = answer.next;
    state.digest = DigestOf(state.bytes);
  }
  order.answer(std::move(state));
}

void BridgeProcess::Say(const std::string& text) {
  world_.Trace(machine_.name + ": " + text);
}

}  // namespace continuo::sim
