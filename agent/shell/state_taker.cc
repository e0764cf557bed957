// SPDX-License-Identifier: Apache-2.0
#include "agent/shell/state_taker.h"

#include <algorithm>
#include <cstdio>
#include <utility>

namespace continuo::agent {
namespace {

constexpr Nanoseconds kLookPeriod = 10'000'000;

core::ReplicaSeen SeenOf(const handoff::ReplicaCounters& counters) {
  return {.replica = {counters.task, counters.incarnation},
          .state = counters.state,
          .behind = counters.join.behind,
          .in_sync_at = counters.join.in_sync_at,
          .failed = counters.join.error[0] != '\0'};
}

}  // namespace

StateTaker::StateTaker(Outside outside)
    : outside_(std::move(outside)), workers_(core::kMaxFetches) {}

StateTaker::~StateTaker() {
  for (const auto& [number, running] : running_) running->call.Cancel();
}

void StateTaker::Follow(std::shared_ptr<const rt::Program> program,
                        const std::vector<rt::Material>& materials,
                        const std::vector<plan::Peer>& peers) {
  program_ = std::move(program);
  materials_ = materials;
  Perform(joins_.Follow(program_->plan, program_->self, peers));
  std::erase_if(checkpoints_,
                [this](const auto& kept) { return joins_.ProgressOf(kept.first) == nullptr; });
}

void StateTaker::Stop() {
  Perform(joins_.Stop());
  checkpoints_.clear();
}

bool StateTaker::Turn(const handoff::Counters& counters, Nanoseconds now) {
  TakeBack(now);
  handoff::ResumeNote wanted;
  while (outside_.line->resumes.TryReceive(wanted)) {
    Perform(joins_.On(core::ResumeWanted{{wanted.task, wanted.incarnation}}, now));
  }
  if (now < next_look_) return !lent_.empty();
  next_look_ = now + kLookPeriod;
  for (const auto& [number, running] : running_) {
    if (running->total == 0) continue;
    joins_.On(core::StateProgressed{number, running->bytes, running->total});
  }
  std::vector<core::ReplicaSeen> seen;
  for (const handoff::ReplicaCounters& replica : counters.replicas) seen.push_back(SeenOf(replica));
  Perform(joins_.See(seen, now));
  return !lent_.empty();
}

void StateTaker::Handle(Arrived arrived, Nanoseconds now) {
  const std::uint32_t number = arrived.fetched.fetch;
  if (running_.erase(number) == 0) return;  // abandoned
  const core::StateFetched fetched = arrived.fetched;
  if (fetched.error.empty()) arrived_.emplace(number, std::move(arrived));
  Perform(joins_.On(fetched, now));
  arrived_.erase(number);  // if nobody wanted it
}

void StateTaker::Handle(Restored restored, Nanoseconds now) {
  if (restored.learned != nullptr) return Lend(std::move(restored.learned), Kind::kResume);
  std::fprintf(stderr, "continuo-agent: the checkpoint of %s cannot be used: %s\n",
               NameOf(restored.replica.task).c_str(), restored.error.c_str());
  Perform(joins_.On(core::StateLearned{restored.replica, false}, now));
}

void StateTaker::AddTo(plan::Status& status) const {
  joins_.AddTo(status);
}

// ---- what core::Joins wants

void StateTaker::Perform(const core::Joins::Effects& effects) {
  for (const core::JoinEffect& effect : effects) {
    std::visit([this](const auto& one) { Perform(one); }, effect);
  }
}

void StateTaker::Perform(const core::FetchState& fetch) {
  const StateWish wish{fetch.replica.task, fetch.generation, fetch.not_before,
                       fetch.may_be_tainted};
  const auto running = std::make_shared<Running>(fetch, wish);
  running_[fetch.fetch] = running;
  workers_.Do([running, recipe = RecipeOf(fetch.replica.task), done = outside_.arrived] {
    done(Fetch(*running, recipe));
  });
}

void StateTaker::Perform(const core::AbandonFetch& abandon) {
  const auto at = running_.find(abandon.fetch);
  if (at == running_.end()) return;
  at->second->call.Cancel();
  running_.erase(at);
}

void StateTaker::Perform(const core::LearnState& learn) {
  const auto at = arrived_.find(learn.fetch);
  if (at != arrived_.end()) Lend(std::move(at->second.learned), Kind::kLearn);
}

void StateTaker::Perform(const core::KeepCheckpoint& keep) {
  const auto at = arrived_.find(keep.fetch);
  if (at != arrived_.end()) Lend(std::move(at->second.learned), Kind::kCheckpoint);
}

void StateTaker::Perform(const core::ResumeTask& resume) {
  workers_.Do([replica = resume.replica, image = checkpoints_[resume.replica],
               recipe = RecipeOf(resume.replica.task), done = outside_.restored] {
    Restored restored{replica, nullptr, ""};
    restored.learned = rt::Learned::Make(*recipe.program, replica.task, replica.incarnation, image,
                                         recipe.material, restored.error);
    done(std::move(restored));
  });
}

void StateTaker::Perform(const core::StateRefused& refused) {
  outside_.tell({.kind = plan::IncidentKind::kStateRefused,
                 .task = refused.replica.task,
                 .differing = refused.donor,
                 .text = "no state of " + NameOf(refused.replica.task) + " from " +
                         NodeName(refused.donor) + ": " + refused.error,
                 .incarnation = refused.replica.incarnation});
}

void StateTaker::Perform(const core::GiveUp& given_up) {
  outside_.tell({.kind = plan::IncidentKind::kJoinFailed,
                 .task = given_up.replica.task,
                 .text = "a replica of " + NameOf(given_up.replica.task) +
                         " could not join: " + given_up.error,
                 .incarnation = given_up.replica.incarnation});
}

// ---- to and from the audio thread

void StateTaker::Lend(std::unique_ptr<rt::Learned> learned, Kind kind) {
  outside_.send({.kind = kind,
                 .task = learned->task,
                 .incarnation = learned->incarnation,
                 .learned = learned.get()});
  lent_.push_back({std::move(learned), kind});
}

void StateTaker::TakeBack(Nanoseconds now) {
  rt::Learned* back = nullptr;
  while (outside_.line->learned.TryReceive(back)) {
    const auto lent =
        std::ranges::find(lent_, back, [](const Lent& one) { return one.learned.get(); });
    if (lent == lent_.end()) continue;
    const core::StateLearned learned{{back->task, back->incarnation},
                                     back->outcome == rt::Learned::Outcome::kTaken,
                                     lent->kind == Kind::kCheckpoint};
    const bool kept =
        learned.checkpoint && learned.taken && joins_.ProgressOf(learned.replica) != nullptr;
    if (kept) checkpoints_[learned.replica] = std::move(back->bytes);
    lent_.erase(lent);
    Perform(joins_.On(learned, now));
  }
}

std::string StateTaker::NameOf(plan::TaskId task) const {
  const plan::Task* const planned =
      program_ == nullptr ? nullptr : plan::FindTask(program_->plan, task);
  return planned == nullptr ? "task " + std::to_string(task)
                            : std::string(planned->description.name.view());
}

std::string StateTaker::NodeName(plan::NodeId node) const {
  const plan::Node* const planned =
      program_ == nullptr ? nullptr : plan::FindNode(program_->plan, node);
  return planned == nullptr ? "node " + std::to_string(node) : planned->name;
}

// ---- on threads of its own

StateTaker::Recipe StateTaker::RecipeOf(plan::TaskId task) const {
  Recipe recipe{program_, {}};
  const auto& tasks = program_->plan.tasks;
  for (std::size_t i = 0; i < tasks.size() && i < materials_.size(); ++i) {
    if (tasks[i].description.id == task) recipe.material = materials_[i];
  }
  return recipe;
}

std::unique_ptr<rt::TaskBody> StateTaker::MakeBody(const Recipe& recipe, plan::TaskId task,
                                                   std::string& error) {
  const plan::Task* const planned = plan::FindTask(recipe.program->plan, task);
  if (planned != nullptr) {
    return rt::TaskBody::Make(recipe.program->plan, *planned, recipe.material, error);
  }
  error = "the task is not in the plan";
  return nullptr;
}

StateTaker::Arrived StateTaker::Fetch(Running& running, const Recipe& recipe) {
  const core::FetchState& what = running.what;
  const core::ReplicaKey key = what.replica;
  std::unique_ptr<rt::TaskBody> body;  // made while its state comes
  std::string wrong;
  StateReceived received = running.call.Run([&](std::uint64_t bytes, std::uint64_t total) {
    running.bytes = bytes;
    running.total = total;
    if (bytes == 0 && !what.checkpoint) body = MakeBody(recipe, key.task, wrong);
  });
  Arrived arrived{{.fetch = what.fetch,
                   .error = received.error,
                   .busy = received.busy,
                   .next = received.state.next,
                   .bytes = received.state.bytes.size()},
                  nullptr};
  if (!received.error.empty()) return arrived;
  std::string& error = arrived.fetched.error;
  error = std::move(wrong);
  if (!error.empty()) return arrived;
  std::vector<std::uint8_t> image = std::move(received.state.bytes);
  arrived.learned = what.checkpoint
                        ? rt::Learned::MakeCheckpoint(*recipe.program, key.task, key.incarnation,
                                                      std::move(image), error)
                        : rt::Learned::Make(*recipe.program, key.task, key.incarnation,
                                            std::move(image), std::move(body), error);
  return arrived;
}

}  // namespace continuo::agent
