// SPDX-License-Identifier: Apache-2.0
#include "sim/coordinator_process.h"

#include <utility>

#include "sim/costs.h"
#include "sim/world.h"

namespace continuo::sim {
namespace {

constexpr Nanoseconds kTick = Ms(10);
constexpr std::uint64_t kNoNap = ~std::uint64_t{0};

}  // namespace

CoordinatorProcess::CoordinatorProcess(World& world, std::uint64_t life, JournalHome home,
                                       const NodeClock& clock, bool may_end)
    : world_(world),
      life_(life),
      home_(std::move(home)),
      clock_(clock),
      may_end_(may_end),
      fiber_([this] { Live(); }) {}

CoordinatorProcess::~CoordinatorProcess() {
  *nap_ = kNoNap;
}

Nanoseconds CoordinatorProcess::now() const {
  return world_.calendar().now();
}

void CoordinatorProcess::Post(What what) {
  queue_.push_back({clock_.LocalAt(now()), std::move(what)});
}

coordinator::RequestId CoordinatorProcess::Ask(What what) {
  const coordinator::RequestId request = ++last_request_;
  if (coordinator::RequestId* const asked = coordinator::RequestOf(what)) *asked = request;
  Post(std::move(what));
  return request;
}

bool CoordinatorProcess::Turn() {
  const bool idle =
      queue_.empty() && looks_.empty() && clock_.LocalAt(now()) < next_tick_ && !stop_;
  if (waits_ == Waits::kForTime || (waits_ == Waits::kForWork && idle)) return true;
  fiber_.Resume();
  return !fiber_.ended();
}

void CoordinatorProcess::Live() {
  Recover();
  if (!refused_.empty()) return;
  coordinator::Started started;
  started.clock_id = World::kClockId;
  started.n = World::kFirstN;
  started.build_id = "sim";
  started.asset_address = "coordinator:1";
  started.costs = StatedCosts();
  stepper_.emplace(
      state_, *journal_, [this] { return clock_.LocalAt(now()); },
      [this](coordinator::Effect effect) { Perform(std::move(effect)); });
  if (journal_->Held()) stepper_->StepAll({{clock_.LocalAt(now()), started}});
  // It does not begin then, and is begun again.
  dead_ = stepper_->deposed().empty() && !stepper_->trouble().empty();
  if (dead_) return;
  next_tick_ = clock_.LocalAt(now());
  if (Goes()) {
    running_ = begun_ = true;
    world_.OnCoordinatorBegun(life_);
  }
  while (Goes()) {
    waits_ = Waits::kForWork;
    fiber_.Wait();
    waits_ = Waits::kNoMore;
    const Nanoseconds taken = clock_.LocalAt(now());
    std::vector<OnLook> looks;
    looks.swap(looks_);
    if (!stop_ && journal_->Held()) TakeBatch();
    if (!looks.empty() && Goes()) Show(looks);
    deaf_ = may_end_ && HearsNobody(state_, taken);
  }
  running_ = false;
}

void CoordinatorProcess::Recover() {
  journal_ = home_.open(*this, refused_);
  if (journal_ == nullptr) return;
  std::string wrong;
  if (home_.rows) {
    wrong = journal_->Recover(state_);
    row_ = home_.rows();
  } else {
    world_.OnReplayed(row_, state_.ledger);
    wrong = journal_->ForEach([this](const coordinator::Input& input) {
      Replay(state_, input);
      world_.OnReplayed(++row_, state_.ledger);
    });
  }
  if (wrong.empty()) return world_.OnRecovered(state_.ledger);
  if (journal_->Held()) world_.Broken("the journal cannot be read: " + wrong);
}

bool CoordinatorProcess::Goes() const {
  return !stop_ && !deaf_ && stepper_->deposed().empty() && journal_->Held();
}

void CoordinatorProcess::TakeBatch() {
  world_.council().OnBatch(life_);
  std::vector<coordinator::Input> batch;
  batch.swap(queue_);
  const Nanoseconds local = clock_.LocalAt(now());
  coordinator::DateRequests(batch, local);
  if (local >= next_tick_) {
    batch.push_back({local, coordinator::TimerTicked{}});
    next_tick_ = local + kTick;
  }
  stepper_->StepAll(std::move(batch));
}

void CoordinatorProcess::Show(const std::vector<OnLook>& looks) {
  if (!stepper_->MayShow()) return;
  for (const OnLook& look : looks) look(state_);
}

void CoordinatorProcess::Sleep(Nanoseconds most) {
  if (fuse_ >= 0 && early_) Die();
  waits_ = Waits::kForTime;
  const std::function<void()> wake = Waker();
  ++*nap_;
  world_.calendar().In(most, wake);
  fiber_.Wait();
}

std::function<void()> CoordinatorProcess::Waker() {
  return [this, nap = nap_, number = *nap_ + 1] {
    if (*nap == number) EndNap();
  };
}

void CoordinatorProcess::EndNap() {
  if (waits_ != Waits::kForTime) return;
  waits_ = Waits::kNoMore;
  world_.council().TurnLife(life_);
}

void CoordinatorProcess::Die() {
  dead_ = true;
  throw Fiber::Killed{};
}

// Nothing leaves before what it comes from is durable.
void CoordinatorProcess::ExpectDurable() {
  const coordinator::Input* const cause = stepper_->cause();
  if (cause == nullptr || cause == expected_) return;
  expected_ = cause;
  if (!IsDurable(*cause) || !stepper_->trouble().empty()) return;
  if (!home_.holds(*cause, row_)) {
    return world_.Broken("an effect left before its input was durable");
  }
  ++row_;
}

void CoordinatorProcess::Perform(coordinator::Effect effect) {
  ExpectDurable();
  if (fuse_ >= 0 && fuse_-- == 0) Die();
  if (auto* send = std::get_if<coordinator::SendToAgent>(&effect)) {
    world_.control().ToAgent(send->connection, std::move(send->message));
  } else if (auto* close = std::get_if<coordinator::CloseConnection>(&effect)) {
    world_.control().Close(close->connection);
  } else if (auto* answer = std::get_if<coordinator::Answer>(&effect)) {
    world_.OnAnswer(life_, *answer);
  } else if (auto* line = std::get_if<coordinator::LogLine>(&effect)) {
    world_.Trace("coordinator " + std::to_string(life_) + ": " + line->text);
  }
}

}  // namespace continuo::sim
