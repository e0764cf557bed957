// SPDX-License-Identifier: Apache-2.0
#include "agent/rt/fellow_exchange.h"

#include <algorithm>

namespace continuo::agent::rt {

// In a large show only few of all nodes have a fellow.
void FellowExchange::FindHosts(const ReplicaRunners& runners) {
  hosts_.clear();
  for (const auto& runner : runners) {
    if (!runner->active()) continue;
    for (const Incarnation fellow : runner->replica().Fellows()) {
      const plan::NodeId node = runner->NodeOf(fellow);
      if (std::find(hosts_.begin(), hosts_.end(), node) == hosts_.end()) hosts_.push_back(node);
    }
  }
}

bool FellowExchange::IsHost(plan::NodeId node) const {
  return hosts_.full() || std::find(hosts_.begin(), hosts_.end(), node) != hosts_.end();
}

void FellowExchange::Send(const Program& program, ReplicaRunners& runners, Outbox& outbox) {
  FindHosts(runners);
  wire::FellowMessage message;
  for (const Peer& peer : program.peers) {
    if (peer.node == program.self || !IsHost(peer.node)) continue;
    wire::FellowFrameWriter frame(frame_, program.self);
    for (const auto& runner : runners) {
      if (!runner->active()) continue;
      for (const Incarnation fellow : runner->replica().Fellows()) {
        if (runner->NodeOf(fellow) != peer.node) continue;
        if (!runner->MessageFor(fellow, message) || frame.Add(message)) continue;
        outbox.SendOnAll(peer.networks, std::span(frame_).first(frame.size()));
        frame = wire::FellowFrameWriter(frame_, program.self);
        frame.Add(message);
      }
    }
    if (!frame.empty()) outbox.SendOnAll(peer.networks, std::span(frame_).first(frame.size()));
  }
  for (const auto& runner : runners) {
    if (runner->active()) SendToUnlisted(program, *runner, outbox);
  }
}

void FellowExchange::SendToUnlisted(const Program& program, ReplicaRunner& runner, Outbox& outbox) {
  if (runner.unlisted().empty()) return;
  wire::FellowMessage message;
  for (const Incarnation fellow : runner.replica().Fellows()) {
    if (runner.NodeOf(fellow) != 0) continue;
    for (const ReplicaRunner::Unlisted& one : runner.unlisted()) {
      if (one.incarnation != fellow || one.at.node == program.self) continue;
      if (!runner.MessageFor(fellow, message)) continue;
      wire::FellowFrameWriter frame(frame_, program.self);
      frame.Add(message);
      outbox.SendOnAll(one.at.networks, std::span(frame_).first(frame.size()));
    }
  }
}

}  // namespace continuo::agent::rt
