// SPDX-License-Identifier: Apache-2.0
#include "proto/transport/part_writer.h"

#include <algorithm>
#include <cstdint>
#include <map>
#include <optional>
#include <utility>

#include "proto/continuo/v1/agent_link.pb.h"
#include "proto/continuo/v1/plan.pb.h"
#include "proto/plan/task_places.h"
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

std::string BytesOf(const plan::Task& task) {
  v1::Task message;
  ToProto(task, message);
  return message.SerializeAsString();
}

/// The same of a foreign one, with all its wires: what it is made of is left out.
v1::Task ForeignOf(const plan::Task& of) {
  plan::Task task = plan::ForeignWithoutWires(of);
  task.description.wires = of.description.wires;
  task.depth = of.depth;
  v1::Task message;
  ToProto(task, message);
  return message;
}

std::string NodeField(const plan::Node& node) {
  v1::Node message;
  ToProto(node, message);
  std::string field;
  AddBytes(v1::Plan::kNodesFieldNumber, message.SerializeAsString(), field);
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

/// Of things that belong to nodes, those of that one; nullptr: it has none.
template <typename T>
const T* At(const std::vector<T>& of_nodes, plan::NodeId node) {
  return node < of_nodes.size() ? &of_nodes[node] : nullptr;
}
template <typename T>
T& Make(std::vector<T>& of_nodes, plan::NodeId node) {
  if (node >= of_nodes.size()) of_nodes.resize(node + 1u);
  return of_nodes[node];
}

}  // namespace

void PartWriter::Follow(const plan::PlanSent& sent) {
  if (parts_ != nullptr && index().AreOf(sent.plan)) return;
  const plan::Plan& plan = sent.parts->index().plan();
  const plan::SharedList<plan::Task>& now = plan.tasks;
  std::vector<TaskBytes> tasks(now.size());
  if (parts_ != nullptr) {
    const plan::SharedList<plan::Task>& before = index().plan().tasks;
    const plan::TaskPlaces places(before);
    for (Index i = 0; i < now.size(); ++i) {
      const std::optional<Index> place = places.Of(now[i].description.id);
      if (place && &now[i] == &before[*place]) tasks[i] = std::move(tasks_[*place]);
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
    AddBytes(v1::PlanSent::kPeersFieldNumber, peer.SerializeAsString(),
             Make(peers_of_, peers[i].node));
    owners.emplace(peers[i].address, peers[i].node);
  }
  for (Index i = 0; i < sent.asset_sources.size(); ++i) {
    const auto owner = owners.find(sent.asset_sources[i]);
    (owner == owners.end() ? sources_of_nobody_ : Make(sources_of_, owner->second)).push_back(i);
  }
}

void PartWriter::AddTask(const plan::PartIndex::Selection& chosen,
                         const plan::PartIndex::ChosenTask& one) {
  const plan::Task& task = index().plan().tasks[one.task];
  TaskBytes& bytes = tasks_[one.task];
  std::string depth;
  AddNumber(v1::Task::kDepthFieldNumber, static_cast<std::uint64_t>(index().depth(one.task)),
            depth);
  if (one.own) {
    if (bytes.own.empty()) bytes.own = BytesOf(task);
    AddLength(v1::Plan::kTasksFieldNumber, bytes.own.size() + depth.size(), plan_);
    plan_ += bytes.own;
    plan_ += depth;
    return;
  }
  if (bytes.foreign_head.empty()) WriteForeign(task, bytes);
  std::size_t length = bytes.foreign_head.size();
  const auto is_chosen = [&](std::size_t wire) {
    return chosen.all_tasks.Has(index().SourceOf(one.task, wire));
  };
  for (std::size_t i = 0; i < bytes.wires.size(); ++i) {
    if (is_chosen(i)) length += bytes.wires[i].size();
  }
  std::string head;
  AddLength(v1::Task::kDescriptionFieldNumber, length, head);
  AddLength(v1::Plan::kTasksFieldNumber,
            head.size() + length + bytes.foreign_tail.size() + depth.size(), plan_);
  plan_ += head;
  plan_ += bytes.foreign_head;
  for (std::size_t i = 0; i < bytes.wires.size(); ++i) {
    if (is_chosen(i)) plan_ += bytes.wires[i];
  }
  plan_ += bytes.foreign_tail;
  plan_ += depth;
}

void PartWriter::WriteForeign(const plan::Task& task, TaskBytes& bytes) {
  v1::Task message = ForeignOf(task);
  v1::TaskDescription& head = *message.mutable_description();
  bytes.wires.reserve(static_cast<std::size_t>(head.wires_size()));
  for (const v1::Wire& wire : head.wires()) {
    AddBytes(v1::TaskDescription::kWiresFieldNumber, wire.SerializeAsString(),
             bytes.wires.emplace_back());
  }
  head.clear_wires();
  bytes.foreign_head = head.SerializeAsString();
  message.clear_description();
  bytes.foreign_tail = message.SerializeAsString();
}

void PartWriter::WritePlan(const plan::PlanSent& sent, const plan::PartIndex::Selection& chosen) {
  plan_.clear();  // it keeps its room
  plan_ += HeadOf(sent.plan, index().deepest());
  for (const Index i : chosen.nodes) plan_ += nodes_[i];
  for (const plan::PartIndex::ChosenTask& one : chosen.tasks) AddTask(chosen, one);
  for (const Index i : chosen.outputs) {
    v1::Output output;
    ToProto(index().plan().outputs[i], output);
    AddBytes(v1::Plan::kOutputsFieldNumber, output.SerializeAsString(), plan_);
  }
}

void PartWriter::AddSources(const plan::PlanSent& sent, const plan::PartIndex::Selection& chosen,
                            std::string& out) const {
  std::vector<Index> sources = sources_of_nobody_;
  std::string peers;
  for (const Index i : chosen.nodes) {
    const plan::NodeId node = index().plan().nodes[i].id;
    if (node == sent.to) continue;
    if (const std::string* const of = At(peers_of_, node)) peers += *of;
    if (const std::vector<Index>* const of = At(sources_of_, node)) {
      sources.insert(sources.end(), of->begin(), of->end());
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
  WritePlan(sent, chosen);
  std::string sources, message;
  AddSources(sent, chosen, sources);
  message.reserve(plan_.size() + sources.size() + 16);
  AddBytes(v1::PlanSent::kPlanFieldNumber, plan_, message);
  message += sources;
  out.Clear();
  *out.GetReflection()->MutableUnknownFields(&out)->AddLengthDelimited(
      v1::ToAgent::kPlanSentFieldNumber) = std::move(message);
}

}  // namespace continuo::transport
