// SPDX-License-Identifier: Apache-2.0
#include "coordinator/core/events.h"

#include <algorithm>

#include "coordinator/core/did_you_mean.h"
#include "coordinator/core/event_date.h"
#include "coordinator/core/number_text.h"
#include "coordinator/core/param_rules.h"
#include "coordinator/core/replica_health.h"
#include "coordinator/core/session_view.h"
#include "coordinator/core/show_life.h"
#include "dsp/kernels/registry.h"
#include "proto/session/conductor.h"

namespace continuo::coordinator {
namespace {

/// A request turned into an event, undated; or what is wrong with it.
struct Draft {
  dsp::TaskId task = dsp::kConductorId;
  Event event;
  std::string text;
  Code code = Code::kOk;
  std::string error;
};

Draft Wrong(Code code, std::string error) {
  Draft draft;
  draft.code = code;
  draft.error = std::move(error);
  return draft;
}

Draft DraftParam(const plan::Plan& plan, const EventRequested& requested) {
  std::vector<std::string> names;
  for (const plan::Task& task : plan.tasks) {
    const bool ends = task.span.ends != dsp::kForever;
    if (ends || task.description.id == dsp::kConductorId) continue;
    names.emplace_back(task.description.name.view());
  }
  const plan::Task* task = plan::FindTask(plan, std::string_view(requested.task));
  if (task == nullptr || task->description.id == dsp::kConductorId) {
    return Wrong(Code::kNotFound,
                 "there is no task \"" + requested.task + "\"" + DidYouMean(requested.task, names));
  }
  const dsp::KernelDescription& kernel = *dsp::FindKernel(task->description.kind.view());
  const int index = dsp::FindParam(kernel, requested.param);
  if (index < 0) {
    std::vector<std::string> params;
    for (const dsp::ParamDescription& param : kernel.params) params.emplace_back(param.name);
    return Wrong(Code::kNotFound, std::string("a ") + kernel.kind + " has no parameter \"" +
                                      requested.param + "\"" + DidYouMean(requested.param, params));
  }
  Draft draft;
  draft.task = task->description.id;
  draft.event.target = static_cast<std::uint16_t>(index);
  draft.event.value = requested.value;
  const dsp::ParamDescription& param = kernel.params[static_cast<std::size_t>(index)];
  const float value = draft.event.AsFloat();
  draft.text = requested.task + " " + requested.param + " = " + NumberText(value);
  if (const std::string wrong = WhyNot(param, value); !wrong.empty()) {
    return Wrong(Code::kInvalid, requested.task + " " + requested.param + " = " + wrong);
  }
  return draft;
}

Draft DraftScene(const Show& show, const EventRequested& requested) {
  std::vector<std::string> names;
  for (const ShowScene& scene : show.scenes) names.push_back(scene.name);
  const auto found = std::find(names.begin(), names.end(), requested.scene);
  if (names.empty()) return Wrong(Code::kNotFound, "the show has no scenes");
  if (found == names.end()) {
    return Wrong(Code::kNotFound, "there is no scene \"" + requested.scene + "\"" +
                                      DidYouMean(requested.scene, names));
  }
  Draft draft;
  draft.event.value = found - names.begin() + 1;
  draft.text = "scene " + requested.scene;
  return draft;
}

std::string SessionText(const EventRequested& requested) {
  const std::int64_t value = requested.value;
  switch (requested.command) {
    case Command::kPlay:
      return "play";
    case Command::kStop:
      return "stop";
    case Command::kLocate:
      return "locate to " + ToText(requested.locate_to);
    case Command::kTempo:
      return "tempo " + ThousandthsText(value) + " bpm";
    case Command::kMeter:
      return "meter " + std::to_string(value >> 8) + "/" + std::to_string(value & 0xff);
    case Command::kMute:
      return value == 1 ? "panic" : "end of the panic";
    default:
      return "command " + std::to_string(static_cast<int>(requested.command));
  }
}

Draft DraftSession(const EventRequested& requested) {
  Draft draft;
  draft.event.value = requested.value;
  draft.text = SessionText(requested);
  return draft;
}

Draft MakeDraft(const Ledger& ledger, const EventRequested& requested) {
  if (requested.command == Command::kParam) return DraftParam(ledger.plan, requested);
  if (requested.command == Command::kScene) return DraftScene(ledger.show.show, requested);
  return DraftSession(requested);
}

template <typename Events>
auto* Seek(Events& events, EventId id) {
  const auto found = std::lower_bound(  // their numbers rise
      events.begin(), events.end(), id,
      [](const EventRecord& record, EventId wanted) { return record.event.id < wanted; });
  return found == events.end() || found->event.id != id ? nullptr : &*found;
}

void Refuse(const Ledger& ledger, Code code, std::string text, Effects& effects) {
  effects.push_back(Settle{ledger.last_command, {.code = code, .text = std::move(text)}});
}

}  // namespace

void IssueEvent(Ledger& ledger, const EventRequested& requested, Nanoseconds time,
                Effects& effects) {
  const ShowPhase phase = PhaseAt(ledger, time);
  if (phase != ShowPhase::kDated && phase != ShowPhase::kPlaying) {
    Refuse(ledger, Code::kPrecondition,
           "no show is playing; start one with: continuo show apply FILE", effects);
    return;
  }
  Draft draft = MakeDraft(ledger, requested);
  if (!draft.error.empty()) return Refuse(ledger, draft.code, draft.error, effects);
  const EventDate date = DateEvent(ledger, requested, time);
  if (!date.error.empty()) {
    return Refuse(ledger, Code::kInvalid, draft.text + ": " + date.error, effects);
  }
  // A task that a changed show has still to begin hears nothing before.
  draft.event.at = std::max(date.at, plan::FindTask(ledger.plan, draft.task)->span.begins);
  draft.event.command = requested.command;
  if (requested.command == Command::kLocate) {
    // A position means bars of the meter that will be in force then.
    const auto segments = CommittedSegments(ledger);
    draft.event.value = session::FromBarBeat(SegmentAt(segments, date.at), requested.locate_to);
  }
  if (draft.task == dsp::kConductorId) {
    if (const char* wrong = session::CheckCommand(draft.event)) {
      return Refuse(ledger, Code::kInvalid, draft.text + ": " + wrong, effects);
    }
  }
  IssueDated(ledger, draft.task, draft.event, std::move(draft.text), effects);
  ledger.events.back().command = ledger.last_command;
}

void IssueDated(Ledger& ledger, dsp::TaskId task, Event event, std::string text, Effects& effects) {
  event.id = ledger.term << 32 | ++ledger.last_event;
  ledger.events.push_back({event, task, std::move(text)});
  SubmitEvent(ledger, ledger.events.back(), effects);
}

const EventRecord* FindEvent(const Ledger& ledger, EventId id) {
  return Seek(ledger.events, id);
}

const EventRecord* FindEventOf(const Ledger& ledger, CommandId command) {
  const auto is_as_old = [command](const EventRecord& record) {  // their numbers rise, too
    return record.command != 0 && record.command <= command;
  };
  const auto found = std::find_if(ledger.events.rbegin(), ledger.events.rend(), is_as_old);
  return found == ledger.events.rend() || found->command != command ? nullptr : &*found;
}

void SubmitEvent(const Ledger& ledger, const EventRecord& record, Effects& effects) {
  const plan::Task* task = FindTask(ledger, record.task);
  if (task == nullptr) return;
  for (const plan::Replica& replica : task->replicas) {
    const NodeRecord* node = FindNode(ledger, replica.node);
    if (node == nullptr || node->connection == 0 || !HasPlan(ledger, *node)) continue;
    effects.push_back(SendToAgent{node->connection,
                                  plan::EventSubmitted{ledger.term, record.task, record.event}});
  }
}

void TakeVerdict(Ledger& ledger, const plan::VerdictReached& verdict, Effects& effects) {
  EventRecord* record = Seek(ledger.events, verdict.id);
  if (record == nullptr || verdict.verdict == Verdict::kNone) return;
  if (record->verdict == Verdict::kNone) {
    record->verdict = verdict.verdict;
    if (record->task == dsp::kConductorId && verdict.verdict == Verdict::kCommitted) {
      ledger.changes.push_back(record->event);
    }
    if (record->command != 0) {
      effects.push_back(Settle{record->command, ReplyFor(ledger, *record)});
    }
  } else if (record->verdict != verdict.verdict) {
    record->disputed = true;
    effects.push_back(
        LogLine{Severity::kError, "two replicas disagree about what became of \"" + record->text +
                                      "\": more than one fault at a time parted them"});
  }
}

Reply ReplyFor(const Ledger& ledger, const EventRecord& record) {
  const auto segments = CommittedSegments(ledger);
  // A locate is told by the place that it leaves.
  const bool leaves = record.event.command == Command::kLocate;
  const session::Segment& segment = SegmentAt(segments, record.event.at - (leaves ? 1 : 0));
  const std::string when = " at bar " +
                           ToText(session::ToBarBeat(segment, segment.At(record.event.at))) +
                           " (n = " + std::to_string(record.event.at) + ")";
  Reply reply;
  reply.event = record.event.id;
  reply.at = record.event.at;
  reply.verdict = record.verdict;
  if (record.verdict == Verdict::kCommitted) {
    reply.text = record.text + when;
  } else if (record.verdict == Verdict::kExpired) {
    reply.code = Code::kUnavailable;
    reply.text = record.text + when + " did not happen: no replica had it in time; try it again";
  } else {
    reply.code = Code::kUnavailable;
    reply.text = record.text + when + ": nobody says whether it happened; see continuo status";
  }
  return reply;
}

}  // namespace continuo::coordinator
