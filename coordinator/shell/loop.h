// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <condition_variable>
#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <vector>

#include "coordinator/core/coordinator.h"
#include "coordinator/core/ports.h"
#include "coordinator/edge/store/journal.h"
#include "proto/clock/clock.h"

namespace continuo::coordinator {

/// The event loop: one thread that owns the core. Inputs wait in one queue; a batch of them becomes durable with one
/// write to disk, then each is stepped and its effects are performed, in order.
///
/// When the journal cannot be written (the disk is full) operators' requests are answered with kExhausted and the
/// show plays on: agents need no coordinator for that.
class Loop : public Inbox {
 public:
  /// All must outlive the loop. `clock` is the monotonic clock whose id is in Started.
  Loop(clock::Clock& clock, Journal& journal, AgentStreams& streams);
  ~Loop() override;

  ConnectionId NewConnection() override;
  void Post(What what) override;
  void Ask(What what, OnReply on_reply) override;
  View Look() override;
  void Inspect(const std::function<void(const State&, Nanoseconds now)>& look) override;

  /// Rebuilds the ledger from the journal, then begins a new term. Before Run. Empty, or what is wrong.
  std::string Recover(const Started& started);
  /// The loop's thread, until Stop. Open requests are then answered with kUnavailable.
  void Run();
  /// Any thread.
  void Stop();

 private:
  void Enqueue(Input input);
  void StepAll(std::vector<Input> batch);
  bool MakeDurable(const std::vector<Input>& batch);
  void RefuseDurable(std::vector<Input>& batch);
  void Perform(Effects effects, std::vector<Input>& raised);
  void Answer(const coordinator::Answer& answer);

  clock::Clock& clock_;
  Journal& journal_;
  AgentStreams& streams_;
  State state_;          // loop thread only
  std::string trouble_;  // loop thread only: why the journal does not take more

  std::mutex mutex_;
  std::condition_variable wake_;
  std::vector<Input> queue_;
  std::vector<std::function<void()>> looks_;
  std::map<RequestId, OnReply> waiting_;
  RequestId last_request_ = 0;
  bool stop_ = false;
  std::atomic<ConnectionId> last_connection_{0};
};

}  // namespace continuo::coordinator
