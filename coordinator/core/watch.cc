// SPDX-License-Identifier: Apache-2.0
#include "coordinator/core/watch.h"

#include <algorithm>

#include "coordinator/core/commands.h"
#include "coordinator/core/events.h"
#include "coordinator/core/held_parts.h"
#include "coordinator/core/redundancy.h"
#include "coordinator/core/show_life.h"
#include "proto/plan/media_time.h"

namespace continuo::coordinator {
namespace {

bool SayTheSame(const std::vector<plan::ReplicaStatus>& a,
                const std::vector<plan::ReplicaStatus>& b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](const auto& one, const auto& other) {
    return one.task == other.task && one.incarnation == other.incarnation &&
           one.state == other.state;
  });
}

void TakeStatus(Watch& watch, plan::NodeId node, const plan::Status& status, Nanoseconds time) {
  Watch::Report& report = watch.reports[node];
  if (!SayTheSame(report.status.replicas, status.replicas)) watch.gaps_known = false;
  report = {status, time};
  std::map<plan::NodeId, std::uint64_t> received;
  for (const plan::StreamStatus& stream : status.streams) {
    for (const plan::LegStatus& leg : stream.legs) received[leg.node] += leg.received;
  }
  std::vector<ReceivedCount> counts;
  for (const auto& [sender, packets] : received) counts.push_back({sender, packets});
  watch.detector.Report(node, counts, time);
}

void Note(Watch& watch, const Ledger& ledger, const std::string& name,
          const plan::Incident& incident, Nanoseconds time) {
  watch.incidents.push_back({plan::MediaTimeAt(ledger.media, time), name, incident});
  if (watch.incidents.size() > kIncidentsKept) watch.incidents.pop_front();
}

/// What was concluded from what `name` said.
void TellConclusions(Watch& watch, const Ledger& ledger, const std::string& name,
                     std::vector<plan::Incident> conclusions, Nanoseconds time, Effects& effects) {
  for (plan::Incident& incident : conclusions) {
    incident.n = plan::MediaTimeAt(ledger.media, time);
    const bool wanted = plan::IsWanted(incident.kind);
    effects.push_back(LogLine{wanted ? Severity::kInfo : Severity::kWarning,
                              name + ": " + plan::ToString(incident.kind) + ": " + incident.text});
    Note(watch, ledger, name, incident, time);
  }
}

/// What a node, or this coordinator, says of its clock.
void TakeClock(Watch& watch, const Ledger& ledger, const std::string& name,
               const plan::ClockStatus& status, Nanoseconds time, Effects& effects) {
  TellConclusions(watch, ledger, name, watch.clocks.Take(name, status, time), time, effects);
}

void TakeIncident(Watch& watch, const Ledger& ledger, const NodeRecord& node,
                  const plan::Incident& incident, Nanoseconds time, Effects& effects) {
  Note(watch, ledger, node.hello.name, incident, time);
  const bool wanted = plan::IsWanted(incident.kind);
  effects.push_back(LogLine{wanted ? Severity::kInfo : Severity::kWarning,
                            node.hello.name + ": " + plan::ToString(incident.kind) +
                                " at n = " + std::to_string(incident.n) +
                                (incident.text.empty() ? "" : " ") + incident.text});
  WeighIncident(watch, ledger, node, incident, time, effects);
}

void TakeMessage(Watch& watch, const Ledger& ledger, const AgentSpoke& spoke, Nanoseconds time,
                 Effects& effects) {
  const NodeRecord* node = NodeOfConnection(ledger, spoke.connection);
  if (node == nullptr) return;
  if (std::holds_alternative<plan::Hello>(spoke.message)) {
    watch.detector.Attached(node->id, time);
    watch.reports.erase(node->id);
    watch.margins.Forget(node->id);
    // It may be the only one that knows what became of them, and may leave soon: it is asked at once.
    for (auto& [event, resend] : watch.resends) resend = {time, kResendPeriod};
  } else if (const auto* status = std::get_if<plan::Status>(&spoke.message)) {
    TakeStatus(watch, node->id, *status, time);
    WeighStatus(watch, ledger, *node, *status, time, effects);
    TakeClock(watch, ledger, node->hello.name, status->clock, time, effects);
    TellConclusions(watch, ledger, node->hello.name,
                    watch.margins.Take(ledger, node->id, *status, time), time, effects);
  } else if (const auto* incident = std::get_if<plan::Incident>(&spoke.message)) {
    TakeIncident(watch, ledger, *node, *incident, time, effects);
  }
}

