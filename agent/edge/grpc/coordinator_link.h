// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "proto/plan/link.h"

namespace continuo::agent {

class LinkDesk;
class LinkStream;

/// The agent's end of the agent link: keeps a stream to every coordinator, says Hello on it, and comes back by itself
/// when it breaks. Delays between attempts are 250, 500, then 1000 ms, without jitter: a stage has tens of
/// nodes, not thousands, and a test wants the same run twice. Of several coordinators one leads, and welcomes; the
/// others hold their stream until they do, and end it then: the agent says Hello anew at once. Whoever welcomed with
/// the highest term is written to.
///
/// Losing the coordinator loses nothing: what must arrive (PlanPrepared, VerdictReached, Incident) waits here, and
/// leaves after the Welcome of the next connection. Of Status only the newest is kept. What was on its way when the
/// stream broke may be lost; the coordinator then asks again (the same EventSubmitted, the same PlanSent).
class CoordinatorLink {
 public:
  struct Options {
    std::vector<std::string> addresses;  ///< host:port of each coordinator
    /// Asked at every connection, so that held_term, held_version and clock_now are of that moment. Any link thread.
    std::function<plan::Hello()> hello;
    /// Every message of a coordinator, each one's in order; Welcome and Refusal too, and of one that leads no longer as
    /// well. Any link thread: hand over, do not work here.
    std::function<void(plan::ToAgent)> received;
    /// A connection came (true) or went (false, with a sentence for the log). Any link thread. May be empty.
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
  const Options options_;
  std::unique_ptr<LinkDesk> desk_;
  std::vector<std::unique_ptr<LinkStream>> streams_;  // one for each address
};

}  // namespace continuo::agent
