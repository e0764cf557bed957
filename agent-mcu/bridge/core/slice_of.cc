// SPDX-License-Identifier: Apache-2.0
#include "agent-mcu/bridge/core/slice_of.h"

#include <algorithm>

#include "agent/rt/program.h"
#include "dsp/kernels/registry.h"
#include "proto/mcu/frame.h"
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

/// Its own of the streams that the board hears, in the order of its wires.
class Hearing {
 public:
  Hearing(const Program& program, Slice& slice) : program_(program), slice_(slice) {}

  /// Where in slice.received the stream is that program.received has at `index`; -1: there is no room.
  int Of(int index) {
    const auto at = std::find(heard_.begin(), heard_.end(), index);
    if (at != heard_.end()) return static_cast<int>(at - heard_.begin());
    const agent::rt::ReceivedSpec& spec = program_.received[static_cast<std::size_t>(index)];
    const bool fits = slice_.received.push_back(
        {StreamOf(spec.stream), MembersOf(spec.producers), spec.first, spec.end});
    if (!fits) return -1;
    heard_.push_back(index);
    return static_cast<int>(heard_.size()) - 1;
  }

 private:
  const Program& program_;
  Slice& slice_;
  std::vector<int> heard_;
};

bool FillStreams(const Program& program, const ReplicaSpec& replica, Slice& slice) {
  Hearing hearing(program, slice);
  bool fits = hearing.Of(replica.control) == 0;
  for (const agent::rt::Feed& feed : replica.wires) {
    const int first = hearing.Of(feed.first);
    for (int group = 1; group < feed.groups; ++group) fits &= hearing.Of(feed.first + group) >= 0;
    fits &= first > 0 && slice.feeds.push_back({static_cast<std::uint8_t>(first),
                                                static_cast<std::uint8_t>(feed.groups)});
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

std::string SliceOf(const Program& program, const ReplicaSpec& replica, Slice& slice) {
  const plan::Plan& plan = program.plan;
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
  slice.version = plan.version;
  slice.node = program.self;
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

}  // namespace

std::string SlicesOf(const plan::Plan& plan, plan::NodeId self, std::vector<Slice>& slices) {
  slices.clear();
  Program program;
  if (std::string wrong = agent::rt::DeriveProgram(plan, self, program); !wrong.empty()) {
    return wrong;
  }
  if (!program.outputs.empty()) return "a board has no outputs";
  if (program.replicas.size() > kMaxParts) {
    return "a board has " + std::to_string(kMaxParts) + " seats, and the plan gives it " +
           std::to_string(program.replicas.size()) +
           " tasks; say with `on:` where the others belong";
  }
  for (const ReplicaSpec& replica : program.replicas) {
    std::string wrong = SliceOf(program, replica, slices.emplace_back());
    if (!wrong.empty()) return wrong;
  }
  return {};
}

}  // namespace continuo::mcu