/// What a node said of its replicas before it died holds no longer: they count as silent until it says more.
void DoubtReplicas(Watch& watch, plan::NodeId node) {
  const auto report = watch.reports.find(node);
  if (report == watch.reports.end()) return;
  watch.gaps_known = false;
  for (plan::ReplicaStatus& replica : report->second.status.replicas) {
    if (replica.state == plan::ReplicaState::kInSync) replica.state = plan::ReplicaState::kFenced;
  }
}

void FollowLiveness(Watch& watch, const Ledger& ledger, Nanoseconds time, Effects& effects) {
  for (const FailureDetector::Change& change : watch.detector.Tick(time)) {
    watch.gaps_known = false;
    const NodeRecord* node = FindNode(ledger, change.node);
    if (node == nullptr) continue;
    if (change.now == Liveness::kSuspect) {
      effects.push_back(LogLine{Severity::kWarning,
                                "node \"" + node->hello.name + "\" is suspect: beats missed"});
    } else if (change.now == Liveness::kAlive && node->dead) {
      DoubtReplicas(watch, change.node);
    }
  }
}

/// No verdict will change any more what is done about it.
bool IsSettled(const EventRecord& record, MediaTime now) {
  return record.verdict != Verdict::kNone || now > record.event.at + kResendLimit;
}

/// Events without a verdict begin here, near the end: a long show has had very many.
std::size_t FirstOpen(Watch& watch, const Ledger& ledger, MediaTime now) {
  while (watch.settled < ledger.events.size() && IsSettled(ledger.events[watch.settled], now)) {
    watch.resends.erase(ledger.events[watch.settled++].event.id);
  }
  return watch.settled;
}

/// Whether its turn to be handed out again has come. Once more soon after its date, whatever the pause is: whoever
/// knows then what became of it may leave, and those that come later do not.
bool IsDue(Watch& watch, const Ledger& ledger, const Event& event, Nanoseconds time) {
  const auto [found, is_new] =
      watch.resends.try_emplace(event.id, Watch::Resend{time + kResendPeriod, kResendPeriod});
  Watch::Resend& resend = found->second;
  if (is_new || time < resend.due) return false;
  resend.pause = std::min(2 * resend.pause, kLongestResendPeriod);
  resend.due = time + resend.pause;
  const Nanoseconds known = plan::TimeAt(ledger.media, event.at) + kResendPeriod;
  if (time < known) resend.due = std::min(resend.due, known);
  return true;
}

/// Hands open events out again.
void PressEvents(Watch& watch, const Ledger& ledger, Nanoseconds time, Effects& effects) {
  const MediaTime now = plan::MediaTimeAt(ledger.media, time);
  int left = kResendsPerTick;
  for (std::size_t i = FirstOpen(watch, ledger, now); i < ledger.events.size(); ++i) {
    const EventRecord& record = ledger.events[i];
    const EventId id = record.event.id;
    if (IsSettled(record, now)) {
      watch.resends.erase(id);
      continue;
    }
    if (left > 0 && IsDue(watch, ledger, record.event, time)) {
      SubmitEvent(ledger, record, effects);
      --left;
    }
  }
}

/// Its verdict is overdue, or will never come.
bool IsUnheard(const Ledger& ledger, const EventRecord& record, Nanoseconds time) {
  const MediaTime now = plan::MediaTimeAt(ledger.media, time);
  const ShowPhase phase = PhaseAt(ledger, time);
  const bool is_on = phase == ShowPhase::kDated || phase == ShowPhase::kPlaying;
  if (!is_on && record.event.at > now) return true;
  return now > record.event.at + ledger.plan.timing.playout + kVerdictPatience;
}

