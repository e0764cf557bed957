// SPDX-License-Identifier: Apache-2.0
#include "coordinator/core/ledger.h"

#include "coordinator/core/events.h"
#include "coordinator/core/membership.h"
#include "coordinator/core/show_life.h"
#include "coordinator/core/show_start.h"

namespace continuo::coordinator {
namespace {

template <typename... Ts>
struct Overloaded : Ts... {
  using Ts::operator()...;
};
template <typename... Ts>
Overloaded(Ts...) -> Overloaded<Ts...>;

void TakeMessage(Ledger& ledger, const AgentSpoke& spoke, Nanoseconds time, Effects& effects) {
  if (const auto* hello = std::get_if<plan::Hello>(&spoke.message)) {
    return Attach(ledger, spoke.connection, *hello, time, effects);
  }
  NodeRecord* node = NodeOfConnection(ledger, spoke.connection);
  if (node == nullptr) return;  // it was refused, or another stream took its place
  if (const auto* prepared = std::get_if<plan::PlanPrepared>(&spoke.message)) {
    TakePrepared(ledger, *node, *prepared, time, effects);
  } else if (const auto* verdict = std::get_if<plan::VerdictReached>(&spoke.message)) {
    TakeVerdict(ledger, *verdict, effects);
  }
}

/// `lost_n` of a node that died; 0: it came back.
void SetDead(Ledger& ledger, plan::NodeId id, MediaTime lost_n, Effects& effects) {
  NodeRecord* node = FindNode(ledger, id);
  const bool dead = lost_n != 0;
  if (node == nullptr || node->dead == dead) return;
  node->dead = dead;
  // Its stream may have ended earlier than its last beat was counted as missing.
  const bool left_before = dead && node->lost_n != 0 && node->lost_n < lost_n;
  if (!left_before) node->lost_n = lost_n;
  effects.push_back(LogLine{dead ? Severity::kWarning : Severity::kInfo,
                            "node \"" + node->hello.name + (dead ? "\" is dead" : "\" is back")});
  if (dead) AbandonIfPreparing(ledger, id, "died", effects);
}

template <typename L>
auto* NodeById(L& ledger, plan::NodeId id) {
  return id >= 1 && id <= ledger.nodes.size() ? &ledger.nodes[id - 1u] : nullptr;
}

template <typename L>
auto* NodeByConnection(L& ledger, ConnectionId connection) {
  for (auto& node : ledger.nodes) {
    if (connection != 0 && node.connection == connection) return &node;
  }
  return static_cast<decltype(ledger.nodes.data())>(nullptr);
}

}  // namespace

bool IsDurable(const Input& input) {
  return std::visit(
      Overloaded{[](const AgentSpoke& spoke) {
                   return !std::holds_alternative<plan::Status>(spoke.message) &&
                          !std::holds_alternative<plan::Incident>(spoke.message);
                 },
                 [](const BeatHeard&) { return false; }, [](const TimerTicked&) { return false; },
                 [](const auto&) { return true; }},
      input.what);
}

bool MayGoUnrecorded(const Ledger& ledger, const Input& input) {
  return std::visit(
      Overloaded{[&ledger](const AgentSpoke& spoke) {
                   const auto* hello = std::get_if<plan::Hello>(&spoke.message);
                   if (hello != nullptr) return FindNode(ledger, hello->name) != nullptr;
                   const auto* prepared = std::get_if<plan::PlanPrepared>(&spoke.message);
                   return prepared == nullptr || !prepared->error.empty();
                 },
                 [](const AgentLeft&) { return true; }, [](const NodeDied&) { return true; },
                 [](const NodeRecovered&) { return true; },
                 [](const PreparationTimedOut&) { return true; },
                 [](const ShowStopRequested&) { return true; }, [](const auto&) { return false; }},
      input.what);
}

Effects Record(Ledger& ledger, const Input& input) {
  Effects effects;
  const Nanoseconds time = input.time;
  std::visit(
      Overloaded{
          [&](const Started& started) { BeginTerm(ledger, started, time, effects); },
          [&](const AgentSpoke& spoke) { TakeMessage(ledger, spoke, time, effects); },
          [&](const AgentLeft& left) { Detach(ledger, left.connection, time, effects); },
          [&](const NodeDied& died) { SetDead(ledger, died.node, died.last_heard, effects); },
          [&](const NodeRecovered& node) { SetDead(ledger, node.node, 0, effects); },
          [&](const PreparationTimedOut& out) { AbandonOverdue(ledger, out.version, effects); },
          [&](const ShowApplied& applied) { ApplyShow(ledger, applied, time, effects); },
          [&](const ShowStopRequested& stop) { StopShow(ledger, stop.request, time, effects); },
          [&](const EventRequested& event) { IssueEvent(ledger, event, time, effects); },
          [](const auto&) {},  // beats and ticks: not durable
      },
      input.what);
  return effects;
}

NodeRecord* FindNode(Ledger& ledger, plan::NodeId id) {
  return NodeById(ledger, id);
}
const NodeRecord* FindNode(const Ledger& ledger, plan::NodeId id) {
  return NodeById(ledger, id);
}

const NodeRecord* FindNode(const Ledger& ledger, std::string_view name) {
  for (const NodeRecord& node : ledger.nodes) {
    if (node.hello.name == name) return &node;
  }
  return nullptr;
}

NodeRecord* NodeOfConnection(Ledger& ledger, ConnectionId connection) {
  return NodeByConnection(ledger, connection);
}
const NodeRecord* NodeOfConnection(const Ledger& ledger, ConnectionId connection) {
  return NodeByConnection(ledger, connection);
}

}  // namespace continuo::coordinator
