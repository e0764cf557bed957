// SPDX-License-Identifier: Apache-2.0
#include "coordinator/core/event_date.h"

#include <algorithm>

#include "coordinator/core/session_view.h"
#include "proto/plan/lead.h"
#include "proto/plan/media_time.h"

namespace continuo::coordinator {
namespace {

std::string NeverText(const std::vector<session::Segment>& segments, MediaTime earliest,
                      const session::BarBeat& wanted) {
  const session::Segment& segment = SegmentAt(segments, earliest);
  if (!segment.playing) {
    return "the transport is stopped, so bar " + ToText(wanted) +
           " does not come; leave out --at, or play first";
  }
  return "bar " + ToText(wanted) + " cannot be reached in time; the earliest is " +
         ToText(session::ToBarBeat(segment, segment.At(earliest))) + ", later ones are possible";
}

}  // namespace

EventDate DateEvent(const Ledger& ledger, const EventRequested& requested, Nanoseconds time) {
  const plan::Plan& plan = ledger.plan;
  const bool of_a_task = requested.command == Command::kParam;
  const plan::Task* const task =
      of_a_task ? plan::FindTask(plan, requested.task) : &plan.tasks.front();
  const Frames lead = task == nullptr ? plan.timing.lead : plan::LeadOf(plan, *task);
  const MediaTime earliest = std::max(plan.start_n, plan::MediaTimeAt(plan.media, time) + lead);
  EventDate date{earliest, ""};
  if (requested.at) {
    const auto segments = CommittedSegments(ledger);
    const auto when = WhenAt(segments, *requested.at, earliest);
    if (!when) return {0, NeverText(segments, earliest, *requested.at)};
    date.at = *when;
  }
  if (plan.length != 0 && date.at >= plan.start_n + plan.length) {
    return {0, "that is after the end of the show"};
  }
  return date;
}

}  // namespace continuo::coordinator
