// SPDX-License-Identifier: Apache-2.0
#include "coordinator/core/ledger.h"

#include "coordinator/core/adoption.h"
#include "coordinator/core/blackout.h"
#include "coordinator/core/commands.h"
#include "coordinator/core/events.h"
#include "coordinator/core/held_parts.h"
#include "coordinator/core/load_relief.h"
#include "coordinator/core/membership.h"
#include "coordinator/core/operations.h"
#include "coordinator/core/replica_news.h"
#include "coordinator/core/requests.h"
#include "coordinator/core/resumption.h"
#include "coordinator/core/show_guard.h"
#include "coordinator/core/show_life.h"
#include "coordinator/core/show_start.h"
#include "dsp/base/overload.h"
#include "proto/plan/media_time.h"

namespace continuo::coordinator {
namespace {

void TakeMessage(Ledger& ledger, const AgentSpoke& spoke, Nanoseconds time, Effects& effects) {
  if (const auto* hello = std::get_if<plan::Hello>(&spoke.message)) {
    return Attach(ledger, spoke.connection, *hello, time, effects);
  }
  if (const auto* held = std::get_if<plan::PlanHeld>(&spoke.message)) {
    return TakeHeldPlan(ledger, spoke.connection, *held, time, effects);
  }
  NodeRecord* node = NodeOfConnection(ledger, spoke.connection);
  if (node == nullptr) return;  // it was refused, or another stream took its place
  if (const auto* prepared = std::get_if<plan::PlanPrepared>(&spoke.message)) {
    TakePrepared(ledger, *node, *prepared, time, effects);
  } else if (const auto* verdict = std::get_if<plan::VerdictReached>(&spoke.message)) {
    TakeVerdict(ledger, *verdict, effects);
  }
}

void SetDead(Ledger& ledger, const NodeDied& died, Effects& effects) {
  NodeRecord* node = FindNode(ledger, died.node);
  if (node == nullptr || node->dead) return;
  Doubt(ledger, *node, died.last_heard);
  node->dead = true;
  effects.emplace_back(LogLine{Severity::kWarning, "node \"" + node->hello.name + "\" is dead"});
  AbandonIfPreparing(ledger, died.node, "died", effects);
}

void SetDoubted(Ledger& ledger, const NodeDoubted& doubted, Effects& effects) {
  NodeRecord* node = FindNode(ledger, doubted.node);
  if (node == nullptr || node->doubted) return;
  Doubt(ledger, *node, doubted.last_heard);
  effects.emplace_back(LogLine{Severity::kWarning, "node \"" + node->hello.name +
                                                       "\" is probably dead: what runs on it is "
                                                       "replaced"});
}

void SetRecovered(Ledger& ledger, plan::NodeId id, Nanoseconds time, Effects& effects) {
  NodeRecord* node = FindNode(ledger, id);
  if (node == nullptr || (!node->dead && !node->doubted)) return;
  Trust(ledger, *node, time);
  effects.emplace_back(LogLine{Severity::kInfo, "node \"" + node->hello.name + "\" is back"});
}

void TakeLoss(Ledger& ledger, const ShowLost& lost, Nanoseconds time, Effects& effects) {
  if (ledger.show.state != ShowState::kDated || ledger.plan.version != lost.version) return;
  LoseShow(ledger, "everything that computed it was started again",
           plan::MediaTimeAt(ledger.media, time), effects);
}

void TakeMiss(Ledger& ledger, const DateMissed& missed, Effects& effects) {
  if (ledger.show.state != ShowState::kDated || ledger.plan.version != missed.version) return;
  MissDate(ledger, effects);
}

void TakeMap(Ledger& ledger, const MapLearned& learned, Effects& effects) {
  bool is_new = false;
  for (const clock::MapEntry& entry : learned.entries) {
    if (!ledger.map.Add(entry)) continue;
    is_new = true;
    const std::string from = entry.version == 1
                                 ? "media time"
                                 : "from n = " + std::to_string(entry.from) + " on media time";
    effects.emplace_back(
        LogLine{Severity::kInfo, "media-time map " + std::to_string(entry.version) + ": " + from +
                                     " is counted by " + plan::IdentityText(entry.grandmaster)});
  }
  if (is_new) effects.emplace_back(TellMap{ledger.map});
}

bool StopsShow(const Input& input) {
  return std::holds_alternative<ShowStopRequested>(input.what);
}

/// The plan that we know is not the one that plays, and will soon be known.
void AskToWait(Ledger& ledger, Effects& effects) {
  effects.emplace_back(Settle{ledger.last_command,
                              {.code = Code::kPrecondition,
                               .text = "the coordinator had lost what is played and is being told "
                                       "by the agents; try again in a few seconds"}});
}

/// Events and their verdicts change nothing of who computes what, and there are very many of them.
bool ConcernsOperations(const Input& input) {
  const auto* changed = std::get_if<ReplicaChanged>(&input.what);
  if (changed != nullptr) return !changed->more;
  const auto* spoke = std::get_if<AgentSpoke>(&input.what);
  if (spoke != nullptr) return !std::holds_alternative<plan::VerdictReached>(spoke->message);
  return !std::holds_alternative<EventRequested>(input.what);
}

void TakeInput(Ledger& ledger, const Input& input, Effects& effects) {
  const Nanoseconds time = input.time;
  std::visit(
      Overload{
          [&](const Started& started) { BeginTerm(ledger, started, time, effects); },
          [&](const AgentSpoke& spoke) { TakeMessage(ledger, spoke, time, effects); },
          [&](const AgentLeft& left) { Detach(ledger, left.connection, time, effects); },
          [&](const NodeDied& died) { SetDead(ledger, died, effects); },
          [&](const NodeDoubted& doubted) { SetDoubted(ledger, doubted, effects); },
          [&](const NodeRecovered& node) { SetRecovered(ledger, node.node, time, effects); },
          [&](const PreparationTimedOut& out) { AbandonOverdue(ledger, out.version, effects); },
          [&](const ShowApplied& applied) { ApplyShow(ledger, applied, time, effects); },
          [&](const ShowStopRequested& stop) { StopShow(ledger, stop, time, effects); },
          [&](const RollbackRequested& back) { TakeRollback(ledger, back, time, effects); },
          [&](const LockRequested& lock) { TakeLock(ledger, lock, time, effects); },
          [&](const EventRequested& event) { IssueEvent(ledger, event, time, effects); },
          [&](const MoveRequested& move) { TakeMove(ledger, move, time, effects); },
          [&](const DrainRequested& drain) { TakeDrain(ledger, drain, time, effects); },
          [&](const RebalanceRequested& wanted) { TakeRebalance(ledger, wanted, time, effects); },
          [&](const ReplicasRequested& wanted) { TakeReplicas(ledger, wanted, time, effects); },
          [&](const OperationCancelled& cancel) { TakeCancel(ledger, cancel, time, effects); },
          [&](const ReplicaChanged& changed) { TakeChange(ledger, changed); },
          [&](const ReplicaDiverged& diverged) { TakeDivergence(ledger, diverged); },
          [&](const LoadMeasured& measured) { TakeLoad(ledger, measured, time, effects); },
          [&](const ShowLost& lost) { TakeLoss(ledger, lost, time, effects); },
          [&](const DateMissed& missed) { TakeMiss(ledger, missed, effects); },
          [&](const PartsDue&) { TakeWhatIsTold(ledger, time, effects); },
          [&](const ResumeDue&) { ResumeShow(ledger, time, effects); },
          [&](const MapLearned& learned) { TakeMap(ledger, learned, effects); },
          // A date came: what that means is seen when operations are tended. Beats and ticks are not durable.
          [](const auto&) {},
      },
      input.what);
  if (ConcernsOperations(input) && !WaitsForParts(ledger)) TendOperations(ledger, time, effects);
}

bool IsOfAKindThatMayGoUnrecorded(const Ledger& ledger, const Input& input) {
  return std::visit(
      Overload{[&ledger](const AgentSpoke& spoke) {
                 const auto* hello = std::get_if<plan::Hello>(&spoke.message);
                 if (hello != nullptr) return FindNode(ledger, hello->name) != nullptr;
                 if (std::holds_alternative<plan::PlanHeld>(spoke.message)) return false;
                 const auto* prepared = std::get_if<plan::PlanPrepared>(&spoke.message);
                 return prepared == nullptr || !prepared->error.empty();
               },
               [](const AgentLeft&) { return true; }, [](const NodeDied&) { return true; },
               [](const NodeRecovered&) { return true; },
               [](const PreparationTimedOut&) { return true; },
               // Nodes keep it, and tell it to whoever comes next.
               [](const MapLearned&) { return true; },
               [](const ShowStopRequested&) { return true; }, [](const auto&) { return false; }},
      input.what);
}

/// Numbers that would be given out a second time after a restart.
bool GivesNumbersOut(const Ledger& ledger, const Input& input) {
  Ledger after = ledger;
  Record(after, input);
  return after.last_version != ledger.last_version ||
         after.last_incarnation != ledger.last_incarnation ||
         after.last_operation != ledger.last_operation;
}

template <typename L>
auto* NodeById(L& ledger, plan::NodeId id) {
  return id >= 1 && id <= ledger.nodes.size() ? &ledger.nodes[id - 1u] : nullptr;
}

template <typename L>
auto* NodeByConnection(L& ledger, ConnectionId connection) {
  auto* const none = static_cast<decltype(ledger.nodes.data())>(nullptr);
  if (connection == 0) return none;
  auto& hints = ledger.stream_hints.nodes;
  const auto hint = hints.find(connection);
  if (hint != hints.end()) {
    auto* const node = NodeById(ledger, hint->second);
    if (node != nullptr && node->connection == connection) return node;
    hints.erase(hint);
  }
  for (auto& node : ledger.nodes) {
    if (node.connection != connection) continue;
    hints[connection] = node.id;
    return &node;
  }
  return none;
}

}  // namespace

bool IsDurable(const Input& input) {
  return std::visit(
      Overload{[](const AgentSpoke& spoke) {
                 return !std::holds_alternative<plan::Status>(spoke.message) &&
                        !std::holds_alternative<plan::Incident>(spoke.message);
               },
               [](const BeatHeard&) { return false; }, [](const TimerTicked&) { return false; },
               [](const ClockSeen&) { return false; }, [](const auto&) { return true; }},
      input.what);
}

bool MayGoUnrecorded(const Ledger& ledger, const Input& input) {
  if (IsAskedAgain(ledger, input)) return true;  // changes nothing
  return IsOfAKindThatMayGoUnrecorded(ledger, input) &&
         (!ConcernsOperations(input) || !GivesNumbersOut(ledger, input));
}

Effects Record(Ledger& ledger, const Input& input) {
  Effects effects;
  const bool is_command = KeyOf(input) != nullptr;
  if (is_command && !BeginCommand(ledger, input, effects)) return effects;
  if (is_command && WaitsForParts(ledger) && !StopsShow(input)) {
    AskToWait(ledger, effects);
  } else {
    TakeInput(ledger, input, effects);
  }
  KeepReplies(ledger, effects);
  ledger.last_time = input.time;
  return effects;
}

NodeRecord* FindNode(Ledger& ledger, plan::NodeId id) {
  return NodeById(ledger, id);
}
const NodeRecord* FindNode(const Ledger& ledger, plan::NodeId id) {
  return NodeById(ledger, id);
}

const NodeRecord* FindNode(const Ledger& ledger, std::string_view name) {
  const std::size_t i = ledger.node_hints.Find(
      ledger.nodes.size(), name,
      [&ledger](std::size_t at) -> const std::string& { return ledger.nodes[at].hello.name; });
  return i == NameHints::kNone ? nullptr : &ledger.nodes[i];
}

NodeRecord* NodeOfConnection(Ledger& ledger, ConnectionId connection) {
  return NodeByConnection(ledger, connection);
}
const NodeRecord* NodeOfConnection(const Ledger& ledger, ConnectionId connection) {
  return NodeByConnection(ledger, connection);
}

Incarnation NextIncarnation(Ledger& ledger, const plan::Task& task) {
  constexpr Incarnation kCarried = 0xffff;
  const auto is_taken = [&ledger](const plan::Replica& replica) {
    return ((replica.incarnation ^ ledger.last_incarnation) & kCarried) == 0;
  };
  do {
    ++ledger.last_incarnation;
  } while (std::any_of(task.replicas.begin(), task.replicas.end(), is_taken));
  return ledger.last_incarnation;
}

}  // namespace continuo::coordinator
