// SPDX-License-Identifier: Apache-2.0
#include "coordinator/core/show_replace.h"

#include <algorithm>
#include <set>
#include <utility>

#include "coordinator/core/events.h"
#include "coordinator/core/replica_health.h"
#include "coordinator/core/room.h"
#include "coordinator/core/session_view.h"
#include "coordinator/core/show_change.h"
#include "coordinator/core/show_check.h"
#include "coordinator/core/show_guard.h"
#include "coordinator/core/show_rules.h"
#include "coordinator/core/succession.h"
#include "dsp/graph/wire_gain.h"
#include "proto/plan/lead.h"
#include "proto/plan/media_time.h"
#include "proto/plan/validate.h"

namespace continuo::coordinator {
namespace {

/// From an apply to its sample: replicas begin the promise ahead, and the plan has to reach every audio thread before
/// that, by way of threads that a busy machine keeps waiting.
constexpr Frames kAhead = kSampleRate * 3 / 2;
/// Where a new task plays something, its nodes have to fetch that first.
constexpr Frames kAheadWithAssets = kSampleRate * 9 / 2;

void Refuse(const Ledger& ledger, Code code, std::string text, std::vector<Issue> issues,
            Effects& effects) {
  Reply reply{.code = code, .text = std::move(text)};
  reply.issues = std::move(issues);
  effects.emplace_back(Settle{ledger.last_command, std::move(reply)});
}

/// The last change is heard to its end only then.
MediaTime QuietFrom(const plan::Plan& plan) {
  MediaTime quiet = 0;
  const auto until = [&quiet](MediaTime n) {
    if (n != dsp::kForever) quiet = std::max(quiet, n + dsp::kWireFade);
  };
  for (const plan::Output& output : plan.outputs) until(output.since);
  for (const plan::Task& task : plan.tasks) {
    until(task.span.begins);
    until(task.span.ends);
    for (const dsp::Wire& wire : task.description.wires) {
      until(wire.begins);
      until(wire.ends);
    }
  }
  return quiet;
}

bool PlaysSomething(const Show& show) {
  return std::any_of(show.tasks.begin(), show.tasks.end(), [](const ShowTask& task) {
    return !task.samples.empty() || task.notes.has_value();
  });
}

/// Those of the new show; then the others of the performance, which the take still needs.
std::vector<ImportedAsset> Together(std::vector<ImportedAsset> assets,
                                    const std::vector<ImportedAsset>& before) {
  for (const ImportedAsset& old : before) {
    const auto same = [&old](const ImportedAsset& asset) { return asset.hash == old.hash; };
    if (std::none_of(assets.begin(), assets.end(), same)) assets.push_back(old);
  }
  return assets;
}

MediaTime DateOfChange(const plan::Plan& plan, const Show& to, MediaTime now) {
  const Frames ahead = PlaysSomething(to) ? kAheadWithAssets : kAhead;
  return (PacketOf(now + plan::LongestPromise(plan) + ahead, plan.quantum) + 1) * plan.quantum;
}

ShowChange ChangeOf(const Ledger& ledger, const ShowApplied& applied, MediaTime at) {
  dsp::TaskId last = ledger.plans.highest_task();
  return ChangeShow(ledger.plan, ledger.show.show, applied.show, applied.assets, at, last);
}

class Replacement {
 public:
  Replacement(Ledger& ledger, const ShowApplied& applied, Nanoseconds time, Effects& effects)
      : ledger_(ledger),
        applied_(applied),
        effects_(effects),
        now_(plan::MediaTimeAt(ledger.plan.media, time)) {}

