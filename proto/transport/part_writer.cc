// SPDX-License-Identifier: Apache-2.0
#include "proto/transport/part_writer.h"

#include <algorithm>
#include <cstdint>
#include <utility>

#include "proto/continuo/v1/agent_link.pb.h"
#include "proto/continuo/v1/plan.pb.h"
#include "proto/transport/plan_codec.h"

// Protocol Buffers' wire format (https://protobuf.dev/programming-guides/encoding/): a message is its fields one after the
// other, each a varint of number and kind, then its value; a message in a message is its length and its bytes.

namespace continuo::transport {
namespace {

void AddVarint(std::uint64_t value, std::string& out) {
  for (; value >= 0x80; value >>= 7) out.push_back(static_cast<char>(value | 0x80));
  out.push_back(static_cast<char>(value));
}

/// A number; 0 is not written, as by Protocol Buffers.
void AddNumber(int field, std::uint64_t value, std::string& out) {
  if (value == 0) return;
  AddVarint(static_cast<std::uint64_t>(field) << 3, out);
  AddVarint(value, out);
}

/// The head of a message, or of bytes, that is so long.
void AddLength(int field, std::size_t length, std::string& out) {
  AddVarint(static_cast<std::uint64_t>(field) << 3 | 2, out);
  AddVarint(length, out);
}

void AddBytes(int field, std::string_view bytes, std::string& out) {
  AddLength(field, bytes.size(), out);
  out.append(bytes);
}

/// One task as a plan of its own says it.
v1::Task TaskAlone(const plan::SharedList<plan::Task>& tasks, std::size_t i) {
  plan::Plan plan;
  plan.tasks.Share(tasks, i);
  v1::Plan out;
  ToProto(plan, out);
  return std::move(*out.mutable_tasks(0));
}

/// The same of a foreign one, with all its wires: what it is made of is left out.
v1::Task ForeignAlone(const plan::Task& of) {
  plan::Plan plan;
  plan::Task& task = plan.tasks.emplace_back(of);
  task.foreign = true;
  task.description = {};
  task.description.id = of.description.id;
  task.description.name = of.description.name;
  task.description.kind = of.description.kind;
  task.description.channels = of.description.channels;
  task.description.input_ports = of.description.input_ports;
  task.description.wires = of.description.wires;
  v1::Plan out;
  ToProto(plan, out);
  return std::move(*out.mutable_tasks(0));
}

std::string NodeField(const plan::Node& node) {
  plan::Plan plan;
  plan.nodes.push_back(node);
  v1::Plan out;
  ToProto(plan, out);
  std::string field;
  AddBytes(v1::Plan::kNodesFieldNumber, out.nodes(0).SerializeAsString(), field);
  return field;
}

/// All but its lists.
std::string HeadOf(const plan::Plan& whole, int deepest) {
  plan::Plan head = whole;
  head.all_tasks = static_cast<int>(whole.tasks.size());
  head.nodes.clear();
  head.tasks.clear();
  head.outputs.clear();
  head.deepest = deepest;
  v1::Plan out;
  ToProto(head, out);
  return out.SerializeAsString();
}

void AddOutputs(const plan::Plan& plan, const std::vector<std::size_t>& chosen, std::string& out) {
  if (chosen.empty()) return;
  plan::Plan part;
  for (const std::size_t i : chosen) part.outputs.Share(plan.outputs, i);
  v1::Plan message;
  ToProto(part, message);
  for (const v1::Output& output : message.outputs()) {
    AddBytes(v1::Plan::kOutputsFieldNumber, output.SerializeAsString(), out);
  }
}

}  // namespace

void PartWriter::Follow(const plan::PlanSent& sent) {
  if (parts_ != nullptr && index().AreOf(sent.plan)) return;
  const plan::Plan& plan = sent.parts->index().plan();
  const plan::SharedList<plan::Task>& now = plan.tasks;
  std::vector<TaskBytes> tasks(now.size());
  if (parts_ != nullptr) {
    const plan::SharedList<plan::Task>& before = index().plan().tasks;
    std::map<plan::TaskId, Index> place_of;
    for (Index i = 0; i < before.size(); ++i) place_of.emplace(before[i].description.id, i);
    for (Index i = 0; i < now.size(); ++i) {
      const auto place = place_of.find(now[i].description.id);
      if (place == place_of.end() || &now[i] != &before[place->second]) continue;
      tasks[i] = std::move(tasks_[place->second]);
    }
  }
  if (parts_ == nullptr || !index().plan().nodes.IsSame(plan.nodes)) {
    nodes_.clear();
    for (const plan::Node& node : plan.nodes) nodes_.push_back(NodeField(node));
  }
  tasks_ = std::move(tasks);
  parts_ = sent.parts;
}

void PartWriter::FollowSources(const plan::PlanSent& sent) {
  if (peers_.IsSame(sent.peers) && sources_.IsSame(sent.asset_sources)) return;
  peers_ = sent.peers;
  sources_ = sent.asset_sources;
  peers_of_.clear();
  sources_of_.clear();
  sources_of_nobody_.clear();
  std::map<std::string_view, plan::NodeId> owners;
  const plan::SharedList<plan::Peer>& peers = sent.peers;
  for (Index i = 0; i < peers.size(); ++i) {
    v1::Peer peer;
    peer.set_node(peers[i].node);
    peer.set_address(peers[i].address);
    AddBytes(v1::PlanSent::kPeersFieldNumber, peer.SerializeAsString(), peers_of_[peers[i].node]);
    owners.emplace(peers[i].address, peers[i].node);
  }
  for (Index i = 0; i < sent.asset_sources.size(); ++i) {
    const auto owner = owners.find(sent.asset_sources[i]);
    (owner == owners.end() ? sources_of_nobody_ : sources_of_[owner->second]).push_back(i);
  }
}

void PartWriter::AddTask(const plan::PartIndex::Selection& chosen,
                         const plan::PartIndex::ChosenTask& one, std::string& out) {
  const plan::SharedList<plan::Task>& tasks = index().plan().tasks;
  TaskBytes& bytes = tasks_[one.task];
  std::string depth;
  AddNumber(v1::Task::kDepthFieldNumber, static_cast<std::uint64_t>(index().depth(one.task)),
            depth);
  if (one.own) {
    if (bytes.own.empty()) bytes.own = TaskAlone(tasks, one.task).SerializeAsString();
    AddLength(v1::Plan::kTasksFieldNumber, bytes.own.size() + depth.size(), out);
    out += bytes.own;
    out += depth;
    return;
  }
  if (bytes.foreign_head.empty()) {
    v1::Task message = ForeignAlone(tasks[one.task]);
    v1::TaskDescription head = message.description();
    head.clear_wires();
    bytes.foreign_head = head.SerializeAsString();
    for (const v1::Wire& wire : message.description().wires()) {
      AddBytes(v1::TaskDescription::kWiresFieldNumber, wire.SerializeAsString(),
               bytes.wires.emplace_back());
    }
    message.clear_description();
    bytes.foreign_tail = message.SerializeAsString();
  }
  std::string description = bytes.foreign_head;
  for (std::size_t i = 0; i < bytes.wires.size(); ++i) {
    if (plan::Contains(chosen, index().SourceOf(one.task, i))) description += bytes.wires[i];
  }
  std::string made;
  AddBytes(v1::Task::kDescriptionFieldNumber, description, made);
  AddLength(v1::Plan::kTasksFieldNumber, made.size() + bytes.foreign_tail.size() + depth.size(),
            out);
  out += made;
  out += bytes.foreign_tail;
  out += depth;
}

std::string PartWriter::PlanOf(const plan::PlanSent& sent,
                               const plan::PartIndex::Selection& chosen) {
  std::string out = HeadOf(sent.plan, index().deepest());
  for (const Index i : chosen.nodes) out += nodes_[i];
  for (const plan::PartIndex::ChosenTask& one : chosen.tasks) AddTask(chosen, one, out);
  AddOutputs(index().plan(), chosen.outputs, out);
  return out;
}

void PartWriter::AddSources(const plan::PlanSent& sent, const plan::PartIndex::Selection& chosen,
                            std::string& out) const {
  std::vector<Index> sources = sources_of_nobody_;
  std::string peers;
  for (const Index i : chosen.nodes) {
    const plan::NodeId node = index().plan().nodes[i].id;
    if (node == sent.to) continue;
    if (const auto of = peers_of_.find(node); of != peers_of_.end()) {
      peers += of->second;
    }
    if (const auto of = sources_of_.find(node); of != sources_of_.end()) {
      sources.insert(sources.end(), of->second.begin(), of->second.end());
    }
  }
  std::ranges::sort(sources);
  for (const Index i : sources) {
    AddBytes(v1::PlanSent::kAssetSourcesFieldNumber, sources_[i], out);
  }
  out += peers;
}

void PartWriter::Write(const plan::PlanSent& sent, v1::ToAgent& out) {
  Follow(sent);
  FollowSources(sent);
  const plan::PartIndex::Selection chosen = index().Select(sent.to);
  std::string message;
  AddBytes(v1::PlanSent::kPlanFieldNumber, PlanOf(sent, chosen), message);
  AddSources(sent, chosen, message);
  out.Clear();
  *out.GetReflection()->MutableUnknownFields(&out)->AddLengthDelimited(
      v1::ToAgent::kPlanSentFieldNumber) = std::move(message);
}

}  // namespace continuo::transport