/// Operators whose wish nobody answers are told that. The verdict, should there be one after all, is for who asks
/// again.
void TellUnheard(const Watch& watch, const Ledger& ledger, Nanoseconds time, Effects& effects) {
  for (const auto& [command, askers] : watch.waiting.all()) {
    if (command == ledger.show.command) continue;  // being prepared, which ends by itself
    const EventRecord* const record = FindEvent(ledger, askers.event);
    if (record == nullptr) {
      effects.emplace_back(
          Settle{command,
                 {.code = Code::kUnavailable,
                  .text = "the show has ended since, and nobody said whether that happened; see "
                          "continuo log"}});
    } else if (IsUnheard(ledger, *record, time)) {
      effects.emplace_back(Settle{command, ReplyFor(ledger, *record)});
    }
  }
}

/// Who asks for something waits for its reply, the first time as well as again.
void TakeAsker(Watch& watch, const Ledger& ledger, const Input& input) {
  const RequestId request = RequestIn(input);
  if (request == 0) return;
  const CommandId command = CommandOf(ledger, input);
  const EventRecord* const event =
      std::holds_alternative<EventRequested>(input.what) ? FindEventOf(ledger, command) : nullptr;
  watch.waiting.Add(command, request, event == nullptr ? 0 : event->event.id);
}

void Tick(Watch& watch, const Ledger& ledger, Nanoseconds time, Effects& effects) {
  FollowLiveness(watch, ledger, time, effects);
  watch.parts.Conclude(ledger, time, effects);
  if (!WaitsForParts(ledger)) {
    Conclude(watch, ledger, time, effects);
    watch.blackout.Conclude(ledger, time, effects);
  }
  const ShowPhase phase = PhaseAt(ledger, time);
  if (ledger.show.state == ShowState::kPreparing && time > ledger.show.deadline) {
    effects.push_back(Raise{{time, PreparationTimedOut{ledger.plan.version}}});
  }
  TellUnheard(watch, ledger, time, effects);
  if (phase != ShowPhase::kDated && phase != ShowPhase::kPlaying) return;
  PressEvents(watch, ledger, time, effects);
  UpdateGaps(watch, ledger, time);
}

}  // namespace

Effects Observe(Watch& watch, const Ledger& ledger, const Input& input) {
  Effects effects;
  if (IsDurable(input)) watch.gaps_known = watch.leaving_known = false;
  if (const auto* spoke = std::get_if<AgentSpoke>(&input.what)) {
    TakeMessage(watch, ledger, *spoke, input.time, effects);
  } else if (const auto* beat = std::get_if<BeatHeard>(&input.what)) {
    const NodeRecord* node = FindNode(ledger, beat->node);
    if (node != nullptr) watch.detector.Beat(node->id, beat->network, input.time);
  } else if (const auto* clock = std::get_if<ClockSeen>(&input.what)) {
    watch.clock = clock->status;
    TakeClock(watch, ledger, std::string(kOwnClock), clock->status, input.time, effects);
  } else if (std::holds_alternative<TimerTicked>(input.what)) {
    Tick(watch, ledger, input.time, effects);
  } else if (std::holds_alternative<AgentLeft>(input.what)) {
    for (const NodeRecord& node : ledger.nodes) {
      if (node.connection == 0) watch.detector.Left(node.id);
    }
  } else if (std::holds_alternative<Started>(input.what)) {
    watch = {};
    watch.term_began = input.time;
  } else {
    TakeAsker(watch, ledger, input);
  }
  // Another show: nothing of the last one counts.
  if (watch.performance != FirstVersion(ledger.plan)) {
    watch.performance = FirstVersion(ledger.plan);
    watch.evidence = {};
    watch.load = {};
    watch.settled = 0;
    watch.gaps.clear();
    watch.incidents.clear();
    watch.margins.ForgetAll();
    watch.resends.clear();
  }
  return effects;
}

}  // namespace continuo::coordinator
