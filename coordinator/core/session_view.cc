// SPDX-License-Identifier: Apache-2.0
#include "coordinator/core/session_view.h"

#include <algorithm>
#include <limits>

#include "proto/session/conductor.h"

namespace continuo::coordinator {
namespace {

std::vector<Event> CommittedChanges(const Ledger& ledger) {
  std::vector<Event> changes = ledger.changes;
  std::sort(changes.begin(), changes.end(), Before);
  return changes;
}

}  // namespace

std::vector<session::Segment> CommittedSegments(const Ledger& ledger) {
  const plan::Plan& plan = ledger.plan;
  const std::vector<Event> changes = CommittedChanges(ledger);
  std::vector<session::Segment> segments = {plan.session};
  session::Conductor conductor;
  conductor.Start(plan.session, FirstVersion(plan), plan.tempo_marks);
  for (auto first = changes.begin();;) {
    const MediaTime event = first == changes.end() ? kMediaTimeLimit : first->at;
    const MediaTime next = std::min(event, conductor.NextMark());
    if (next >= kMediaTimeLimit) return segments;
    const MediaTime n = PacketOf(next, plan.quantum) * plan.quantum;
    const auto last = std::find_if(first, changes.end(),
                                   [&](const Event& one) { return one.at >= n + plan.quantum; });
    session::ControlQuantum out;
    conductor.Run(n, plan.quantum, {first, last}, out);
    for (const session::Segment& segment : out.segments) {
      if (segment.version <= segments.back().version) continue;
      if (segment.n0 == segments.back().n0) segments.pop_back();
      segments.push_back(segment);
    }
    first = last;
  }
}

const session::Segment& SegmentAt(const std::vector<session::Segment>& segments, MediaTime n) {
  std::size_t i = segments.size() - 1;
  while (i > 0 && segments[i].n0 > n) --i;
  return segments[i];
}

std::optional<MediaTime> WhenAt(const std::vector<session::Segment>& segments,
                                const session::BarBeat& position, MediaTime from) {
  for (std::size_t i = 0; i < segments.size(); ++i) {
    const session::Segment& segment = segments[i];
    const MediaTime end =
        i + 1 < segments.size() ? segments[i + 1].n0 : std::numeric_limits<MediaTime>::max();
    if (end <= from || !segment.playing) continue;
    const session::Ticks tick = session::FromBarBeat(segment, position);
    if (tick < segment.At(std::max(from, segment.n0))) continue;  // past it
    const MediaTime when = std::max(from, segment.When(tick));
    // A change of tempo may begin on the very sample on which the place is reached.
    const bool goes_on = when == end && segments[i + 1].tick0 == segment.At(end);
    if (when < end || goes_on) return when;
  }
  return std::nullopt;
}

std::string ToText(const session::BarBeat& position) {
  std::string text = std::to_string(position.bar) + "." + std::to_string(position.beat);
  if (position.sub != 0) text += "." + std::to_string(position.sub);
  return text;
}

}  // namespace continuo::coordinator
