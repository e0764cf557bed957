// SPDX-License-Identifier: Apache-2.0
#include "sim/fleet/light_agent.h"

#include <set>
#include <string>

#include "proto/plan/routes.h"
#include "sim/calendar.h"
#include "sim/world.h"

namespace continuo::sim {
namespace {

using plan::ReplicaState;

constexpr int kRacks = 50;
constexpr std::uint64_t kPacketsPerSecond = 1000;

ReplicaState FirstState(const plan::Replica& replica) {
  if (replica.role == plan::Role::kWitness) return ReplicaState::kWitness;
  const bool joins = replica.origin == plan::Origin::kJoiner;
  return joins ? ReplicaState::kSubscribed : ReplicaState::kInSync;
}

/// A witness takes up what nobody computes any more, and of two the older one.
std::vector<plan::NodeId> BeforeIn(const plan::Task& task, const plan::Replica& witness) {
  std::vector<plan::NodeId> before;
  for (const plan::Replica& other : task.replicas) {
    const bool is_older = other.incarnation < witness.incarnation;
    if (other.role == plan::Role::kCompute || is_older) before.push_back(other.node);
  }
  return before;
}

}  // namespace

LightAgent::LightAgent(int number, bool can_output, Dice dice)
    : number_(number), can_output_(can_output), dice_(dice) {}

plan::Hello LightAgent::Greeting(Nanoseconds now) const {
  plan::Hello hello;
  hello.name = "node-" + std::to_string(number_);
  hello.domain = "rack-" + std::to_string(number_ % kRacks);
  hello.build_id = "sim";
  hello.clock_id = World::kClockId;
  hello.clock_now = now;
  const auto address = 0x0a000001u + static_cast<std::uint32_t>(number_);
  hello.networks.push_back({address, 5004});
  hello.networks.push_back({address + 0x10000, 5004});
  hello.asset_address = hello.name + ":7400";
  hello.can_output = can_output_;
  hello.memory_bytes = std::int64_t{4} << 30;
  return hello;
}

std::vector<LightAgent::Said> LightAgent::Receive(const plan::ToAgent& message, Nanoseconds now,
                                                  MediaTime n) {
  std::vector<Said> said;
  if (const auto* welcome = std::get_if<plan::Welcome>(&message)) {
    id_ = welcome->node;
  } else if (const auto* sent = std::get_if<plan::PlanSent>(&message)) {
    if (sent->plan.start_n == 0) {
      said.push_back({now + Ms(dice_.Between(50, 400)),
                      plan::PlanPrepared{sent->plan.term, sent->plan.version, {}}});
    } else {
      Follow(sent->plan, n);
    }
  } else if (const auto* event = std::get_if<plan::EventSubmitted>(&message)) {
    said.push_back({now + Ms(dice_.Between(1, 20)),
                    plan::VerdictReached{event->task, event->event.id, Verdict::kCommitted}});
  } else if (std::holds_alternative<plan::ShowStopped>(message)) {
    replicas_.clear();
    heard_.clear();
    version_ = 0;
  }
  return said;
}

void LightAgent::Follow(const plan::Plan& plan, MediaTime n) {
  term_ = plan.term;
  version_ = plan.version;
  std::set<Key> planned;
  for (const plan::Task& task : plan.tasks) {
    for (const plan::Replica& replica : task.replicas) {
      if (replica.node != id_) continue;
      const Key key{task.description.id, replica.incarnation};
      planned.insert(key);
      const auto [at, is_new] = replicas_.try_emplace(key);
      Kept& kept = at->second;
      if (is_new) {
        kept.state = FirstState(replica);
        kept.due = n + FramesOfMs(dice_.Between(300, 1500));
      }
      if (kept.state == ReplicaState::kWitness) kept.before = BeforeIn(task, replica);
      if (replica.leaving && !kept.leaving) kept.due = n + FramesOfMs(dice_.Between(300, 600));
      kept.leaving = replica.leaving;
    }
  }
  std::erase_if(replicas_, [&planned](const auto& one) { return !planned.contains(one.first); });
  Hear(plan);
}

void LightAgent::Hear(const plan::Plan& plan) {
  heard_.clear();
  const std::set<plan::TaskId> consumed = plan::ConsumedBy(plan, id_);
  for (const plan::Task& task : plan.tasks) {
    if (!consumed.contains(task.description.id)) continue;
    std::vector<Leg>& legs = heard_[task.description.id];
    for (const plan::Replica& replica : task.replicas) {
      if (replica.role == plan::Role::kCompute) legs.push_back({replica.incarnation, replica.node});
    }
  }
}

plan::Status LightAgent::Report(MediaTime n) {
  packets_ += kPacketsPerSecond;
  plan::Status status;
  status.now = n;
  status.plan_version = version_;
  for (const auto& [key, kept] : replicas_) {
    plan::ReplicaStatus& replica = status.replicas.emplace_back();
    replica.task = key.first;
    replica.incarnation = key.second;
    replica.state = kept.state;
    replica.next = n / 48;
    replica.live_members = 2;
  }
  for (const auto& [task, legs] : heard_) {
    plan::StreamStatus& stream = status.streams.emplace_back();
    stream.task = task;
    for (const Leg& leg : legs) {
      const auto silent = silent_.find(leg.node);
      const std::uint64_t received = silent == silent_.end() ? packets_ : silent->second;
      for (const plan::Network network : {plan::Network::kRed, plan::Network::kBlue}) {
        stream.legs.push_back({leg.incarnation, network, leg.node, received, received / 4, 0, 0,
                               kPacketsPerSecond / 4});
      }
    }
  }
  status.packets_sent = status.packets_received = packets_;
  return status;
}

std::vector<plan::Incident> LightAgent::Turn(MediaTime n) {
  std::vector<plan::Incident> told;
  for (auto& [key, kept] : replicas_) {
    if (n < kept.due) continue;
    plan::Incident incident;
    incident.task = key.first;
    incident.incarnation = key.second;
    incident.n = n;
    if (kept.state == ReplicaState::kSubscribed) {
      kept.state = ReplicaState::kInSync;
      incident.kind = plan::IncidentKind::kJoined;
      told.push_back(incident);
    } else if (kept.takes_up && kept.state == ReplicaState::kWitness) {
      kept.state = ReplicaState::kInSync;
      incident.kind = plan::IncidentKind::kResumed;
      told.push_back(incident);
    } else if (kept.leaving && kept.state != ReplicaState::kRetired) {
      kept.state = ReplicaState::kRetired;
      incident.kind = plan::IncidentKind::kRetired;
      told.push_back(incident);
    }
  }
  return told;
}

std::vector<plan::Incident> LightAgent::Exclude(plan::NodeId lost, MediaTime n) {
  std::vector<plan::Incident> told;
  for (auto& [key, kept] : replicas_) {
    if (std::erase(kept.before, lost) == 0 || !kept.before.empty()) continue;
    kept.due = n + FramesOfMs(400);
    kept.takes_up = true;
  }
  for (const auto& [task, legs] : heard_) {
    for (const Leg& leg : legs) {
      if (leg.node != lost) continue;
      plan::Incident incident;
      incident.kind = plan::IncidentKind::kExcluded;
      incident.task = task;
      incident.n = n;
      incident.differing = lost;
      told.push_back(incident);
      break;
    }
  }
  return told;
}

void LightAgent::Restart() {
  replicas_.clear();
  heard_.clear();
  silent_.clear();
  version_ = 0;
}

void LightAgent::Silence(plan::NodeId sender, bool silent) {
  if (silent) {
    silent_.emplace(sender, packets_);
  } else {
    silent_.erase(sender);
  }
}

}  // namespace continuo::sim
