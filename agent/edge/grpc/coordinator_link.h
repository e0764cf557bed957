// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "proto/plan/link.h"

namespace continuo::agent {

/// The agent's end of the agent link: keeps one stream to the coordinator, says Hello on it, and comes back by itself
/// when it breaks. Delays between attempts are 250, 500, 1000, then 2000 ms, without jitter: a stage has tens of
/// nodes, not thousands, and a test wants the same run twice.
///
/// Losing the coordinator loses nothing: what must arrive (PlanPrepared, VerdictReached, Incident) waits here, and
/// leaves after the Welcome of the next connection. Of Status only the newest is kept. What was on its way when the
/// stream broke may be lost; the coordinator then asks again (the same EventSubmitted, the same PlanSent).
class CoordinatorLink {
 public:
  struct Options {
    std::string address;  ///< host:port of the coordinator
    /// Asked at every connection, so that held_term, held_version and clock_now are of that moment. Link thread.
    std::function<plan::Hello()> hello;
    /// Every message of the coordinator, in order; Welcome and Refusal too. Link thread: hand over, do not work here.
    std::function<void(plan::ToAgent)> received;
    /// The connection came (true) or went (false, with a sentence for the log). Link thread. May be empty.
    std::function<void(bool connected, const std::string& why)> changed;
  };

  explicit CoordinatorLink(Options options);
  /// Stops.
  ~CoordinatorLink();
  CoordinatorLink(const CoordinatorLink&) = delete;
  CoordinatorLink& operator=(const CoordinatorLink&) = delete;

  /// Starts the threads. Once.
  void Start();
  /// Breaks the stream, waits for the threads; no callback runs afterwards. Idempotent. Not from a callback.
  void Stop();
  /// Queues a message; never waits for the network. Any thread but the audio thread (it takes a lock).
  void Send(plan::FromAgent message);
  /// Welcomed by a coordinator at this moment. Any thread.
  bool connected() const;

 private:
  class Stream;
  std::unique_ptr<Stream> stream_;
};

}  // namespace continuo::agent
