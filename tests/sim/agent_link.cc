// SPDX-License-Identifier: Apache-2.0
#include "sim/agent_link.h"

#include <algorithm>
#include <utility>

#include "sim/world.h"

namespace continuo::sim {
namespace {

constexpr Nanoseconds kFirstRetry = Ms(250), kLastRetry = Ms(1000);

}  // namespace

AgentLink::AgentLink(World& world, const Machine& machine, std::uint64_t life, std::uint32_t number,
                     std::function<plan::Hello()> hello)
    : world_(world), machine_(machine), life_(life), hello_(std::move(hello)) {
  links_.resize(static_cast<std::size_t>(world.council().count()));
  // No try of an earlier link is one of this one's.
  for (Link& link : links_) link.tries = std::uint64_t{number} << 32;
}

void AgentLink::Connect(int seat) {
  Try(seat, ++links_[static_cast<std::size_t>(seat)].tries, kFirstRetry);
}

void AgentLink::TryAgain(int seat, Nanoseconds retry) {
  const std::uint64_t tries = ++links_[static_cast<std::size_t>(seat)].tries;
  world_.calendar().In(
      retry, [&world = world_, number = machine_.number, life = life_, seat, tries, retry] {
        world.InAgent(number, life, [=](Process& process) {
          process.Try(seat, tries, std::min(2 * retry, kLastRetry));
        });
      });
}

void AgentLink::Try(int seat, std::uint64_t number, Nanoseconds retry) {
  Link& link = links_[static_cast<std::size_t>(seat)];
  if (link.tries != number || link.connection != 0) return;
  link.connection = world_.control().Open(machine_.number, life_, seat);
  if (link.connection == 0) return TryAgain(seat, retry);
  link.welcomed = false;
  world_.control().ToCoordinator(link.connection, hello_());
}

int AgentLink::SeatOf(coordinator::ConnectionId connection) const {
  for (std::size_t i = 0; i < links_.size(); ++i) {
    if (links_[i].connection == connection) return static_cast<int>(i);
  }
  return -1;
}

void AgentLink::BeWelcomed(int seat, std::uint64_t term) {
  links_[static_cast<std::size_t>(seat)].welcomed = true;
  if (written_ >= 0 && term < written_term_) return HangUp(seat);
  if (written_ >= 0 && written_ != seat) HangUp(written_);
  written_ = seat;
  written_term_ = term;
  for (plan::FromAgent& message : outbox_) {
    world_.control().ToCoordinator(connection(), std::move(message));
  }
  outbox_.clear();
}

void AgentLink::HangUp(int seat) {
  Link& link = links_[static_cast<std::size_t>(seat)];
  world_.control().Break(std::exchange(link.connection, 0));
  if (written_ == seat) written_ = -1;
  TryAgain(seat, kFirstRetry);
}

bool AgentLink::Disconnected(coordinator::ConnectionId connection) {
  const int seat = SeatOf(connection);
  if (seat < 0) return false;
  links_[static_cast<std::size_t>(seat)].connection = 0;
  if (written_ == seat) written_ = -1;
  TryAgain(seat, kFirstRetry);
  return true;
}

void AgentLink::Heed(coordinator::ConnectionId connection, const plan::ToAgent& message) {
  const int seat = SeatOf(connection);
  const auto* const welcome = std::get_if<plan::Welcome>(&message);
  if (seat < 0 || welcome == nullptr || links_[static_cast<std::size_t>(seat)].welcomed) return;
  BeWelcomed(seat, welcome->term);
}

void AgentLink::Send(plan::FromAgent message) {
  if (connected()) return world_.control().ToCoordinator(connection(), std::move(message));
  if (!std::holds_alternative<plan::Status>(message)) outbox_.push_back(std::move(message));
}

}  // namespace continuo::sim