  void Run() {
    const Fleet fleet = FleetOf(ledger_);
    std::vector<Issue> issues = CheckShow(applied_.show, applied_.assets, &fleet);
    if (HasErrors(issues)) return RefuseAll(std::move(issues));
    ForgetEnded(ledger_, now_);
    const plan::Plan& plan = ledger_.plan;
    at_ = DateOfChange(plan, applied_.show, now_);
    if (const std::string wrong = WhyNotNow(); !wrong.empty()) {
      return Refuse(ledger_, Code::kPrecondition, wrong, {}, effects_);
    }
    ShowChange change = ChangeOf(ledger_, applied_, at_);
    const bool possible = !HasErrors(change.issues);
    issues.insert(issues.end(), change.issues.begin(), change.issues.end());
    if (!possible) return RefuseAll(std::move(issues));
    if (change.differences.empty()) return Say("nothing changes", std::move(issues));
    if (const std::string wrong = Take(std::move(change)); !wrong.empty()) {
      return Refuse(ledger_, Code::kPrecondition, "the show goes on as it is: " + wrong, {},
                    effects_);
    }
    Say(Summary(), std::move(issues));
  }

 private:
  void RefuseAll(std::vector<Issue> issues) {
    Refuse(ledger_, Code::kInvalid,
           "the show goes on as it is; what was applied cannot take its place", std::move(issues),
           effects_);
  }

  std::string WhyNotNow() const {
    const plan::Plan& plan = ledger_.plan;
    if (plan.length != 0 && at_ + dsp::kWireFade >= plan.start_n + plan.length) {
      return "the show ends before the change could be heard";
    }
    if (QuietFrom(plan) > now_) {
      return "the last change is still under way; apply this one in " +
             std::to_string((QuietFrom(plan) - now_) / kSampleRate + 1) + " s";
    }
    return "";
  }

  /// Empty if it is done; else nothing has changed, and why.
  std::string Take(ShowChange change) {
    plan::Plan plan_before = ledger_.plan;
    const auto replicas_before = static_cast<std::ptrdiff_t>(ledger_.replicas.size());
    const Incarnation incarnation_before = ledger_.last_incarnation;
    ledger_.plan.tasks = std::move(change.tasks);
    ledger_.plan.outputs = std::move(change.outputs);
    ledger_.plan.show = applied_.show.name;
    Show show_before = std::exchange(ledger_.show.show, applied_.show);
    std::string source_before = std::exchange(ledger_.show.source, applied_.source);
    std::vector<ImportedAsset> assets = Together(applied_.assets, ledger_.show.assets);
    std::vector<ImportedAsset> assets_before =
        std::exchange(ledger_.show.assets, std::move(assets));
    std::string wrong = Place(change.added);
    if (wrong.empty()) wrong = NameLineages(change.added);
    if (!wrong.empty()) {
      ledger_.plan = std::move(plan_before);
      ledger_.show.show = std::move(show_before);
      ledger_.show.source = std::move(source_before);
      ledger_.show.assets = std::move(assets_before);
      ledger_.replicas.erase(ledger_.replicas.begin() + replicas_before, ledger_.replicas.end());
      ledger_.last_incarnation = incarnation_before;
      return wrong;
    }
    for (const Difference& one : change.differences) lines_ += "\n  " + one.text;
    Remember(ledger_, applied_, now_, lines_.substr(std::string_view("\n  ").size()));
    if (ledger_.plan != *ledger_.plans.all().back()) PublishValid(ledger_, effects_);
    effects_.reserve(effects_.size() + 3 * change.commands.size());  // most have two replicas
    for (ShowChange::Command& command : change.commands) Send(std::move(command));
    return "";
  }

  std::string Place(const std::vector<dsp::TaskId>& added) {
    if (added.empty()) return "";
    Places places(ledger_);
    const std::set<dsp::TaskId> is_new(added.begin(), added.end());
    const plan::SharedList<plan::Task>& tasks = ledger_.plan.tasks;
    for (std::size_t at = 0; at < tasks.size(); ++at) {
      if (!is_new.contains(tasks[at].description.id)) continue;
      plan::Task& task = ledger_.plan.tasks[at];
      task.epoch = ledger_.last_version + 1;
      for (int i = 0; i < task.wanted; ++i) {
        const plan::NodeId node = places.Take(task, plan::Role::kCompute);
        if (node == 0) return Choose(ledger_, task).why_not;
        Found(task, node, plan::Role::kCompute);
      }
      AddWished(task, places);
      for (int i = 0; task.wanted == 1 && i < plan::kWitnesses; ++i) {
        const plan::NodeId witness = places.Take(task, plan::Role::kWitness);
        if (witness != 0) Found(task, witness, plan::Role::kWitness);
      }
    }
    return "";
  }

