// SPDX-License-Identifier: Apache-2.0
#include "agent-mcu/bridge/slice_of.h"

#include "agent/rt/program.h"
#include "dsp/kernels/registry.h"
#include "proto/plan/lead.h"
#include "proto/plan/routes.h"

namespace continuo::mcu {
namespace {

using agent::rt::Program;
using agent::rt::ReplicaSpec;

/// What of a task a board cannot play; nullptr: nothing.
const char* Beyond(const plan::Task& task, const ReplicaSpec& replica) {
  const dsp::TaskDescription& description = task.description;
  if (plan::IsConductor(task)) return "is the conductor";
  if (!description.notes.file.empty()) return "plays notes of a file";
  if (!description.assets.empty()) return "plays assets";
  if (!description.automation.empty()) return "follows curves";
  if (!description.scenes.empty()) return "has scenes";
  const dsp::KernelDescription* const kernel = dsp::FindKernel(description.kind.view());
  if (kernel != nullptr && kernel->live) return "hears a device";
  if (replica.role != plan::Role::kCompute) return "needs a witness";
  return nullptr;
}

Members MembersOf(const std::vector<agent::rt::Producer>& producers) {
  Members members;
  for (const agent::rt::Producer& p : producers) {
    members.push_back({p.incarnation, p.node, p.founder, p.witness});
  }
  return members;
}

Stream StreamOf(const plan::StreamSpec& spec) {
  return {.ssrc = spec.ssrc,
          .epoch = spec.epoch,
          .generation = spec.id.generation,
          .control = spec.control,
          .first_channel = static_cast<std::uint8_t>(spec.first_channel),
          .channels = static_cast<std::uint8_t>(spec.channels)};
}

bool FillStreams(const Program& program, const ReplicaSpec& replica, Slice& slice) {
  bool fits = replica.control == 0;
  for (const agent::rt::ReceivedSpec& spec : program.received) {
    fits &= slice.received.push_back(
        {StreamOf(spec.stream), MembersOf(spec.producers), spec.first, spec.end});
  }
  for (const agent::rt::Feed& feed : replica.wires) {
    fits &= slice.feeds.push_back(
        {static_cast<std::uint8_t>(feed.first), static_cast<std::uint8_t>(feed.groups)});
  }
  for (const agent::rt::SentSpec& sent : replica.sent) {
    fits &= slice.sent.push_back(StreamOf(sent.stream));
  }
  for (const agent::rt::Peer& receiver : replica.sent.front().receivers) {
    fits &= slice.receivers.push_back(receiver.node);
  }
  for (const agent::rt::Peer& peer : program.peers) {
    if (peer.node == program.self || peer.networks.empty() || peer.networks[0].ip == 0) continue;
    fits &= slice.places.push_back({peer.node, peer.networks[0].ip, peer.networks[0].port});
  }
  return fits;
}

}  // namespace

std::string SliceOf(const plan::Plan& plan, plan::NodeId self, Slice& slice, bool& has_part) {
  Program program;
  const std::string wrong = agent::rt::DeriveProgram(plan, self, program);
  if (!wrong.empty()) return wrong;
  if (!program.outputs.empty()) return "a board has no outputs";
  has_part = !program.replicas.empty();
  if (!has_part) return {};
  if (program.replicas.size() > 1) {
    return "a board plays one task, and the plan gives it " +
           std::to_string(program.replicas.size()) + "; say with `on:` where the others belong";
  }
  const ReplicaSpec& replica = program.replicas.front();
  const plan::Task& task = plan.tasks[static_cast<std::size_t>(replica.task)];
  const std::string name = "task " + std::string(task.description.name.view());
  if (const char* const beyond = Beyond(task, replica)) {
    return name + " " + beyond + ", which a board cannot do; say with `on:` where it belongs";
  }
  if (plan::LongestPromise(plan) != plan.timing.promise) {
    return name +
           " is on a board, which has no room to hear so far ahead of time as the `lead` of "
           "another task asks "
           "for; leave that out, or say with `on:` where this one belongs";
  }
  slice = {};
  slice.version = plan.version;
  slice.node = self;
  slice.quantum = static_cast<std::uint8_t>(plan.quantum);
  slice.promise = plan.timing.promise;
  slice.silence = plan.timing.silence;
  slice.repair_after = plan.timing.repair_after;
  slice.hold = replica.hold;
  slice.session = plan.session;
  slice.session.n0 = plan.start_n;
  slice.task = task.description;
  slice.rewired = task.rewired;
  slice.self = replica.self;
  slice.leaving = replica.leaving;
  slice.wanted = static_cast<std::uint8_t>(replica.wanted);
  slice.first = replica.first;
  slice.end = std::min(replica.end, PacketIndex{kMediaTimeLimit} - 1);
  slice.members = MembersOf(replica.members);
  if (!FillStreams(program, replica, slice)) {
    return name + " has more wires, channels or nodes around it than a board knows (8 streams, 2 " +
           "channel groups, 16 nodes)";
  }
  return {};
}

}  // namespace continuo::mcu
