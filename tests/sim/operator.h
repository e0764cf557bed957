// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <string>

#include "coordinator/core/effect.h"
#include "sim/scene.h"

namespace continuo::sim {

class World;

/// The people at the console: they apply the show, ask for changes, and count the answers. A question that was open
/// when the coordinator died is answered by the broken connection, and by nothing else.
class Operator {
 public:
  explicit Operator(World& world) : world_(world) {}

  void ApplyShow();
  /// Asks whatever is due, `t` after the first sample.
  void Ask(Nanoseconds t);
  /// Whoever wished to use a node again may have found no coordinator; what waits for room would wait for ever.
  void UndrainAll();
  void OnAnswer(const coordinator::Answer& answer);
  void OnCoordinatorDied();
  bool show_answered() const { return show_answered_; }
  const coordinator::Reply& show_reply() const { return show_reply_; }
  int open() const { return static_cast<int>(open_.size()); }
  /// What nobody has answered, as a sentence; empty if nothing.
  std::string Unanswered() const;

 private:
  World& world_;
  std::size_t next_wish_ = 0;
  std::map<coordinator::RequestId, std::string> open_;
  std::map<coordinator::RequestId, std::string> answered_;  // of this life of the coordinator
  coordinator::RequestId show_request_ = 0;
  coordinator::Reply show_reply_;
  bool show_answered_ = false;
};

}  // namespace continuo::sim
