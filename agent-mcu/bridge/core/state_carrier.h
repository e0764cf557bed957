// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "agent-mcu/bridge/core/outlet.h"
#include "agent/core/joins.h"
#include "proto/mcu/frame.h"

namespace continuo::mcu {

/// Brings states to the board and from it. When one of its replicas joins, it asks members for theirs (agent/core/joins
/// decides which, and when to give up) and hands it over piece by piece; whoever wishes a state of the board gets it
/// likewise. One state is on its way at a time; pieces are repeated until the board answers. Pure: `now` is any clock
/// that goes forward, handed in.
class StateCarrier {
 public:
  /// `ticket`: random, so that a board takes no state for that of an earlier life of the bridge. `tell`: called with
  /// what the operator is told at once, without its n.
  StateCarrier(Outlet& outlet, std::uint32_t ticket, std::function<void(plan::Incident)> tell)
      : outlet_(outlet), tell_(std::move(tell)), ticket_(ticket) {}

  /// The board plays its parts of that plan.
  void Follow(const plan::Plan& plan, plan::NodeId self, const std::vector<plan::Peer>& peers);
  void Stop();
  /// What is wished of the board; answered by Outlet::Give, soon or never. Another number takes the place of the last;
  /// none: nobody waits.
  void Wish(const std::optional<StateAsked>& asked);
  /// Every turn. `seen`: what the board says of its replicas.
  void Turn(std::span<const agent::core::ReplicaSeen> seen, Nanoseconds now);
  void Take(const StatePiece& piece, Nanoseconds now);
  void Take(const StateTaken& taken, Nanoseconds now);
  void Take(StateArrived arrived, Nanoseconds now);
  void AddTo(plan::Status& status) const { joins_.AddTo(status); }

 private:
  /// A replica of the board.
  struct Mine {
    plan::TaskId task = 0;
    std::string name;  // of the task
    std::uint16_t generation = 0;
    Incarnation incarnation = 0;
    bool tainted = false;
  };
  /// A state on its way to the board.
  struct Lesson {
    agent::core::ReplicaKey replica;
    std::vector<std::uint8_t> bytes;  // an image
    std::uint32_t ticket = 0, have = 0;
    Nanoseconds again = 0;  // when the piece is repeated
  };
  void Perform(const agent::core::Joins::Effects& effects);
  void Tell(plan::IncidentKind kind, agent::core::ReplicaKey replica, plan::NodeId donor,
            const std::string& before, const std::string& after);
  void Teach(Nanoseconds now);
  void AskBoard(Nanoseconds now);
  Mine* Playing(const StateAsked& asked);
  void Refuse(StateAnswer::Outcome outcome, const char* why);
  void GiveWhole(const StatePiece& piece);
  void EndWish(StateAnswer answer);

  Outlet& outlet_;
  const std::function<void(plan::Incident)> tell_;
  agent::core::Joins joins_;
  std::set<std::uint32_t> fetches_;                            // under way
  std::map<std::uint32_t, std::vector<std::uint8_t>> images_;  // that came, until used
  std::deque<Lesson> lessons_;                                 // the first is on its way
  std::uint32_t ticket_;
  std::array<std::uint8_t, kMaxFrameBytes> frame_{};
  // Of the state that the board gives:
  std::optional<StateAsked> asked_;
  std::uint32_t asked_ticket_ = 0;
  std::vector<std::uint8_t> gathered_;
  Nanoseconds ask_again_ = 0;
  std::vector<Mine> mine_;
};

}  // namespace continuo::mcu
