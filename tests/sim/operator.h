// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "coordinator/core/effect.h"
#include "sim/dice.h"
#include "sim/scene.h"

namespace continuo::sim {

class World;

/// The people at the console: they apply the show and ask for changes. Whoever gets no answer (the coordinator died,
/// the connection broke on the way there or back) asks again under the same key, and some ask again though they had
/// one. Every command gets one verdict in the end, and whoever hears of it hears the same.
class Operator {
 public:
  explicit Operator(World& world);

  void ApplyShow();
  /// Asks whatever is due, `t` after the first sample.
  void Ask(Nanoseconds t);
  /// Asks again. Often.
  void Poll();
  /// Wishes nothing more; what was wished before may still be asked again.
  void StopWishing();
  /// From that life of a coordinator.
  void OnAnswer(std::uint64_t life, const coordinator::Answer& answer);
  void OnCoordinatorDied(std::uint64_t life);
  bool show_answered() const { return Show().verdict.has_value(); }
  const coordinator::Reply& show_reply() const;
  /// Commands that have no verdict.
  int open() const;
  /// What nobody has answered, as a sentence; empty if nothing.
  std::string Unanswered() const;
  /// What was acknowledged is in the ledger.
  void Compare(const coordinator::Ledger& ledger) const;
  /// A disk has lost what it had acknowledged, and this is left: nobody is held to what was answered beyond it.
  void Forgive(const coordinator::Ledger& left);
  /// The replies that were heard, oldest first.
  const std::vector<coordinator::Reply>& heard() const { return heard_; }

 private:
  struct Command {
    coordinator::Inbox::What what;
    std::string text;
    std::uint64_t life = 0;  // that was asked, and whose answer is waited for; 0: none
    coordinator::RequestId request = 0;
    Nanoseconds again_at = kNever, patience = kNever;
    int asked = 0;
    std::optional<coordinator::Reply> verdict;
    bool forgiven = false;  // the disk has lost it
  };
  using Lost = std::function<void(const Command& command, const std::string& what)>;

  using Question = std::pair<std::uint64_t, coordinator::RequestId>;

  const Command& Show() const { return commands_.front(); }
  void Wants(coordinator::Inbox::What what, std::string text);
  void Send(std::size_t index);
  int AnySeat();
  void TakeReply(Command& command, const coordinator::Reply& reply);
  void ForEachLost(const coordinator::Ledger& ledger, const Lost& lost) const;

  World& world_;
  Dice dice_;
  std::size_t next_wish_ = 0;
  std::vector<Command> commands_;  // the first is the show
  std::vector<coordinator::Reply> heard_;
  std::map<Question, std::size_t> asked_;
  std::set<Question> answered_;
};

}  // namespace continuo::sim
