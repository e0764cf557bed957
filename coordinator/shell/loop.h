// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <condition_variable>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "coordinator/core/coordinator.h"
#include "coordinator/core/journal.h"
#include "coordinator/core/ports.h"
#include "coordinator/core/stepper.h"
#include "proto/clock/clock.h"

namespace continuo::coordinator {

/// The event loop: one thread that owns the core. Inputs wait in one queue; a batch of them becomes durable with one
/// write to disk, then each is stepped and its effects are performed, in order.
///
/// When the journal cannot be written (the disk is full) operators' requests are answered with kExhausted and the
/// show plays on: agents need no coordinator for that. When the journal is another coordinator's, the loop ends: what
/// it knows is old, and nothing more may leave.
class Loop : public Inbox {
 public:
  /// All must outlive the loop. `clock` is the monotonic clock whose id is in Started.
  Loop(clock::Clock& clock, Journal& journal, AgentStreams& streams);
  ~Loop() override;

  void Post(What what) override;
  void Ask(What what, OnReply on_reply) override;
  std::optional<View> Look() override;
  void LookLater(std::function<void(std::optional<View>)> seen) override;
  bool Inspect(const std::function<void(const State&, Nanoseconds now)>& look) override;

  /// Asked once the ledger is rebuilt: what the term begins with. Empty, or why it cannot begin. May take long.
  using Begin = std::function<std::string(const Ledger&, Started&)>;
  /// Rebuilds the ledger from the journal, then begins a new term: with that, or with what `begin` says. What was
  /// posted before counts as of then. Before Run. Empty, or what is wrong.
  std::string Recover(const Started& started);
  std::string Recover(const Begin& begin);
  /// Who is told of the media-time map, on the loop's thread. Before Run.
  void OnMap(std::function<void(const clock::MediaMap&)> tell) { tell_map_ = std::move(tell); }
  enum class End : std::uint8_t {
    kStopped,
    kDeposed,  ///< somebody else writes the journal
    kDeaf,     ///< no node is heard any more; only where that is a reason to end
  };
  /// The loop's thread, until Stop or until it must not go on. Open requests are then answered with kEnded.
  /// `ends_deaf`: somebody else can take over, so it ends when it hears none of the nodes that it heard before.
  End Run(bool ends_deaf = false);
  /// Of End::kDeposed: a sentence. After Run.
  const std::string& deposed() const { return deposed_; }
  /// Any thread.
  void Stop();

 private:
  /// False: it is not shown anything.
  using OnLook = std::function<void(bool shown)>;

  void Enqueue(Input input);
  View ViewNow() const;
  void Turn(std::vector<Input> batch, const std::vector<OnLook>& looks);
  End Close(End end);
  void StepAll(std::vector<Input> batch);
  void Perform(const Effect& effect);
  void Answer(const coordinator::Answer& answer);

  clock::Clock& clock_;
  Journal& journal_;
  AgentStreams& streams_;
  State state_;             // loop thread only
  Stepper stepper_;         // loop thread only
  std::string trouble_;     // loop thread only: why the journal does not take more
  bool recovered_ = false;  // loop thread only: the state is the journal's
  std::function<void(const clock::MediaMap&)> tell_map_;  // loop thread only; may be empty
  std::string deposed_;                                   // loop thread only: why it must not go on
  Nanoseconds next_tick_ = 0;                             // loop thread only

  std::mutex mutex_;
  std::condition_variable wake_;
  std::vector<Input> queue_;
  std::vector<OnLook> looks_;
  std::map<RequestId, OnReply> waiting_;
  RequestId last_request_ = 0;
  bool stop_ = false;
};

}  // namespace continuo::coordinator