  /// What tier 0 would like beside what is needed, where there is room.
  void AddWished(plan::Task& task, Places& places) {
    const ShowTask* const wanted = FindShowTask(applied_.show, task.description.name.view());
    while (wanted != nullptr && task.wanted < RedundancyWished(applied_.show, *wanted)) {
      const plan::NodeId node = places.Take(task, plan::Role::kCompute);
      if (node == 0) return;
      Found(task, node, plan::Role::kCompute);
      ++task.wanted;
    }
  }

  void Found(plan::Task& task, plan::NodeId node, plan::Role role) {
    const Incarnation incarnation = NextIncarnation(ledger_, task);
    task.replicas.push_back({node, incarnation, plan::Origin::kFounder, role, false});
    const bool witness = role == plan::Role::kWitness;
    ledger_.replicas.push_back(
        {.task = task.description.id,
         .incarnation = incarnation,
         .node = node,
         .state = witness ? plan::ReplicaState::kWitness : plan::ReplicaState::kInSync,
         .n = at_,
         .error = {}});
  }

  /// A generation whose streams would share an SSRC is skipped.
  std::string NameLineages(const std::vector<dsp::TaskId>& added) {
    constexpr int kAttempts = 16;
    plan::Plan& plan = ledger_.plan;
    plan::SharedList<plan::Node> hosts = HostsOf(ledger_, plan);
    if (plan.nodes != hosts) plan.nodes = std::move(hosts);  // else it stays shared
    std::string wrong;
    for (int i = 0; i < kAttempts; ++i) {
      wrong = plan::Validate(plan);
      if (wrong.empty()) return "";
      for (const dsp::TaskId id : added) {
        plan::Task& task = *FindTask(ledger_, id);
        task.generation = static_cast<std::uint16_t>(1 + (task.generation + 4095u) % 0xffff);
      }
    }
    return wrong;
  }

  void Send(ShowChange::Command command) {
    command.event.at = at_;
    IssueDated(ledger_, command.task, command.event, std::move(command.text), effects_);
  }

  std::string Summary() const {
    const auto segments = CommittedSegments(ledger_);
    const session::Segment& segment = SegmentAt(segments, at_);
    std::string text = "\"" + applied_.show.name + "\" changes at bar " +
                       ToText(session::ToBarBeat(segment, segment.At(at_))) +
                       " (n = " + std::to_string(at_) + "):";
    return text + lines_;
  }

  void Say(std::string text, std::vector<Issue> warnings) {
    effects_.emplace_back(LogLine{Severity::kInfo, text});
    Reply reply{.text = std::move(text)};
    reply.issues = std::move(warnings);
    reply.plan_version = ledger_.plan.version;
    reply.start_n = ledger_.plan.start_n;
    reply.at = at_;
    effects_.emplace_back(Settle{ledger_.last_command, std::move(reply)});
  }

  Ledger& ledger_;
  const ShowApplied& applied_;
  Effects& effects_;
  const MediaTime now_;
  MediaTime at_ = 0;
  std::string lines_;  // what changes, each on a line of its own
};

}  // namespace

void ReplaceShow(Ledger& ledger, const ShowApplied& applied, Nanoseconds time, Effects& effects) {
  Replacement(ledger, applied, time, effects).Run();
}

ShowChange ChangeOfPlaying(const Ledger& ledger, const ShowApplied& applied, MediaTime now) {
  Ledger tidy = ledger;
  ForgetEnded(tidy, now);
  return ChangeOf(tidy, applied, DateOfChange(tidy.plan, applied.show, now));
}

bool ForgetEnded(Ledger& ledger, MediaTime now) {
  if (!TidyPlan(ledger.plan, now)) return false;
  std::set<dsp::TaskId> left;
  for (const plan::Task& task : std::as_const(ledger.plan).tasks) left.insert(task.description.id);
  std::erase_if(ledger.replicas,
                [&left](const ReplicaRecord& record) { return !left.contains(record.task); });
  return true;
}

}  // namespace continuo::coordinator
