// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <span>
#include <string>

#include "agent-mcu/bridge/core/stand_in.h"
#include "sim/agent_link.h"
#include "sim/machine.h"

namespace continuo::sim {

/// What a bridge does for one life of its board: the shipped StandIn, wired as agent-mcu/bridge does, with the
/// simulator's clock, line and streams.
class BridgeProcess final : private mcu::Outlet {
 public:
  using ToBoardLine = std::function<void(std::span<const std::uint8_t>)>;
  /// `number`: of this one among all of that life of the process, from 1. `ticket`: random. `shared`: another one may
  /// speak for the board.
  BridgeProcess(World& world, Machine& machine, const NodeClock& clock, mcu::KnownBoard& known,
                std::uint32_t number, std::uint32_t ticket, bool shared, ToBoardLine line);

  void HearBoard(std::span<const std::uint8_t> bytes);
  void Receive(coordinator::ConnectionId connection, const plan::ToAgent& message);
  AgentLink& link() { return link_; }
  const AgentLink& link() const { return link_; }
  /// Until it speaks for the board nobody is called.
  bool speaks() const { return speaks_; }
  /// It does not any more: another one does, or the board is silent.
  bool is_over() const { return speaks_ && !core_.Leads(Now().now); }
  void Turn();
  void Serve(const StateWish& wish, std::function<void(State)> answer);
  void Arrived(std::uint32_t fetch, State state);
  const agent::core::Node& node() const { return core_.node(); }
  bool board_was_reset() const { return core_.was_reset(); }
  const std::string& refusal() const { return core_.refusal(); }
  /// The heart may beat.
  bool vouches() const { return core_.Answers(Now().now); }

 private:
  struct Order {
    std::uint32_t number = 0;
    StateWish wish;
    std::function<void(State)> answer;
    Nanoseconds begun = 0;  // 0: others come first
  };

  void ToBoard(std::span<const std::uint8_t> frame) override { line_(frame); }
  void ToCoordinator(plan::FromAgent message) override;
  void Fetch(const agent::core::FetchState& what) override;
  void Abandon(std::uint32_t) override {}  // what comes all the same is not taken
  void Give(mcu::StateAnswer answer) override;
  void Say(const std::string& text) override;

  mcu::Moment Now() const;
  plan::Hello MakeHello() const;
  void AskForState();

  World& world_;
  Machine& machine_;
  const NodeClock& clock_;
  const std::uint32_t number_;
  const ToBoardLine line_;
  mcu::StandIn core_;
  AgentLink link_;
  bool speaks_ = false;
  std::deque<Order> orders_;
  std::uint32_t last_order_ = 0;
};

}  // namespace continuo::sim
