// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <map>
#include <utility>
#include <vector>

#include "proto/plan/link.h"
#include "sim/dice.h"

namespace continuo::sim {

/// What a coordinator sees of an agent, and no more: it greets, prepares, reports and says how joins went. It computes
/// nothing. It keeps of a plan only what it reports on, so that thousands fit into one process.
class LightAgent {
 public:
  struct Said {
    Nanoseconds at = 0;
    plan::FromAgent message;
  };

  LightAgent(int number, bool can_output, Dice dice);

  plan::Hello Greeting(Nanoseconds now) const;
  /// The stream's messages, in order. What it answers, each at its time.
  std::vector<Said> Receive(const plan::ToAgent& message, Nanoseconds now, MediaTime n);
  plan::Status Report(MediaTime n);
  /// What has become true by now: joiners are in sync, those that leave have left.
  std::vector<plan::Incident> Turn(MediaTime n);
  /// Of the tasks that it hears or computes: who of them is heard no more.
  /// What it keeps as a witness it will take up, if its turn has come.
  std::vector<plan::Incident> Exclude(plan::NodeId lost, MediaTime n);
  /// The process ended; all is forgotten but its name.
  void Restart();

  plan::NodeId id() const { return id_; }
  /// Plans that came and could not be read would be counted here; stays 0.
  bool holds_plan() const { return version_ != 0; }
  std::uint32_t version() const { return version_; }
  std::size_t replicas() const { return replicas_.size(); }
  /// Whom it receives from sends no more, or sends again.
  void Silence(plan::NodeId sender, bool silent);

 private:
  using Key = std::pair<plan::TaskId, Incarnation>;
  struct Kept {
    plan::ReplicaState state = plan::ReplicaState::kInSync;
    bool leaving = false, takes_up = false;
    MediaTime due = 0;  ///< joiner: in sync from then on; leaving: gone; witness: takes the task up
    std::vector<plan::NodeId>
        before;  ///< witness: who computes the task, and who would take it up before
  };
  struct Leg {
    Incarnation incarnation = 0;
    plan::NodeId node = 0;
  };

  void Follow(const plan::Plan& plan, MediaTime n);
  void Hear(const plan::Plan& plan);

  const int number_;
  const bool can_output_;
  Dice dice_;
  plan::NodeId id_ = 0;
  std::uint64_t term_ = 0;
  std::uint32_t version_ = 0;
  std::map<Key, Kept> replicas_;
  std::map<plan::TaskId, std::vector<Leg>> heard_;
  std::map<plan::NodeId, std::uint64_t> silent_;  // sender: packets at which it stopped
  std::uint64_t packets_ = 0;
};

}  // namespace continuo::sim
