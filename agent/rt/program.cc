// SPDX-License-Identifier: Apache-2.0
#include "agent/rt/program.h"

#include <algorithm>
#include <limits>
#include <set>

#include "agent/handoff/counters.h"
#include "proto/plan/hold.h"
#include "proto/plan/validate.h"

namespace continuo::agent::rt {
namespace {

using plan::FindTask;
using plan::IsConductor;
using plan::NodeId;
using plan::StreamsOf;
using plan::TaskId;

std::vector<Producer> ProducersOf(const plan::Task& task) {
  std::vector<Producer> producers;
  for (const plan::Replica& r : task.replicas) {
    producers.push_back({r.incarnation, r.node, r.origin == plan::Origin::kFounder,
                         r.role == plan::Role::kWitness});
  }
  return producers;
}

class Derivation {
 public:
  Derivation(const plan::Plan& plan, NodeId self, Program& program)
      : plan_(plan),
        self_(self),
        program_(program),
        depths_(plan::Depths(plan)),
        deepest_(plan::DeepestOf(plan, depths_)) {}

  void Run() {
    program_ = {};
    program_.self = self_;
    program_.plan = plan_;
    program_.first = PacketOf(plan_.start_n, plan_.quantum);
    program_.end = std::numeric_limits<PacketIndex>::max();
    if (plan_.length > 0) {
      program_.end = program_.first + (plan_.length + plan_.quantum - 1) / plan_.quantum;
    }
    AddPeers();
    AddReceived();
    AddReplicas();
    for (const plan::Output& output : plan_.outputs) {
      if (output.node != self_) continue;
      OutputSpec& spec = program_.outputs.emplace_back();
      spec = {output.id, output.name, output.from, output.offset, {}};
      for (const dsp::Wire& wire : plan::WiresOf(output)) {
        spec.sources.push_back({wire, FeedOf(wire.from)});
      }
    }
    NoteNeeds();
  }

 private:
  PacketIndex FirstOf(const plan::Task& task) const {
    return std::max(program_.first, PacketOf(task.span.begins, plan_.quantum));
  }
  PacketIndex EndOf(const plan::Task& task) const {
    return std::min(program_.end, PacketOf(task.span.ends, plan_.quantum));
  }

  void AddPeers() {
    for (const plan::Node& node : plan_.nodes) {
      Peer peer{node.id, {}};
      for (const plan::Endpoint& at : node.networks) peer.networks.push_back({at.address, at.port});
      program_.peers.push_back(peer);
    }
  }

  void AddReceived() {
    const std::set<TaskId> consumed = plan::ConsumedBy(plan_, self_);
    for (const plan::Task& task : plan_.tasks) {
      if (!consumed.contains(task.description.id)) continue;
      for (const StreamSpec& stream : StreamsOf(task, plan_.quantum)) {
        program_.received.push_back(
            {stream, WitnessHears(task), ProducersOf(task), FirstOf(task), EndOf(task)});
      }
    }
  }

  // The witness may come here later, when the stream is long being received.
  bool WitnessHears(const plan::Task& from) const {
    const auto hears = [&](const plan::Task& task) {
      return task.wanted == 1 && !IsConductor(task) && (IsConductor(from) || IsWired(from, task));
    };
    return std::any_of(plan_.tasks.begin(), plan_.tasks.end(), hears);
  }

  static bool IsWired(const plan::Task& from, const plan::Task& to) {
    const auto& wires = to.description.wires;
    return std::any_of(wires.begin(), wires.end(),
                       [&from](const dsp::Wire& wire) { return wire.from == from.description.id; });
  }

  int IndexOf(std::uint32_t ssrc) const {
    for (std::size_t i = 0; i < program_.received.size(); ++i) {
      if (program_.received[i].stream.ssrc == ssrc) return static_cast<int>(i);
    }
    return -1;
  }

  Feed FeedOf(TaskId from) const {
    const plan::Task& task = *FindTask(plan_, from);
    const std::vector<StreamSpec> streams = StreamsOf(task, plan_.quantum);
    return {IndexOf(streams.front().ssrc), static_cast<int>(streams.size()),
            task.description.channels};
  }

  Frames HoldOf(int depth) const { return plan::HoldOf(plan_.timing.playout, depth, deepest_); }

