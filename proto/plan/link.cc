// SPDX-License-Identifier: Apache-2.0
#include "proto/plan/link.h"

#include <set>
#include <string_view>

namespace continuo::plan {

const char* ToString(ReplicaState state) {
  switch (state) {
    case ReplicaState::kEmpty:
      return "empty";
    case ReplicaState::kInSync:
      return "in-sync";
    case ReplicaState::kTainted:
      return "tainted";
    case ReplicaState::kFenced:
      return "fenced";
    case ReplicaState::kSubscribed:
      return "subscribed";
    case ReplicaState::kSnapshot:
      return "snapshot";
    case ReplicaState::kCatchUp:
      return "catch-up";
    case ReplicaState::kShadow:
      return "shadow";
    case ReplicaState::kWitness:
      return "witness";
    case ReplicaState::kRetired:
      return "retired";
  }
  return "unknown";
}

const char* ToString(IncidentKind kind) {
  switch (kind) {
    case IncidentKind::kDivergence:
      return "divergence";
    case IncidentKind::kConcealed:
      return "concealed";
    case IncidentKind::kTainted:
      return "tainted";
    case IncidentKind::kFenced:
      return "fenced";
    case IncidentKind::kReturned:
      return "returned";
    case IncidentKind::kExcluded:
      return "excluded";
    case IncidentKind::kOutputError:
      return "output-error";
    case IncidentKind::kStall:
      return "stall";
    case IncidentKind::kOverrun:
      return "overrun";
    case IncidentKind::kJoined:
      return "joined";
    case IncidentKind::kRetired:
      return "retired";
    case IncidentKind::kJoinFailed:
      return "join-failed";
    case IncidentKind::kHashDiffers:
      return "hash-differs";
    case IncidentKind::kResumed:
      return "resumed";
    case IncidentKind::kStateRefused:
      return "state-refused";
    case IncidentKind::kDeviceStarted:
      return "device-started";
    case IncidentKind::kDeviceLost:
      return "device-lost";
    case IncidentKind::kDeviceUneven:
      return "device-uneven";
    case IncidentKind::kGuarded:
      return "guarded";
    case IncidentKind::kNotKept:
      return "not-kept";
    case IncidentKind::kHoldover:
      return "holdover";
    case IncidentKind::kStrangeClock:
      return "strange-clock";
    case IncidentKind::kPtpSilent:
      return "ptp-silent";
    case IncidentKind::kClockWell:
      return "clock-well";
    case IncidentKind::kMarginLow:
      return "margin-low";
    case IncidentKind::kMarginWell:
      return "margin-well";
  }
  return "unknown";
}

PlanSent ForItsNode(const PlanSent& sent) {
  if (sent.parts == nullptr) return sent;
  PlanSent made;
  const Plan part = sent.parts->Of(sent.to);
  made.plan = sent.plan;
  made.plan.nodes = part.nodes;
  made.plan.tasks = part.tasks;
  made.plan.outputs = part.outputs;
  made.plan.deepest = part.deepest;
  made.plan.all_tasks = part.all_tasks;
  std::set<NodeId> near;
  for (const Node& node : part.nodes) near.insert(node.id);
  // Who computes the same has the same assets.
  std::set<std::string_view> far;
  for (std::size_t i = 0; i < sent.peers.size(); ++i) {
    const Peer& peer = sent.peers[i];
    if (peer.node != sent.to && near.contains(peer.node)) {
      made.peers.Share(sent.peers, i);
    } else {
      far.insert(peer.address);
    }
  }
  for (std::size_t i = 0; i < sent.asset_sources.size(); ++i) {
    if (!far.contains(sent.asset_sources[i])) made.asset_sources.Share(sent.asset_sources, i);
  }
  return made;
}

}  // namespace continuo::plan
