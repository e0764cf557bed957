// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <condition_variable>
#include <functional>
#include <list>
#include <memory>
#include <mutex>
#include <string>
#include <utility>

#include "agent/edge/state/state_service.h"
#include "agent/handoff/line.h"

namespace continuo::agent {

/// Gives the states of this node's replicas to others: takes wishes from the threads of the server to the agent's loop,
/// which asks the audio thread over the line, and brings back what it wrote.
class StateGiver {
 public:
  /// `wake` makes the loop turn soon, if it sleeps; called on threads of the server.
  explicit StateGiver(std::function<void()> wake = [] {}) : wake_(std::move(wake)) {}

  /// Any thread but the loop's. Blocks for two seconds at most. A state that is not as new as it is wished will often
  /// be soon: until then it is waited for.
  StateGiven Give(const StateWish& wish);
  /// From now on nobody waits here. Any thread.
  void Close();

  /// The agent's loop, every turn. `counters`: what the audio thread has said last. True: somebody waits for an answer.
  bool Turn(handoff::Line& line, const handoff::Counters& counters);

 private:
  using Slot = handoff::SnapshotSlot;
  struct Asked {
    StateWish wish;
    std::unique_ptr<Slot> slot;
    std::size_t room = 0;  // for the next slot; 0: as the counters say
    bool out = false;      // the slot is on the other side
    bool behind = false;   // it was older than it is wished
    bool tainted = false;
    bool left = false;  // nobody waits for it any more
    bool answered = false;
    StateGiven given;
  };
  void Ask(Asked& asked, handoff::Line& line, const handoff::Counters& counters);
  void TakeBack(Slot* slot);
  static void Answer(Asked& asked, StateGiven::Answer answer, std::string why);
  static void AnswerNothing(Asked& asked);
  static void Open(Asked& asked);

  const std::function<void()> wake_;
  std::mutex mutex_;
  std::condition_variable changed_;
  bool closed_ = false;
  std::list<Asked> all_;
};

}  // namespace continuo::agent
