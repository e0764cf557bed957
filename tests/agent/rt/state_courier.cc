// SPDX-License-Identifier: Apache-2.0
#include "agent/rt/state_courier.h"

#include <algorithm>
#include <string>

namespace continuo::test {

using agent::rt::Learned;

void StateCourier::Serve(plan::NodeId id, MediaTime now) {
  Node node = node_of_(id);
  if (node.engine == nullptr) return;  // it is just waking up
  const plan::Plan& plan = node.engine->plan();
  for (const auto& runner : node.engine->runners()) {
    const bool waits =
        runner->active() && (runner->replica().bare() || runner->replica().witness());
    if (!waits) continue;
    const Key key{runner->task(), runner->spec().self};
    Customer& customer = customers_[key];
    if (customer.coming.empty() && now >= customer.not_before) Order(key, customer, plan, id, now);
    Deliver(key, customer, *runner, *node.engine, now);
  }
  ResumeThose(node, now);
}

void StateCourier::Order(const Key& key, Customer& customer, const plan::Plan& plan,
                         plan::NodeId self, MediaTime now) {
  customer.not_before = now + FramesOfMs(20);
  std::vector<plan::Replica> donors = plan::FindTask(plan, key.first)->replicas;
  std::stable_sort(donors.begin(), donors.end(),
                   [](const auto& a, const auto& b) { return a.leaving < b.leaving; });
  for (const plan::Replica& donor : donors) {
    Parcel parcel{{}, donor.node, now + delay_};
    if (donor.node == self || !Fetch(key.first, donor.node, parcel.image)) continue;
    if (spoil_) spoil_(parcel.image);
    customer.coming.push_back(std::move(parcel));
    return;
  }
}

bool StateCourier::Fetch(plan::TaskId task, plan::NodeId donor, std::vector<std::uint8_t>& image) {
  using Result = agent::handoff::SnapshotSlot::Result;
  agent::rt::Engine* const engine = node_of_(donor).engine;
  if (engine == nullptr) return false;
  agent::handoff::SnapshotSlot slot(64);  // too small for anything: it must say so
  engine->Snapshot(task, slot);
  if (slot.result == Result::kTooSmall) {
    slot = agent::handoff::SnapshotSlot(slot.needed);
    engine->Snapshot(task, slot);
  }
  if (slot.result != Result::kWritten) return false;
  slot.bytes.resize(slot.used);
  image = std::move(slot.bytes);
  largest_ = std::max(largest_, image.size());
  return true;
}

agent::rt::Material StateCourier::MaterialOf(const plan::Plan& plan, plan::TaskId task) const {
  std::size_t i = 0;
  while (plan.tasks[i].description.id != task) ++i;
  return materials_of_(plan)[i];
}

void StateCourier::Deliver(const Key& key, Customer& customer,
                           const agent::rt::ReplicaRunner& runner, agent::rt::Engine& engine,
                           MediaTime now) {
  if (customer.coming.empty() || now < customer.coming.front().due) return;
  const Parcel parcel = std::move(customer.coming.front());
  customer.coming.clear();
  if (node_of_(parcel.donor).engine == nullptr) {
    ++lost_;
    return;
  }
  std::string error;
  const bool witness = runner.replica().witness();
  const auto learned =
      witness
          ? Learned::MakeCheckpoint(*engine.program(), key.first, key.second, parcel.image, error)
          : Learned::Make(*engine.program(), key.first, key.second, parcel.image,
                          MaterialOf(engine.plan(), key.first), error);
  if (learned != nullptr) witness ? engine.Checkpoint(*learned, now) : engine.Learn(*learned, now);
  const bool taken = learned != nullptr && learned->outcome == Learned::Outcome::kTaken;
  ++(taken ? carried_ : refused_);
  if (!witness || !taken) return;
  customer.checkpoint = parcel.image;
  // The second one makes it a member.
  const bool member = runner.replica().state() != replica::State::kLearning;
  customer.not_before = now + (member ? period_ : FramesOfMs(200));
}

void StateCourier::ResumeThose(Node& node, MediaTime now) {
  agent::handoff::ResumeNote note;
  while (node.line->resumes.TryReceive(note)) {
    const Customer& customer = customers_[{note.task, note.incarnation}];
    if (customer.checkpoint.empty()) continue;
    std::string error;
    const plan::Plan& plan = node.engine->plan();
    const auto learned = Learned::Make(*node.engine->program(), note.task, note.incarnation,
                                       customer.checkpoint, MaterialOf(plan, note.task), error);
    if (learned != nullptr) node.engine->Resume(*learned, now);
  }
}

}  // namespace continuo::test