  /// The earliest hold of those who consume the task's output.
  Frames DueOf(const plan::Task& from) const {
    Frames due = plan_.timing.playout;
    for (std::size_t i = 0; i < plan_.tasks.size(); ++i) {
      const plan::Task& to = plan_.tasks[i];
      const bool hears = IsConductor(from) ? !IsConductor(to) : IsWired(from, to);
      if (hears) due = std::min(due, HoldOf(depths_[i]));
    }
    return due;
  }

  void AddReplicas() {
    for (std::size_t i = 0; i < plan_.tasks.size(); ++i) {
      const plan::Task& task = plan_.tasks[i];
      for (const plan::Replica& r : task.replicas) {
        if (r.node == self_) AddReplica(static_cast<int>(i), r);
      }
    }
  }

  void AddReplica(int index, const plan::Replica& r) {
    const plan::Task& task = plan_.tasks[index];
    ReplicaSpec replica;
    replica.task = index;
    replica.self = r.incarnation;
    replica.origin = r.origin;
    replica.role = r.role;
    replica.leaving = r.leaving;
    replica.wanted = task.wanted;
    replica.others_leave =
        std::any_of(task.replicas.begin(), task.replicas.end(), [&r](const plan::Replica& other) {
          return other.leaving && other.incarnation != r.incarnation;
        });
    replica.members = ProducersOf(task);
    replica.first = FirstOf(task);
    replica.end = EndOf(task);
    replica.hold = HoldOf(depths_[index]);
    replica.due = DueOf(task);
    if (!IsConductor(task)) {
      replica.control = FeedOf(dsp::kConductorId).first;
      for (const dsp::Wire& wire : task.description.wires) {
        replica.wires.push_back(FeedOf(wire.from));
      }
    }
    for (const StreamSpec& stream : StreamsOf(task, plan_.quantum)) {
      replica.sent.push_back({stream, IndexOf(stream.ssrc), ReceiversOf(task)});
    }
    replica.feeds_output = std::any_of(
        plan_.outputs.begin(), plan_.outputs.end(),
        [&task](const plan::Output& output) { return output.from == task.description.id; });
    program_.replicas.push_back(std::move(replica));
  }

  void Need(const Feed& feed, Frames after) {
    for (int index = feed.first; index < feed.first + feed.groups; ++index) {
      Frames& needed = program_.received[static_cast<std::size_t>(index)].needed_after;
      needed = needed == 0 ? after : std::min(needed, after);
    }
  }

  void NoteNeeds() {
    for (const ReplicaSpec& replica : program_.replicas) {
      if (replica.control >= 0) Need({replica.control, 1, 0}, replica.hold);
      for (const Feed& feed : replica.wires) Need(feed, replica.hold);
    }
    for (const OutputSpec& output : program_.outputs) {
      for (const auto& source : output.sources)
        Need(source.feed, plan_.timing.playout + output.offset);
    }
  }

  std::vector<Peer> ReceiversOf(const plan::Task& task) const {
    std::vector<Peer> receivers;
    for (const NodeId node : plan::ReceiversOf(plan_, task)) {
      const auto is = [node](const Peer& peer) { return peer.node == node; };
      const auto at = std::find_if(program_.peers.begin(), program_.peers.end(), is);
      if (node != self_ && at != program_.peers.end()) receivers.push_back(*at);
    }
    return receivers;
  }

  const plan::Plan& plan_;
  const NodeId self_;
  Program& program_;
  const std::vector<int> depths_;
  const int deepest_;
};

/// A foreign task has nothing to run, and what is seen of replicas has room for so many.
std::string CheckNumber(const plan::Plan& plan, NodeId self) {
  std::size_t replicas = 0;
  for (const plan::Task& task : plan.tasks) {
    if (!plan::RunsOn(task, self)) continue;
    if (task.foreign) return "the plan is the part of another node";
    ++replicas;
  }
  if (replicas <= handoff::kMaxReplicas) return {};
  return "this node is to run " + std::to_string(replicas) + " replicas; at most " +
         std::to_string(handoff::kMaxReplicas) + " are possible";
}

}  // namespace

std::string DeriveProgram(const plan::Plan& plan, plan::NodeId self, Program& program) {
  if (std::string wrong = plan::Validate(plan); !wrong.empty()) return wrong;
  if (std::string wrong = CheckNumber(plan, self); !wrong.empty()) return wrong;
  Derivation(plan, self, program).Run();
  return {};
}

}  // namespace continuo::agent::rt
