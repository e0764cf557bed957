// SPDX-License-Identifier: Apache-2.0
// What an agent says to its coordinator.
#include <algorithm>
#include <cstdio>
#include <fstream>
#include <utility>

#include "agent/shell/agent.h"
#include "agent/shell/report.h"
#include "proto/plan/media_time.h"

namespace continuo::agent {
namespace {

constexpr Nanoseconds kStatusPeriod = 250'000'000;

}  // namespace

void Agent::Tell(plan::Incident incident) {
  std::fprintf(stderr, "continuo-agent: %s\n", incident.text.c_str());
  if (node_.held() != nullptr) incident.n = plan::MediaTimeAt(node_.held()->media, clock_.Now());
  link_->Send(std::move(incident));
}

void Agent::TellNotes() {
  handoff::VerdictNote verdict;
  while (line_.verdicts.TryReceive(verdict)) {
    link_->Send(plan::VerdictReached{verdict.task, verdict.id, verdict.verdict});
  }
  handoff::IncidentNote note;
  while (line_.incidents.TryReceive(note)) {
    if (node_.held() == nullptr) continue;
    if (note.kind == plan::IncidentKind::kJoined) TellJoined(note);
    link_->Send(MakeIncident(note, *node_.held()));
  }
}

void Agent::TellStalls() {
  while (const auto stall = watchdog_->TakeStall()) {
    ++stalls_;
    stall_max_ = std::max(stall_max_, stall->length);
    const MediaTime n =
        node_.held() == nullptr ? 0 : plan::MediaTimeAt(node_.held()->media, stall->begin);
    const double ms = static_cast<double>(stall->length) / 1e6;
    std::ofstream(stall_log_, std::ios::app) << "{\"n\": " << n << ", \"ms\": " << ms << "}\n";
    if (node_.held() == nullptr) continue;
    link_->Send(plan::Incident{.kind = plan::IncidentKind::kStall,
                               .n = n,
                               .text = options_.name + " stood still for " +
                                       std::to_string(static_cast<int>(ms)) + " ms"});
  }
}

void Agent::TellStatus() {
  const Nanoseconds now = clock_.Now();
  if (now < next_status_) return;
  next_status_ = now + kStatusPeriod;
  link_->Send(StatusAt(now));
}

// A join may be over between two statuses. Its figures go ahead of the word that it is done.
void Agent::TellJoined(const handoff::IncidentNote& joined) {
  plan::Status status = StatusAt(clock_.Now());
  AddJoined(joined, status);
  link_->Send(std::move(status));
}

plan::Status Agent::StatusAt(Nanoseconds now) {
  plan::Status status;
  if (node_.held() != nullptr) {
    const handoff::Counters& counters = line_.counters.Read();
    status.now = plan::MediaTimeAt(node_.held()->media, now);
    // Dated when it was true: told late, it must not pass for newer than what was told meanwhile.
    if (counters.plan_version == node_.held_version()) {
      status = MakeStatus(counters, recorder_ == nullptr ? std::vector<Recorder::Progress>{}
                                                         : recorder_->AllProgress());
      if (device_ != nullptr) AddDevices(device_->AllProgress(), node_.held()->media, status);
      taker_->AddTo(status);
    }
    status.plan_version = counters.plan_version;
  }
  status.stalls = stalls_;
  status.stall_max = stall_max_;
  status.realtime = audio_->realtime();
  if (ptp_ != nullptr) status.clock = ptp_->Report();
  if (ptp4l_ != nullptr) status.clock.daemon = ptp4l_->Trouble();
  return status;
}

}  // namespace continuo::agent
