// SPDX-License-Identifier: Apache-2.0
#include "coordinator/core/show_life.h"

#include <algorithm>

#include "coordinator/core/blackout.h"
#include "coordinator/core/held_parts.h"
#include "coordinator/core/replica_news.h"
#include "coordinator/core/resumption.h"
#include "coordinator/core/session_view.h"
#include "coordinator/core/show_guard.h"
#include "coordinator/core/show_start.h"
#include "coordinator/core/succession.h"
#include "proto/plan/lead.h"
#include "proto/plan/media_time.h"
#include "proto/plan/routes.h"

namespace continuo::coordinator {
namespace {

void AnswerShow(Ledger& ledger, Reply reply, Effects& effects) {
  if (ledger.show.command == 0) return;
  effects.push_back(Settle{ledger.show.command, std::move(reply)});
  ledger.show.command = 0;
}

void Fail(Ledger& ledger, std::string problem, Effects& effects) {
  if (ledger.lost) {
    ledger.show.state = ShowState::kDark;
    ledger.show.problem = std::move(problem);
    StopAgents(ledger, effects);
    effects.push_back(
        LogLine{Severity::kWarning,
                "the show is not taken up yet: " + ledger.show.problem + " (it is tried again)"});
    return;
  }
  ledger.show.state = ShowState::kFailed;
  ledger.show.problem = std::move(problem);
  StopAgents(ledger, effects);
  effects.push_back(LogLine{Severity::kError, "the show cannot play: " + ledger.show.problem});
  AnswerShow(ledger, {.code = Code::kUnavailable, .text = ledger.show.problem}, effects);
}

/// A show that is taken up again does not wait for a node that is still away: it gets its output when it comes.
bool AllPrepared(const Ledger& ledger) {
  return std::all_of(ledger.nodes.begin(), ledger.nodes.end(), [&ledger](const NodeRecord& node) {
    const bool is_away = ledger.lost && node.connection == 0;
    return !IsInPlan(ledger.plan, node.id) || is_away || node.prepared == ledger.plan.version;
  });
}

void AnnounceResumption(const Ledger& ledger, const LostShow& lost, Effects& effects) {
  const plan::Plan& plan = ledger.plan;
  if (!HasBegun(lost)) {
    effects.push_back(LogLine{Severity::kWarning,
                              "show \"" + plan.show + "\", plan " + std::to_string(plan.version) +
                                  ", starts anew at n = " + std::to_string(plan.start_n) +
                                  ": what was to come later comes as much later"});
    return;
  }
  const MediaTime lost_n = lost.n;
  const Frames tenths = (plan.start_n - lost_n) * 10 / kSampleRate;
  effects.push_back(LogLine{
      Severity::kWarning,
      "show \"" + plan.show + "\", plan " + std::to_string(plan.version) + ", goes on at bar " +
          ToText(session::ToBarBeat(plan.session, plan.session.tick0)) +
          " (n = " + std::to_string(plan.start_n) + "), " + std::to_string(tenths / 10) + "." +
          std::to_string(tenths % 10) +
          " s after it was found to be lost: tempo, place and parameters are as they were; notes "
          "and tails that sounded are gone"});
}

/// With less time between hearing of the date and computing, threads that a busy machine keeps waiting come too late.
constexpr Nanoseconds kLeastToArm = 250'000'000;

/// The date has been sent; has it left in time?
void ConcludeMiss(const plan::Plan& plan, Effects& effects) {
  const MediaTime computed = plan.start_n - plan::LongestPromise(plan);
  effects.emplace_back(
      Raise{{0, DateMissed{plan.version}}, plan::TimeAt(plan.media, computed) - kLeastToArm});
}

/// As DateShow, of a show that was lost.
void DateResumption(Ledger& ledger, Effects& effects) {
  const LostShow lost = *ledger.lost;
  if (!CarryOver(ledger)) {
    ledger.lost.reset();
    ledger.show.state = ShowState::kStopped;
    ledger.show.problem = "it would be over by now";
    StopAgents(ledger, effects);
    return;
  }
  ledger.show.problem.clear();
  BeginRun(ledger);
  SendPlan(ledger, effects);
  AnnounceResumption(ledger, lost, effects);
  CarryOverEvents(ledger, effects);
  ConcludeMiss(ledger.plan, effects);
}

/// Everybody is ready: name the first sample, and say so to all.
void DateShow(Ledger& ledger, Nanoseconds time, Effects& effects) {
  plan::Plan& plan = ledger.plan;
  // Replicas begin the promise ahead of the first sample, all within the silence of each other. Before
  // that the date has to reach every audio thread, by way of threads that a busy machine keeps waiting.
  const Frames ahead = plan::LongestPromise(plan) + kSampleRate * 3 / 2;
  const MediaTime earliest = plan::MediaTimeAt(plan.media, time) + ahead;
  plan.start_n = (PacketOf(earliest, plan.quantum) + 1) * plan.quantum;
  plan.session.n0 = plan.start_n;
  ledger.show.state = ShowState::kDated;
  if (ledger.lost) return DateResumption(ledger, effects);
  ShowApplied applied{0, ledger.show.show, ledger.show.source, ledger.show.assets, ledger.show.by};
  applied.again = ledger.show.again;
  Remember(ledger, applied, plan::MediaTimeAt(plan.media, time), "begins");
  BeginRun(ledger);
  SendPlan(ledger, effects);
  const Frames seconds = (ahead + kSampleRate / 2) / kSampleRate;
  Reply reply{.text = "\"" + plan.show + "\" starts in " +
                      (seconds <= 2 ? "two" : std::to_string(seconds)) + " seconds"};
  reply.issues = ledger.show.warnings;
  reply.plan_version = plan.version;
  reply.start_n = plan.start_n;
  effects.push_back(
      LogLine{Severity::kInfo, "show \"" + plan.show + "\", plan " + std::to_string(plan.version) +
                                   ", starts at n = " + std::to_string(plan.start_n)});
  AnswerShow(ledger, std::move(reply), effects);
  ConcludeMiss(plan, effects);
}

}  // namespace

ShowPhase PhaseAt(const Ledger& ledger, Nanoseconds time) {
  switch (ledger.show.state) {
    case ShowState::kNone:
      return ShowPhase::kIdle;
    case ShowState::kPreparing:
    case ShowState::kDark:
      return ShowPhase::kPreparing;
    case ShowState::kStopped:
      return ShowPhase::kStopped;
    case ShowState::kFailed:
      return ShowPhase::kFailed;
    case ShowState::kDated:
      break;
  }
  // Sample n is heard `playout` after time n.
  const plan::Plan& plan = ledger.plan;
  const MediaTime now = plan::MediaTimeAt(plan.media, time);
  if (now < plan.start_n) return ShowPhase::kDated;
  const MediaTime end = plan.start_n + plan.length + plan.timing.playout;
  return plan.length == 0 || now < end ? ShowPhase::kPlaying : ShowPhase::kFinished;
}

bool IsInPlan(const plan::Plan& plan, plan::NodeId node) {
  return plan::FindNode(plan, node) != nullptr;
}

bool RunsReplicas(const plan::Plan& plan, plan::NodeId node) {
  return std::any_of(plan.tasks.begin(), plan.tasks.end(),
                     [node](const plan::Task& task) { return plan::RunsOn(task, node); });
}

void StopAgents(const Ledger& ledger, Effects& effects) {
  for (const NodeRecord& node : ledger.nodes) {
    if (node.connection != 0 && IsInPlan(ledger.plan, node.id)) {
      effects.emplace_back(SendToAgent{node.connection, plan::ShowStopped{ledger.term}});
    }
  }
}

void StopShow(Ledger& ledger, const ShowStopRequested& wanted, Nanoseconds time, Effects& effects) {
  if (!IsBusy(PhaseAt(ledger, time)) && StopHeldParts(ledger, effects)) {
    effects.push_back(Settle{
        ledger.last_command,
        {.text = "stopped: a show of which only agents knew, and not yet enough to take it over"}});
    return;
  }
  std::string wrong = WhyLocked(ledger, time);
  if (!IsBusy(PhaseAt(ledger, time))) wrong = "no show is playing; there is nothing to stop";
  if (!wrong.empty()) {
    effects.push_back(
        Settle{ledger.last_command, {.code = Code::kPrecondition, .text = std::move(wrong)}});
    return;
  }
  AnswerShow(ledger, {.code = Code::kUnavailable, .text = "the show was stopped"}, effects);
  ledger.show.state = ShowState::kStopped;
  ledger.show.problem.clear();
  ledger.lost.reset();
  StopAgents(ledger, effects);
  StopHeldParts(ledger, effects);
  effects.push_back(LogLine{Severity::kInfo, "show \"" + ledger.plan.show + "\" stopped" +
                                                 (wanted.by.empty() ? "" : " by " + wanted.by)});
  effects.push_back(Settle{ledger.last_command, {.text = "\"" + ledger.plan.show + "\" stopped"}});
}

void TakePrepared(Ledger& ledger, NodeRecord& node, const plan::PlanPrepared& prepared,
                  Nanoseconds time, Effects& effects) {
  if (ledger.show.state == ShowState::kDated && prepared.version >= ledger.plan.run &&
      !prepared.error.empty()) {
    return FailJoiners(ledger, node, prepared.error, effects);
  }
  if (ledger.show.state != ShowState::kPreparing || !IsInPlan(ledger.plan, node.id) ||
      prepared.version != ledger.plan.version || prepared.term != ledger.plan.term) {
    return;  // an answer to a plan that is no longer wanted
  }
  if (!prepared.error.empty()) {
    Fail(ledger, node.hello.name + " cannot prepare it: " + prepared.error, effects);
    return;
  }
  node.prepared = prepared.version;
  if (AllPrepared(ledger)) DateShow(ledger, time, effects);
}

void AbandonIfPreparing(Ledger& ledger, plan::NodeId node, std::string_view what,
                        Effects& effects) {
  if (ledger.show.state != ShowState::kPreparing || !IsInPlan(ledger.plan, node)) return;
  Fail(ledger,
       FindNode(ledger, node)->hello.name + " " + std::string(what) +
           " while the show was being prepared" + (ledger.lost ? "" : "; apply it again"),
       effects);
}

void AbandonOverdue(Ledger& ledger, std::uint32_t version, Effects& effects) {
  if (ledger.show.state != ShowState::kPreparing || ledger.plan.version != version) return;
  std::string waiting;
  for (const NodeRecord& node : ledger.nodes) {
    if (!IsInPlan(ledger.plan, node.id) || node.prepared == version) continue;
    waiting += (waiting.empty() ? "" : ", ") + node.hello.name;
  }
  Fail(ledger,
       "not prepared in time: " + waiting + "; look at the log there" +
           (ledger.lost ? "" : ", then apply it again"),
       effects);
}

void ReconcileNode(Ledger& ledger, NodeRecord& node, Nanoseconds time, Effects& effects) {
  const plan::Hello& hello = node.hello;
  const ShowPhase phase = PhaseAt(ledger, time);
  const bool on = phase == ShowPhase::kDated || phase == ShowPhase::kPlaying;
  const bool in_plan = IsInPlan(ledger.plan, node.id);
  const bool holds = (on || phase == ShowPhase::kFinished) && HoldsRun(ledger, hello);
  if (hello.held_version != 0 && !(holds && in_plan)) {
    effects.emplace_back(SendToAgent{node.connection, plan::ShowStopped{ledger.term}});
  }
  const bool prepares = ledger.show.state == ShowState::kPreparing && ledger.lost;
  if (!in_plan || !(holds || on || prepares)) return;
  if (prepares) {
    effects.emplace_back(SendToAgent{node.connection, PlanFor(ledger, node)});
    return;
  }
  if (!holds && phase == ShowPhase::kPlaying && RunsReplicas(ledger.plan, node.id)) {
    return LoseReplicas(ledger, node, plan::MediaTimeAt(ledger.plan.media, time));
  }
  node.prepared = ledger.plan.version;
  if (holds && hello.held_version == ledger.plan.version) return;
  effects.emplace_back(SendToAgent{node.connection, PlanFor(ledger, node)});
}

void InterruptShow(Ledger& ledger, bool another_clock, Nanoseconds time, Effects& effects) {
  if (ledger.show.state == ShowState::kPreparing) {
    const std::string what = "the coordinator was restarted while the show was being prepared";
    Fail(ledger, ledger.lost ? what : what + "; apply it again", effects);
  }
  if (!another_clock) return;
  ledger.plan.media = ledger.media;
  const ShowPhase phase = PhaseAt(ledger, time);
  if (phase == ShowPhase::kDated || phase == ShowPhase::kPlaying) {
    LoseShow(ledger, "the machine was restarted", plan::MediaTimeAt(ledger.media, time), effects);
  }
}

}  // namespace continuo::coordinator
