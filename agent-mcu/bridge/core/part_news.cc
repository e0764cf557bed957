// SPDX-License-Identifier: Apache-2.0
#include "agent-mcu/bridge/core/part_news.h"

#include <algorithm>
#include <string>
#include <utility>

#include "proto/replica/life.h"

namespace continuo::mcu {
namespace {

plan::Incident About(const Slice& slice, plan::IncidentKind kind, MediaTime n,
                     const std::string& what) {
  return {.kind = kind,
          .task = slice.task.id,
          .n = n,
          .text = "a replica of " + std::string(slice.task.name.view()) + " " + what,
          .incarnation = slice.self};
}

}  // namespace

std::vector<plan::Incident> PartNews::Take(const std::vector<Slice>& played, const Report& report,
                                           MediaTime now) {
  using plan::IncidentKind;
  std::vector<plan::Incident> news;
  std::map<Incarnation, Told> told;
  for (const Slice& slice : played) {
    const auto part =
        std::find_if(report.parts.begin(), report.parts.end(),
                     [&slice](const PartReport& one) { return one.part == slice.self; });
    const auto before = told_.find(slice.self);
    if (part == report.parts.end()) {
      if (before != told_.end()) told.insert(*before);
      continue;
    }
    const Told is{.joined = part->join == JoinStage::kJoined,
                  .left = static_cast<replica::State>(part->state) == replica::State::kClosed,
                  .failed = !part->failure.empty()};
    const Told was = before != told_.end() ? before->second : Told{is.joined, is.left, false};
    if (is.failed && !was.failed) {
      news.push_back(About(slice, IncidentKind::kJoinFailed, now,
                           "could not join: " + std::string(part->failure.view())));
    }
    if (is.joined && !was.joined) {
      news.push_back(
          About(slice, IncidentKind::kJoined, part->joined_from * slice.quantum, "has joined"));
    }
    if (is.left && !was.left && !is.failed) {
      news.push_back(About(slice, IncidentKind::kRetired, part->next * slice.quantum, "has left"));
    }
    told.emplace(slice.self, is);
  }
  told_ = std::move(told);
  return news;
}

}  // namespace continuo::mcu
