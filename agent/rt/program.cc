// SPDX-License-Identifier: Apache-2.0
#include "agent/rt/program.h"

#include <algorithm>
#include <limits>
#include <set>

#include "proto/wire/rtp.h"

namespace continuo::agent::rt {
namespace {

using plan::FindTask;
using plan::NodeId;
using plan::TaskId;

bool RunsOn(const plan::Task& task, NodeId node) {
  return std::any_of(task.replicas.begin(), task.replicas.end(),
                     [node](const plan::Replica& r) { return r.node == node; });
}

bool IsConductor(const plan::Task& task) {
  return task.description.id == dsp::kConductorId;
}

/// Every node that needs the output of `from`: it runs a consumer of it, or plays it.
bool Consumes(const plan::Plan& plan, NodeId node, const plan::Task& from) {
  const TaskId id = from.description.id;
  for (const plan::Output& output : plan.outputs) {
    if (output.node == node && output.from == id) return true;
  }
  for (const plan::Task& task : plan.tasks) {
    if (IsConductor(task) || !RunsOn(task, node)) continue;
    if (IsConductor(from)) return true;
    for (const dsp::Wire& wire : task.description.wires) {
      if (wire.from == id) return true;
    }
  }
  return false;
}

std::vector<StreamSpec> StreamsOf(const plan::Task& task, int quantum) {
  StreamSpec whole;
  whole.id = {task.description.id, task.generation, 0, 0};
  whole.epoch = task.epoch;
  std::vector<StreamSpec> streams;
  if (IsConductor(task)) {
    whole.control = true;
    whole.payload_bytes = wire::kMaxPayloadBytes;
    streams.push_back(whole);
  } else {
    const int step = stream::ChannelsPerGroup(quantum);
    for (int channel = 0; channel < task.description.channels; channel += step) {
      StreamSpec group = whole;
      group.id.group = static_cast<std::uint8_t>(streams.size());
      group.first_channel = channel;
      group.channels = std::min(step, task.description.channels - channel);
      group.payload_bytes = static_cast<std::size_t>(group.channels * quantum) * sizeof(float);
      streams.push_back(group);
    }
  }
  for (StreamSpec& stream : streams) stream.ssrc = stream::SsrcOf(stream.id);
  return streams;
}

std::vector<Producer> ProducersOf(const plan::Task& task) {
  std::vector<Producer> producers;
  for (const plan::Replica& r : task.replicas) producers.push_back({r.incarnation, r.node});
  return producers;
}

/// How many tasks lie before each task on the longest way to it; the conductor is 0.
std::vector<int> Depths(const plan::Plan& plan) {
  std::vector<int> depths(plan.tasks.size(), 0);
  for (std::size_t i = 0; i < plan.tasks.size(); ++i) {
    if (IsConductor(plan.tasks[i])) continue;
    depths[i] = 1;
    for (const dsp::Wire& wire : plan.tasks[i].description.wires) {
      for (std::size_t j = 0; j < i; ++j) {
        if (plan.tasks[j].description.id == wire.from)
          depths[i] = std::max(depths[i], depths[j] + 1);
      }
    }
  }
  return depths;
}

class Derivation {
 public:
  Derivation(const plan::Plan& plan, NodeId self, Program& program)
      : plan_(plan), self_(self), program_(program), depths_(Depths(plan)) {}

  std::string Run() {
    program_ = {};
    program_.self = self_;
    program_.plan = plan_;
    program_.first = PacketOf(plan_.start_n, plan_.quantum);
    program_.end = std::numeric_limits<PacketIndex>::max();
    if (plan_.length > 0) {
      program_.end = program_.first + (plan_.length + plan_.quantum - 1) / plan_.quantum;
    }
    if (std::string wrong = CheckIdentities(); !wrong.empty()) return wrong;
    AddPeers();
    AddReceived();
    AddReplicas();
    for (const plan::Output& output : plan_.outputs) {
      if (output.node != self_) continue;
      program_.outputs.push_back({output.id, output.name, output.from, FeedOf(output.from)});
    }
    return {};
  }

 private:
  std::string CheckIdentities() const {
    std::set<std::uint32_t> ssrcs;
    for (const plan::Task& task : plan_.tasks) {
      for (const StreamSpec& stream : StreamsOf(task, plan_.quantum)) {
        if (!ssrcs.insert(stream.ssrc).second) {
          return "two streams of this plan have the same SSRC; give task " +
                 std::string(task.description.name.view()) + " another generation";
        }
      }
      for (const dsp::Wire& wire : task.description.wires) {
        if (FindTask(plan_, wire.from) == nullptr) {
          return "task " + std::string(task.description.name.view()) +
                 " has a wire from a task that is not in the plan";
        }
      }
    }
    for (const plan::Output& output : plan_.outputs) {
      if (FindTask(plan_, output.from) == nullptr) {
        return "output " + output.name + " plays a task that is not in the plan";
      }
    }
    return {};
  }

  void AddPeers() {
    for (const plan::Node& node : plan_.nodes) {
      Peer peer{node.id, {}};
      for (const plan::Endpoint& at : node.networks) peer.networks.push_back({at.address, at.port});
      program_.peers.push_back(peer);
    }
  }

  void AddReceived() {
    for (const plan::Task& task : plan_.tasks) {
      if (!Consumes(plan_, self_, task)) continue;
      for (const StreamSpec& stream : StreamsOf(task, plan_.quantum)) {
        program_.received.push_back({stream, ProducersOf(task)});
      }
    }
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

  Frames HoldOf(int depth) const {
    const int deepest = std::max(1, *std::max_element(depths_.begin(), depths_.end()));
    return plan_.timing.playout / 2 + plan_.timing.playout / 4 * depth / deepest;
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
    replica.members = ProducersOf(task);
    replica.hold = HoldOf(depths_[index]);
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

  std::vector<NodeId> ReceiversOf(const plan::Task& task) const {
    std::vector<NodeId> nodes;
    for (const plan::Node& node : plan_.nodes) {
      if (node.id != self_ && Consumes(plan_, node.id, task)) nodes.push_back(node.id);
    }
    return nodes;
  }

  const plan::Plan& plan_;
  const NodeId self_;
  Program& program_;
  const std::vector<int> depths_;
};

}  // namespace

std::string DeriveProgram(const plan::Plan& plan, plan::NodeId self, Program& program) {
  if (plan.tasks.empty() || !IsConductor(plan.tasks.front())) {
    return "the plan does not begin with the conductor";
  }
  if (!IsQuantum(plan.quantum)) return "the plan has no valid quantum";
  return Derivation(plan, self, program).Run();
}

}  // namespace continuo::agent::rt
