// SPDX-License-Identifier: Apache-2.0
#include "coordinator/core/failure_detector.h"

#include <algorithm>

namespace continuo::coordinator {

void FailureDetector::Attached(plan::NodeId node, Nanoseconds now) {
  Node& entry = nodes_[node];
  entry = {};
  entry.attached = true;
  entry.liveness = Liveness::kAlive;
  entry.heard = now + kFirstBeatGrace;
}

void FailureDetector::Left(plan::NodeId node) {
  const auto found = nodes_.find(node);
  if (found != nodes_.end()) found->second.attached = false;
}

void FailureDetector::Beat(plan::NodeId node, plan::Network network, Nanoseconds now) {
  const auto found = nodes_.find(node);
  if (found == nodes_.end()) return;  // it must attach first
  found->second.beats[static_cast<std::size_t>(network)] = now;
  found->second.heard = now;
}

void FailureDetector::Report(plan::NodeId witness, std::span<const ReceivedCount> counts,
                             Nanoseconds now) {
  for (const ReceivedCount& count : counts) {
    const auto found = nodes_.find(count.sender);
    if (found == nodes_.end() || count.sender == witness) continue;
    Account& account = found->second.accounts[witness];
    const bool progress = account.reported == 0 || count.packets != account.packets;
    account.silent_since = progress ? 0 : account.silent_since != 0 ? account.silent_since : now;
    account.packets = count.packets;
    account.reported = now;
  }
}

// A report tells of the time since the one before it. So silence is proven only by a report that came a beat's period
// after the last beat at the earliest, and only if no receiver still hears the node. Receivers that have stopped
// reporting on it (their plan is over) are not asked.
FailureDetector::Testimony FailureDetector::AskReceivers(const Node& node, Nanoseconds now) const {
  Testimony testimony = Testimony::kNobody;
  for (const auto& [witness, account] : node.accounts) {
    const auto by = nodes_.find(witness);
    if (by == nodes_.end() || now - account.reported > kReportForgotten) continue;
    if (by->second.liveness != Liveness::kAlive) continue;
    if (account.silent_since == 0 || account.reported < node.heard + kBeatPeriod) {
      return Testimony::kHeard;
    }
    testimony = Testimony::kMissed;
  }
  return testimony;
}

bool FailureDetector::IsDead(const Node& node, Nanoseconds now) const {
  const Nanoseconds unheard = now - node.heard;
  if (unheard <= kMissesDead * kBeatPeriod) return false;
  if (!node.attached) return true;
  const Testimony testimony = AskReceivers(node, now);
  if (testimony == Testimony::kNobody) return unheard > kMissesUnwitnessed * kBeatPeriod;
  return testimony == Testimony::kMissed;
}

void FailureDetector::ForgiveOwnStall(Nanoseconds now) {
  const Nanoseconds gap = now - last_tick_;
  if (last_tick_ != 0 && gap > kOwnStall) {
    stall_max_ = std::max(stall_max_, gap);
    for (auto& [id, node] : nodes_) node.heard += gap;
  }
  last_tick_ = now;
}

std::vector<FailureDetector::Change> FailureDetector::Tick(Nanoseconds now) {
  ForgiveOwnStall(now);
  std::vector<Change> changes;
  for (auto& [id, node] : nodes_) {
    const Nanoseconds unheard = now - node.heard;
    Liveness next = Liveness::kAlive;
    if (unheard > kMissesSuspect * kBeatPeriod) next = Liveness::kSuspect;
    if (IsDead(node, now)) next = Liveness::kDead;
    // What has been called dead stays so until it is heard, whatever its receivers' counters do.
    if (node.liveness == Liveness::kDead && next == Liveness::kSuspect) next = Liveness::kDead;
    if (next == node.liveness) continue;
    node.liveness = next;
    changes.push_back({id, next, node.heard});
  }
  return changes;
}

Liveness FailureDetector::LivenessOf(plan::NodeId node) const {
  const auto found = nodes_.find(node);
  return found == nodes_.end() ? Liveness::kDetached : found->second.liveness;
}

Nanoseconds FailureDetector::HeardAt(plan::NodeId node) const {
  const auto found = nodes_.find(node);
  return found == nodes_.end() ? 0 : found->second.heard;
}

bool FailureDetector::HearsNobody(Nanoseconds now) const {
  bool beaten = false;
  for (const auto& [id, node] : nodes_) {
    if (now - node.heard <= kSilenceOfAll) return false;
    beaten = beaten || node.beats != decltype(node.beats){};
  }
  return beaten;
}

bool FailureDetector::HeardOn(plan::NodeId node, plan::Network network, Nanoseconds now) const {
  const auto found = nodes_.find(node);
  if (found == nodes_.end()) return false;
  const Nanoseconds beat = found->second.beats[static_cast<std::size_t>(network)];
  return beat != 0 && now - beat <= kMissesSuspect * kBeatPeriod;
}

}  // namespace continuo::coordinator
