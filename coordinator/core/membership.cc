// SPDX-License-Identifier: Apache-2.0
#include "coordinator/core/membership.h"

#include <algorithm>

#include "coordinator/core/adoption.h"
#include "coordinator/core/operations.h"
#include "coordinator/core/replica_news.h"
#include "coordinator/core/show_life.h"
#include "coordinator/core/show_rules.h"
#include "proto/plan/media_time.h"

namespace continuo::coordinator {
namespace {

std::string ToText(const plan::Endpoint& endpoint) {
  std::string text;
  for (int shift = 24; shift >= 0; shift -= 8) {
    text += std::to_string(endpoint.address >> shift & 0xff) + (shift == 0 ? ":" : ".");
  }
  return text + std::to_string(endpoint.port);
}

bool IsPresent(const plan::Endpoint& endpoint) {
  return endpoint.address != 0 && endpoint.port != 0;
}

/// The other node that is attached and receives audio at one of these endpoints.
const NodeRecord* SharesEndpoint(const Ledger& ledger, const plan::Hello& hello) {
  for (const NodeRecord& node : ledger.nodes) {
    if (!IsAvailable(node) || node.hello.name == hello.name) continue;
    for (const plan::Endpoint& mine : hello.networks) {
      const auto& theirs = node.hello.networks;
      if (IsPresent(mine) && std::find(theirs.begin(), theirs.end(), mine) != theirs.end()) {
        return &node;
      }
    }
  }
  return nullptr;
}

/// Why this agent cannot join, for the person who started it. Empty: it can.
std::string ReasonToRefuse(const Ledger& ledger, const plan::Hello& hello) {
  if (hello.link_version != plan::kLinkVersion) {
    return "the agent speaks version " + std::to_string(hello.link_version) +
           " of the agent link and this coordinator version " + std::to_string(plan::kLinkVersion) +
           "; install the same release of Continuo on both";
  }
  if (std::string wrong = CheckName(hello.name); !wrong.empty()) return wrong + " (--name)";
  if (hello.clock_id != ledger.started.clock_id) {
    return "the agent runs by another clock than the coordinator; on several machines both follow "
           "PTP (continuo-agent --ptp-run, continuo-coordinator --ptp), without it all run on one";
  }
  if (std::none_of(hello.networks.begin(), hello.networks.end(), IsPresent)) {
    return "the agent has no network for audio; start it with --net red=ADDRESS:PORT";
  }
  if (const NodeRecord* other = SharesEndpoint(ledger, hello)) {
    return "node \"" + other->hello.name +
           "\" already receives audio at an address of this one; give each "
           "agent addresses or ports of its own (--net)";
  }
  const NodeRecord* same = FindNode(ledger, hello.name);
  if (same != nullptr && IsAvailable(*same) && same->hello.networks != hello.networks) {
    return "a node \"" + hello.name + "\" is attached already, at " +
           ToText(same->hello.networks[0]) + "; give this one another --name";
  }
  return "";
}

NodeRecord& RecordFor(Ledger& ledger, std::string_view name) {
  if (const NodeRecord* const known = FindNode(ledger, name)) return *FindNode(ledger, known->id);
  NodeRecord node;
  node.id = static_cast<plan::NodeId>(ledger.nodes.size() + 1);
  ledger.nodes.push_back(node);
  return ledger.nodes.back();
}

/// Another boot, or another machine: media time goes on by CLOCK_TAI. It never goes back, whatever that clock says.
plan::MediaTimeMap NextMap(const Ledger& ledger, const Started& started, Nanoseconds time,
                           Effects& effects) {
  const plan::MediaTimeMap& old = ledger.media;
  MediaTime n = started.n;
  const MediaTime last = old.version == 0 ? 0 : plan::MediaTimeAt(old, ledger.last_time);
  if (n < last) {
    effects.emplace_back(
        LogLine{Severity::kWarning,
                "the clock of this machine is " + std::to_string((last - n) / kSampleRate) +
                    " s behind what was last known: media time goes on from there. Set the clock "
                    "before the next show"});
    n = last;
  }
  return {old.version + 1, started.clock_id, time, n, kSampleRate};
}

}  // namespace

void BeginTerm(Ledger& ledger, const Started& started, Nanoseconds time, Effects& effects) {
  ++ledger.term;
  ledger.last_event = 0;
  // The last rows of the terms before may be lost, and agents hold what they said.
  ledger.last_version = std::max(ledger.last_version, VersionsBefore(ledger.term));
  if (ledger.term > 1) ledger.last_incarnation += kIncarnationsSkipped;
  const bool another_clock = ledger.media.clock_id != started.clock_id;
  if (ledger.media.version == 0 || another_clock) {
    ledger.media = NextMap(ledger, started, time, effects);
  }
  ledger.started = started;
  for (NodeRecord& node : ledger.nodes) {
    node.connection = 0;
    node.dead = false;
  }
  ledger.held_parts.connections.clear();
  // Nobody could hear how joiners fared while there was no coordinator.
  for (OperationRecord& operation : ledger.operations) {
    if (operation.phase == OperationPhase::kJoining) operation.deadline = time + kJoinPatience;
  }
  InterruptShow(ledger, another_clock, time, effects);
  effects.push_back(LogLine{Severity::kInfo, "term " + std::to_string(ledger.term) + " begins"});
}

void Attach(Ledger& ledger, ConnectionId connection, const plan::Hello& hello, Nanoseconds time,
            Effects& effects) {
  if (std::string reason = ReasonToRefuse(ledger, hello); !reason.empty()) {
    effects.push_back(LogLine{Severity::kWarning, "refused \"" + hello.name + "\": " + reason});
    effects.push_back(SendToAgent{connection, plan::Refusal{std::move(reason)}});
    effects.push_back(CloseConnection{connection});
    return;
  }
  if (HasHeardLostTerm(ledger, hello)) OutliveTerm(ledger, hello.heard_term, time, effects);
  if (PlaysWhatWasLost(ledger, hello)) {
    effects.push_back(SendToAgent{connection, plan::Welcome{ledger.term, 0}});
    effects.push_back(LogLine{Severity::kWarning, "\"" + hello.name + "\" plays plan " +
                                                      std::to_string(hello.held_version) +
                                                      ", which the journal does not know: asked"});
    return;
  }
  NodeRecord& node = RecordFor(ledger, hello.name);
  // An agent that was killed and started again may be here before its old stream is seen to end.
  if (node.connection != 0) effects.push_back(CloseConnection{node.connection});
  node.hello = hello;
  node.connection = connection;
  Trust(ledger, node, time);
  node.prepared = 0;
  node.welcomed = ledger.term;
  effects.push_back(SendToAgent{connection, plan::Welcome{ledger.term, node.id}});
  effects.push_back(LogLine{
      Severity::kInfo, "node " + std::to_string(node.id) + " \"" + hello.name + "\" attached"});
  ReconcileNode(ledger, node, time, effects);
}

void Detach(Ledger& ledger, ConnectionId connection, Nanoseconds time, Effects& effects) {
  NodeRecord* node = NodeOfConnection(ledger, connection);
  if (node == nullptr) return;  // it was refused, or another stream took its place
  node->connection = 0;
  node->lost_n = plan::MediaTimeAt(ledger.media, time);
  effects.push_back(
      LogLine{Severity::kWarning, "the stream of \"" + node->hello.name + "\" ended"});
  AbandonIfPreparing(ledger, node->id, "left", effects);
}

}  // namespace continuo::coordinator
