// SPDX-License-Identifier: Apache-2.0
#include "sim/state_desk.h"

#include <algorithm>
#include <utility>

#include "sim/wire_tap.h"
#include "sim/world.h"

namespace continuo::sim {
namespace {

namespace core = agent::core;
using agent::handoff::Command;
using agent::handoff::SnapshotSlot;

constexpr std::int64_t kBytesPerSecond = 12'500'000;
constexpr int kMaxServing = 16;
constexpr std::size_t kFirstRoom = 40'000;

}  // namespace

StateDesk::StateDesk(World& world, Machine& machine, std::uint64_t life, agent::handoff::Line& line)
    : world_(world), machine_(machine), life_(life), line_(line) {}

StateDesk::~StateDesk() = default;

Nanoseconds StateDesk::now() const {
  return machine_.clock.LocalAt(world_.calendar().now());
}

void StateDesk::Follow(const plan::Plan& plan, plan::NodeId self,
                       const std::vector<plan::Peer>& peers) {
  Perform(joins_.Follow(plan, self, peers));
}

void StateDesk::Stop() {
  Perform(joins_.Stop());
}

void StateDesk::Turn(const agent::handoff::Counters& counters, Nanoseconds now) {
  CollectSnapshots();
  CollectLearned();
  agent::handoff::ResumeNote resume;
  while (line_.resumes.TryReceive(resume)) {
    Perform(joins_.On(core::ResumeWanted{{resume.task, resume.incarnation}}, now));
  }
  std::vector<core::ReplicaSeen> seen;
  for (const agent::handoff::ReplicaCounters& replica : counters.replicas) {
    const core::ReplicaKey key{replica.task, replica.incarnation};
    seen_[key] = replica.state;
    seen.push_back({key, replica.state, replica.join.behind, replica.join.in_sync_at,
                    replica.join.error[0] != 0});
  }
  Perform(joins_.See(seen, now));
}

void StateDesk::Perform(std::vector<core::JoinEffect> effects) {
  for (const core::JoinEffect& effect : effects) {
    std::visit([this](const auto& wanted) { Do(wanted); }, effect);
  }
}

// ---- for replicas of this machine

void StateDesk::Do(const core::FetchState& fetch) {
  fetches_[fetch.fetch] = fetch;
  world_.Trace(machine_.name + " asks node " + std::to_string(fetch.donor) +
               " for the state of task " + std::to_string(fetch.replica.task) +
               (fetch.checkpoint ? " as a checkpoint" : ""));
  world_.CarryState(machine_.number, life_, fetch.fetch, fetch.address,
                    {fetch.replica.task, fetch.generation, fetch.not_before, fetch.may_be_tainted});
}

void StateDesk::Do(const core::AbandonFetch& abandon) {
  fetches_.erase(abandon.fetch);
  fetched_.erase(abandon.fetch);
}

void StateDesk::Arrived(std::uint32_t number, State state) {
  const auto found = fetches_.find(number);
  if (found == fetches_.end()) return;  // abandoned
  const core::FetchState fetch = found->second;
  fetches_.erase(found);
  core::StateFetched told{.fetch = number,
                          .error = state.error,
                          .busy = state.busy,
                          .next = state.next,
                          .bytes = state.bytes.size()};
  if (told.error.empty() && DigestOf(state.bytes) != state.digest) {
    told.error = "its hash is not the one that was announced";
  }
  if (told.error.empty()) {
    if (!fetch.checkpoint) world_.MayFlip(state.bytes);
    const auto& made = fetch.checkpoint ? make_checkpoint : make;
    fetched_[number] = made(fetch.replica, std::move(state.bytes), told.error);
    if (told.error.empty() && !fetch.checkpoint) ++world_.outcome().transfers;
  }
  if (!told.error.empty()) world_.Trace(machine_.name + ": a state did not come: " + told.error);
  Perform(joins_.On(told, now()));
}

void StateDesk::Do(const core::LearnState& learn) {
  Give(learn.replica, std::move(fetched_[learn.fetch]), Command::Kind::kLearn);
  fetched_.erase(learn.fetch);
}

void StateDesk::Do(const core::KeepCheckpoint& keep) {
  Give(keep.replica, std::move(fetched_[keep.fetch]), Command::Kind::kCheckpoint);
  fetched_.erase(keep.fetch);
}

void StateDesk::Do(const core::ResumeTask& resume) {
  std::string error;
  auto learned = make(resume.replica, checkpoints_[resume.replica], error);
  if (learned == nullptr) {
    world_.Broken(machine_.name + " cannot resume from its checkpoint: " + error);
    return;
  }
  world_.Trace(machine_.name + " resumes task " + std::to_string(resume.replica.task));
  Give(resume.replica, std::move(learned), Command::Kind::kResume);
}

void StateDesk::Do(const core::GiveUp& give_up) {
  world_.Trace(machine_.name + ": a join failed: " + give_up.error);
  on_give_up(give_up.replica, give_up.error);
}

void StateDesk::Give(core::ReplicaKey replica, std::unique_ptr<agent::rt::Learned> learned,
                     Command::Kind kind) {
  if (learned == nullptr) return;
  agent::rt::Learned* const lent = learned.get();
  lent_[lent] = {std::move(learned), kind};
  line_.commands.TrySend({.kind = kind,
                          .task = replica.task,
                          .event = {},
                          .incarnation = replica.incarnation,
                          .learned = lent});
}

void StateDesk::CollectLearned() {
  agent::rt::Learned* learned = nullptr;
  while (line_.learned.TryReceive(learned)) {
    const core::StateLearned told{{learned->task, learned->incarnation},
                                  learned->outcome == agent::rt::Learned::Outcome::kTaken,
                                  lent_[learned].kind == Command::Kind::kCheckpoint};
    if (told.checkpoint && told.taken) checkpoints_[told.replica] = std::move(learned->bytes);
    lent_.erase(learned);
    Perform(joins_.On(told, now()));
  }
}

// ---- for others

void StateDesk::Serve(const StateWish& wish, std::function<void(State)> answer) {
  State no;
  if (serving_ >= kMaxServing) {
    no.busy = true;
    no.error = "it gives to too many already";
    return answer(std::move(no));
  }
  ++serving_;
  Send({std::make_unique<SnapshotSlot>(kFirstRoom), wish, std::move(answer)});
}

void StateDesk::Send(Order order) {
  SnapshotSlot* const slot = order.slot.get();
  const plan::TaskId task = order.wish.task;
  orders_[slot] = std::move(order);
  line_.commands.TrySend(
      {.kind = Command::Kind::kSnapshot, .task = task, .event = {}, .slot = slot});
}

bool StateDesk::IsTainted(plan::TaskId task, Incarnation incarnation) const {
  const auto seen = seen_.find({task, incarnation});
  return seen == seen_.end() || seen->second != plan::ReplicaState::kInSync;
}

void StateDesk::CollectSnapshots() {
  SnapshotSlot* slot = nullptr;
  while (line_.snapshots.TryReceive(slot)) {
    Order order = std::move(orders_[slot]);
    orders_.erase(slot);
    if (slot->result == SnapshotSlot::Result::kTooSmall) {
      order.slot = std::make_unique<SnapshotSlot>(slot->needed + slot->needed / 4);
      Send(std::move(order));
      continue;
    }
    --serving_;
    State state;
    if (slot->result != SnapshotSlot::Result::kWritten) {
      state.error = "it has no state of that task";
    } else if (slot->next < order.wish.not_before) {
      state.error = "its state is older than what was asked for";
    } else if (!order.wish.may_be_tainted && IsTainted(slot->task, slot->incarnation)) {
      state.error = "its state is tainted";
    } else {
      state.bytes.assign(slot->bytes.begin(),
                         slot->bytes.begin() + static_cast<std::ptrdiff_t>(slot->used));
      state.next = slot->next;
      state.digest = DigestOf(state.bytes);
    }
    order.answer(std::move(state));
  }
}

}  // namespace continuo::sim
