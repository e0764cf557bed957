// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "agent/core/joins.h"
#include "agent/edge/state/state_fetch.h"
#include "agent/handoff/line.h"
#include "agent/rt/learned.h"
#include "agent/shell/workers.h"

namespace continuo::agent {

/// Brings states to the replicas of this node that wait for them: does what core::Joins decides. All of it belongs to
/// the agent's loop, but for the work of its own threads: fetching and restoring.
class StateTaker {
 public:
  /// What a thread has done; to be handed back by Handle.
  struct Arrived {
    core::StateFetched fetched;
    std::unique_ptr<rt::Learned> learned;  ///< nullptr: fetched.error says why
  };
  struct Restored {
    core::ReplicaKey replica;
    std::unique_ptr<rt::Learned> learned;  ///< nullptr: error says why
    std::string error;
  };
  struct Outside {
    handoff::Line* line = nullptr;
    std::function<void(const handoff::Command&)> send;  ///< loop
    std::function<void(plan::Incident)> tell;           ///< loop; without its n
    std::function<void(Arrived)> arrived;               ///< any thread: to be posted to the loop
    std::function<void(Restored)> restored;             ///< likewise
  };
  explicit StateTaker(Outside outside);
  /// Ends all transfers. What is lent to the audio thread must have come back, or that thread be gone.
  ~StateTaker();

  /// This plan is with the audio thread. `materials` as rt::Engine::Make.
  void Follow(std::shared_ptr<const rt::Program> program,
              const std::vector<rt::Material>& materials, const std::vector<plan::Peer>& peers);
  void Stop();
  /// Every turn of the loop. `counters`: what the audio thread has said last. True: that has a state which is to come
  /// back.
  bool Turn(const handoff::Counters& counters, Nanoseconds now);
  void Handle(Arrived arrived, Nanoseconds now);
  void Handle(Restored restored, Nanoseconds now);
  /// What the audio thread does not know of joins.
  void AddTo(plan::Status& status) const;

 private:
  /// A fetch under way, shared with the thread that runs it.
  struct Running {
    Running(const core::FetchState& wanted, const StateWish& wish)
        : what(wanted), call(wanted.address, wish) {}
    const core::FetchState what;
    StateFetch call;
    std::atomic<std::uint64_t> bytes{0}, total{0};
  };
  /// What a task's body is made from.
  struct Recipe {
    std::shared_ptr<const rt::Program> program;
    rt::Material material;
  };
  Recipe RecipeOf(plan::TaskId task) const;
  static std::unique_ptr<rt::TaskBody> MakeBody(const Recipe& recipe, plan::TaskId task,
                                                std::string& error);
  static Arrived Fetch(Running& running, const Recipe& recipe);

  void Perform(const core::Joins::Effects& effects);
  void Perform(const core::FetchState& fetch);
  void Perform(const core::AbandonFetch& abandon);
  void Perform(const core::LearnState& learn);
  void Perform(const core::KeepCheckpoint& keep);
  void Perform(const core::ResumeTask& resume);
  void Perform(const core::StateRefused& refused);
  void Perform(const core::GiveUp& given_up);
  using Kind = handoff::Command::Kind;
  /// What is with the audio thread.
  struct Lent {
    std::unique_ptr<rt::Learned> learned;
    Kind kind = Kind::kLearn;
  };
  void Lend(std::unique_ptr<rt::Learned> learned, Kind kind);
  void TakeBack(Nanoseconds now);
  std::string NameOf(plan::TaskId task) const;
  std::string NodeName(plan::NodeId node) const;

  const Outside outside_;
  core::Joins joins_;
  std::shared_ptr<const rt::Program> program_;
  std::vector<rt::Material> materials_;
  std::map<std::uint32_t, std::shared_ptr<Running>> running_;  // by number of the fetch
  std::map<std::uint32_t, Arrived> arrived_;                   // until it is used
  std::map<core::ReplicaKey, std::vector<std::uint8_t>> checkpoints_;
  std::vector<Lent> lent_;
  Nanoseconds next_look_ = 0;
  Workers workers_;  // ends first
};

}  // namespace continuo::agent
