// SPDX-License-Identifier: Apache-2.0
#include "sim/coordinator_process.h"

#include <algorithm>

#include "sim/world.h"

namespace continuo::sim {
namespace {

constexpr Nanoseconds kTick = Ms(10);
constexpr int kRaisesMax = 16;

}  // namespace

CoordinatorProcess::CoordinatorProcess(World& world, CoordinatorDisk& disk, const NodeClock& clock)
    : world_(world), disk_(disk), clock_(clock) {
  for (const coordinator::Input& input : disk.journal) Replay(state_, input);
  world.OnReplayed(state_.ledger);
  coordinator::Started started;
  started.clock_id = World::kClockId;
  started.n = World::kFirstN;
  started.build_id = "sim";
  started.asset_address = "coordinator:1";
  next_tick_ = clock_.LocalAt(now());
  StepAll({{clock_.LocalAt(now()), started}});
  running_ = true;
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
  std::vector<coordinator::Input> batch;
  batch.swap(queue_);
  coordinator::DateRequests(batch, clock_.LocalAt(now()));
  if (const Nanoseconds local = clock_.LocalAt(now()); local >= next_tick_) {
    batch.push_back({local, coordinator::TimerTicked{}});
    next_tick_ = local + kTick;
  }
  return StepAll(std::move(batch));
}

bool CoordinatorProcess::StepAll(std::vector<coordinator::Input> batch) {
  for (int round = 0; round < kRaisesMax && !batch.empty(); ++round) {
    if (fuse_ >= 0 && early_) return false;
    for (const coordinator::Input& input : batch) {
      if (IsDurable(input)) disk_.journal.push_back(input);
    }
    std::vector<coordinator::Input> raised;
    bool dead = false;
    for (const coordinator::Input& input : batch) {
      if (dead) {
        Replay(state_, input);  // what its successor will find in the journal
      } else {
        dead = !Perform(Step(state_, input), raised);
      }
    }
    if (dead) return false;
    batch = std::move(raised);
  }
  return true;
}

bool CoordinatorProcess::Perform(coordinator::Effects effects,
                                 std::vector<coordinator::Input>& raised) {
  for (coordinator::Effect& effect : effects) {
    if (fuse_ >= 0 && fuse_-- == 0) return false;
    if (auto* send = std::get_if<coordinator::SendToAgent>(&effect)) {
      world_.control().ToAgent(send->connection, std::move(send->message));
    } else if (auto* close = std::get_if<coordinator::CloseConnection>(&effect)) {
      world_.control().Close(close->connection);
    } else if (auto* answer = std::get_if<coordinator::Answer>(&effect)) {
      world_.OnAnswer(*answer);
    } else if (auto* raise = std::get_if<coordinator::Raise>(&effect)) {
      raised.push_back(std::move(raise->input));
    } else if (auto* line = std::get_if<coordinator::LogLine>(&effect)) {
      world_.Trace("coordinator: " + line->text);
    }
  }
  return true;
}

}  // namespace continuo::sim
