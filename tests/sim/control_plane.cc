// SPDX-License-Identifier: Apache-2.0
#include "sim/control_plane.h"

#include <utility>

#include "sim/world.h"

namespace continuo::sim {
namespace {

constexpr Nanoseconds kRetransmission = Ms(20);

}  // namespace

Nanoseconds ControlPlane::Delay() {
  return dice_.Chance(0.02) ? Us(dice_.Between(1000, 15'000)) : Us(dice_.Between(100, 1500));
}

bool ControlPlane::Passes(int machine, int seat) const {
  const Network& network = world_.network(0);
  const int coordinator = Council::MachineOf(seat);
  return network.Passes(machine, coordinator) && network.Passes(coordinator, machine);
}

bool ControlPlane::Passes(const Connection& connection) const {
  return Passes(connection.machine, connection.seat);
}

coordinator::ConnectionId ControlPlane::Open(int machine, std::uint64_t life, int seat) {
  CoordinatorProcess* const coordinator = world_.council().reign(seat);
  if (coordinator == nullptr || !Passes(machine, seat)) return 0;
  const coordinator::ConnectionId id = ++last_;
  Connection& connection = connections_[id];
  connection.machine = machine;
  connection.life = life;
  connection.seat = seat;
  connection.coordinator_life = coordinator->life();
  return id;
}

void ControlPlane::ToCoordinator(coordinator::ConnectionId id, plan::FromAgent message) {
  const auto found = connections_.find(id);
  if (found == connections_.end() || found->second.broken) return;
  found->second.up.push_back(std::move(message));
  if (std::exchange(found->second.up_pumps, true)) return;
  world_.calendar().In(Delay(), [this, id] { PumpUp(id); });
}

void ControlPlane::ToAgent(coordinator::ConnectionId id, plan::ToAgent message) {
  const auto found = connections_.find(id);
  if (found == connections_.end() || found->second.broken) return;
  // Even of small plans: a node has to come to the same by its part as by the whole.
  if (const auto* welcome = std::get_if<plan::Welcome>(&message)) {
    found->second.node = welcome->node;
  }
  auto* const sent = std::get_if<plan::PlanSent>(&message);
  if (sent != nullptr && in_parts_) {
    sent->parts = parts_.Of(sent->plan);
    sent->to = found->second.node;
    if (sent->to != 0) *sent = plan::ForItsNode(*sent);
  }
  found->second.down.push_back(std::move(message));
  if (std::exchange(found->second.down_pumps, true)) return;
  world_.calendar().In(Delay(), [this, id] { PumpDown(id); });
}

void ControlPlane::PumpUp(coordinator::ConnectionId id) {
  const auto found = connections_.find(id);
  if (found == connections_.end() || found->second.broken) return;
  Connection& connection = found->second;
  if (!Passes(connection)) {
    world_.calendar().In(kRetransmission, [this, id] { PumpUp(id); });
    return;
  }
  connection.up_pumps = false;
  std::deque<plan::FromAgent> arrived;
  arrived.swap(connection.up);
  for (plan::FromAgent& message : arrived) {
    world_.council().Post(connection.coordinator_life,
                          coordinator::AgentSpoke{id, std::move(message)});
  }
}

void ControlPlane::PumpDown(coordinator::ConnectionId id) {
  const auto found = connections_.find(id);
  if (found == connections_.end() || found->second.broken) return;
  Connection& connection = found->second;
  if (!Passes(connection)) {
    world_.calendar().In(kRetransmission, [this, id] { PumpDown(id); });
    return;
  }
  connection.down_pumps = false;
  std::deque<plan::ToAgent> arrived;
  arrived.swap(connection.down);
  const bool closing = connection.closing;
  for (plan::ToAgent& message : arrived) {
    world_.InAgent(
        connection.machine, connection.life,
        [id, message = std::move(message)](Process& process) { process.Receive(id, message); });
  }
  if (closing) Break(id);
}

void ControlPlane::Close(coordinator::ConnectionId id) {
  const auto found = connections_.find(id);
  if (found == connections_.end() || found->second.broken) return;
  found->second.closing = true;
  if (std::exchange(found->second.down_pumps, true)) return;
  world_.calendar().In(Delay(), [this, id] { PumpDown(id); });
}

void ControlPlane::Break(coordinator::ConnectionId id) {
  const auto found = connections_.find(id);
  if (found == connections_.end() || found->second.broken) return;
  Connection& connection = found->second;
  connection.broken = true;
  connection.up.clear();
  connection.down.clear();
  // A process that ends closes its sockets, so the other side learns of it at once; a lost machine takes longer.
  const auto late = [this] { return dice_.Chance(0.7) ? Delay() : Ms(dice_.Between(10, 800)); };
  world_.calendar().In(late(), [this, id, life = connection.coordinator_life] {
    world_.council().Post(life, coordinator::AgentLeft{id});
  });
  world_.calendar().In(late(), [this, id, machine = connection.machine, life = connection.life] {
    world_.InAgent(machine, life, [id](Process& process) { process.Disconnected(id); });
    connections_.erase(id);
  });
}

void ControlPlane::BreakAllOf(int machine) {
  for (auto& [id, connection] : connections_) {
    if (connection.machine == machine) Break(id);
  }
}

void ControlPlane::BreakAllOfCoordinator(std::uint64_t life) {
  for (auto& [id, connection] : connections_) {
    if (connection.coordinator_life == life) Break(id);
  }
}

}  // namespace continuo::sim
