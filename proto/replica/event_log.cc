// SPDX-License-Identifier: Apache-2.0
#include "proto/replica/event_log.h"

#include <algorithm>

namespace continuo::replica {

void EventLog::Clear() {
  entries_.clear();
  end_ = 0;
  floor_ = 0;
  memory_.Clear();
}

bool EventLog::Append(const Event& event, Marks marks) {
  const Entry* at =
      std::upper_bound(entries_.begin(), entries_.end(), event,
                       [](const Event& a, const Entry& b) { return Before(a, b.event); });
  if (!entries_.insert(static_cast<std::size_t>(at - entries_.begin()), {event, end_, marks}))
    return false;
  ++end_;
  memory_.Remember(event.id, event.at);
  return true;
}

bool EventLog::Mark(EventId id, Marks marks) {
  const Entry* found = FindLive(id);
  if (found == nullptr) return false;
  entries_[static_cast<std::size_t>(found - entries_.begin())].marks |= marks;
  return true;
}

void EventLog::RemoveMark(std::size_t place) {
  for (Entry& e : entries_) e.marks = Without(e.marks, place);
}

void EventLog::Renumber() {
  end_ = 0;
  floor_ = 0;
  for (Entry& e : entries_) e.index = end_++;
}

const EventLog::Entry* EventLog::FindLive(EventId id) const {
  const Entry* found = std::find_if(entries_.begin(), entries_.end(),
                                    [id](const Entry& e) { return e.event.id == id; });
  return found == entries_.end() ? nullptr : found;
}

const EventLog::Entry* EventLog::LowerBound(MediaTime at) const {
  return std::lower_bound(entries_.begin(), entries_.end(), at,
                          [](const Entry& e, MediaTime t) { return e.event.at < t; });
}

void EventLog::CopyFrom(std::uint32_t from,
                        FixedVector<Event, wire::kMaxEntriesPerMessage>& out) const {
  out.clear();
  if (from >= end_) return;
  const std::uint32_t count = std::min<std::uint32_t>(end_ - from, wire::kMaxEntriesPerMessage);
  out.resize(count);
  for (const Entry& e : entries_) {
    if (e.index >= from && e.index - from < count) out[e.index - from] = e.event;
  }
}

std::uint32_t EventLog::EndBelow(MediaTime limit) const {
  std::uint32_t end = 0;
  for (const Entry& e : entries_) {
    if (e.event.at >= limit) break;
    end = std::max(end, e.index + 1);
  }
  return end;
}

std::uint32_t EventLog::EndWith(EventId id) const {
  const Entry* entry = FindLive(id);
  return entry != nullptr ? entry->index + 1 : 0;
}

int EventLog::EventsIn(MediaTime from, MediaTime to, std::span<Event> out, Marks marks) const {
  std::size_t count = 0;
  for (const Entry* e = LowerBound(from); e != entries_.end() && e->event.at < to; ++e) {
    if ((e->marks & marks) != marks) continue;
    if (count < out.size()) out[count] = e->event;
    ++count;
  }
  return static_cast<int>(count);
}

void EventLog::Forget(MediaTime played, std::uint32_t acked) {
  std::size_t kept = 0;
  std::size_t i = 0;
  for (; i < entries_.size() && entries_[i].event.at < played; ++i) {
    if (entries_[i].index >= acked) {
      entries_[kept++] = entries_[i];
    } else {
      floor_ = std::max(floor_, entries_[i].index + 1);
    }
  }
  if (kept == i) return;
  for (; i < entries_.size(); ++i) entries_[kept++] = entries_[i];
  entries_.resize(kept);
}

}  // namespace continuo::replica
