// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <vector>

#include "proto/plan/link.h"
#include "sim/process.h"

namespace continuo::sim {

/// A process's streams to all coordinators, as agent/edge/grpc has them: whoever welcomes with the highest term is
/// written to, and the others are let go; what must arrive waits for the next Welcome.
class AgentLink {
 public:
  /// `hello`: asked at every connection. `number`: of this link among all of that life of the process, from 0.
  AgentLink(World& world, const Machine& machine, std::uint64_t life, std::uint32_t number,
            std::function<plan::Hello()> hello);

  void Connect(int seat);
  /// For what World has put off: only the last try goes on.
  void Try(int seat, std::uint64_t number, Nanoseconds retry);
  /// The stream to that seat has ended. False: it is none of ours.
  bool Disconnected(coordinator::ConnectionId connection);
  bool IsOurs(coordinator::ConnectionId connection) const { return SeatOf(connection) >= 0; }
  /// To be called with each message once it was taken.
  void Heed(coordinator::ConnectionId connection, const plan::ToAgent& message);
  void Send(plan::FromAgent message);
  coordinator::ConnectionId connection() const {
    return written_ < 0 ? 0 : links_[static_cast<std::size_t>(written_)].connection;
  }
  bool connected() const { return connection() != 0; }

 private:
  /// To one of several coordinators.
  struct Link {
    coordinator::ConnectionId connection = 0;  // 0: none
    bool welcomed = false;
    std::uint64_t tries = 0;  // begun; only the last goes on
  };
  void TryAgain(int seat, Nanoseconds retry);
  int SeatOf(coordinator::ConnectionId connection) const;
  void BeWelcomed(int seat, std::uint64_t term);
  void HangUp(int seat);

  World& world_;
  const Machine& machine_;
  const std::uint64_t life_;
  const std::function<plan::Hello()> hello_;
  std::vector<Link> links_;  // by seat
  int written_ = -1;         // the seat whose coordinator welcomed it with the highest term
  std::uint64_t written_term_ = 0;
  std::deque<plan::FromAgent> outbox_;
};

}  // namespace continuo::sim
