// SPDX-License-Identifier: Apache-2.0
#include "agent-mcu/bridge/core/stand_in.h"

#include <algorithm>
#include <utility>

#include "agent-mcu/bridge/core/fault_text.h"
#include "agent-mcu/bridge/core/part_status.h"
#include "agent-mcu/bridge/core/slice_of.h"
#include "dsp/base/overload.h"
#include "proto/plan/media_time.h"

namespace continuo::mcu {
namespace {

namespace core = agent::core;

constexpr Nanoseconds kMs = 1'000'000;
constexpr std::int64_t kBoardMemory = 16 << 20;
constexpr Nanoseconds kPlanWithin = 1000 * kMs;  // of a welcome, if the board is in it

}  // namespace

plan::Hello StandIn::Hello() const {
  plan::Hello hello;
  hello.name = options_.name;
  hello.networks.push_back({options_.ip, options_.port});
  hello.domain = options_.domain;
  hello.cores = 0;  // for nothing but what the show keeps on it
  hello.memory_bytes = kBoardMemory;
  hello.costs = options_.costs;
  hello.heard_term = node_.term();
  hello.held_term = node_.held_term();
  hello.held_version = node_.held_version();
  return hello;
}

bool StandIn::Leads(Nanoseconds now) const {
  if (reported_ == 0 || !report_.leads) return false;
  return !options_.shared || now - report_.bridge_ns < kLeadVouched;
}

MediaTime StandIn::MediaAt(Nanoseconds stage) const {
  return media_.version != 0 ? plan::MediaTimeAt(media_, stage) : 0;
}

// ---- what the coordinator wants

void StandIn::Feed(const core::Input& input) {
  for (const core::Effect& effect : node_.Step(input)) Perform(effect);
}

void StandIn::Perform(const core::Effect& effect) {
  std::visit(Overload{
                 [this](const core::Tell& tell) { outlet_.ToCoordinator(tell.message); },
                 [this](const core::Prepare& prepare) {
                   std::vector<Slice> slices;
                   const plan::Plan& plan = prepare.plan;
                   Feed(core::PreparationEnded{plan.term, plan.version,
                                               SlicesOf(plan, node_.self(), slices)});
                 },
                 [this](const core::Play& play) { Play(play.plan); },
                 [](const core::Arm&) {},
                 [this](const core::Stop&) { Stop(); },
                 [this](const core::Submit& submit) {
                   for (const Slice& slice : played_) {
                     if (slice.task.id != submit.task) continue;
                     Send(EncodeEvent({slice.self, submit.event}, frame_));
                   }
                 },
                 [this](const core::Refused& refused) {
                   if (node_.self() == 0) refusal_ = refused.reason;
                 },
                 [this](const core::Note& note) { outlet_.Say(note.text); },
             },
             effect);
}

void StandIn::Stop() {
  known_.lives.End();
  carrier_.Stop();
  hearings_.Follow({}, {});
  wanted_.reset();
  played_.clear();
  played_version_ = 0;
  told_ = true;
}

void StandIn::Play(const plan::Plan& plan) {
  Wanted wanted{.plan = plan, .slices = {}, .prepared = {}};
  const std::string wrong = SlicesOf(plan, node_.self(), wanted.slices);
  const auto lived = known_.lives.Begin(plan, node_.self());
  const auto has_lived = [&lived](const Slice& slice) {
    const core::ReplicaKey key{slice.task.id, slice.self};
    return std::find(lived.begin(), lived.end(), key) != lived.end();
  };
  if (std::erase_if(wanted.slices, has_lived) > 0) {
    outlet_.Say("a replica of an earlier life is not started again");
  }
  if (!wrong.empty()) return Feed(core::PlayBuilt{plan.term, plan.version, wrong});
  media_ = plan.media;
  wanted.prepared.resize(wanted.slices.size());
  wanted_ = std::move(wanted);
  told_ = true;
  next_slice_ = 0;
  next_ask_ = 0;  // the time before anything else
  if (wanted_->slices.empty()) EndPlan("");
}

void StandIn::EndPlan(const std::string& error) {
  const Wanted ended = std::move(*wanted_);
  wanted_.reset();
  if (error.empty()) {
    played_ = ended.slices;
    played_version_ = ended.plan.version;
    carrier_.Follow(ended.plan, node_.self(), node_.peers());
    hearings_.Follow(played_, ended.plan);
  }
  Feed(core::PlayBuilt{ended.plan.term, ended.plan.version, error});
}

// ---- what the board says

bool StandIn::Hear(const Frame& frame, const Moment& at) {
  stage_ = at.stage;
  Report report;
  Prepared prepared;
  VerdictTold told;
  StatePiece piece;
  StateTaken taken;
  HearingTold hearing;
  if (frame.type == FrameType::kReport && ParseReport(frame.payload, report)) {
    OnReport(report, at);
  } else if (frame.type == FrameType::kPrepared && ParsePrepared(frame.payload, prepared)) {
    OnPrepared(prepared);
  } else if (frame.type == FrameType::kVerdict && ParseVerdict(frame.payload, told)) {
    OnVerdict(told);
  } else if (frame.type == FrameType::kStatePiece && ParseStatePiece(frame.payload, piece)) {
    carrier_.Take(piece, at.now);
  } else if (frame.type == FrameType::kStateTaken && ParseStateTaken(frame.payload, taken)) {
    carrier_.Take(taken, at.now);
  } else if (frame.type == FrameType::kHearingTold && ParseHearingTold(frame.payload, hearing)) {
    const std::string lost = hearings_.Take(hearing, at.now);
    if (!lost.empty()) outlet_.Say(lost);
  } else {
    return false;
  }
  return true;
}

void StandIn::OnReport(const Report& report, const Moment& at) {
  const Nanoseconds round_trip = at.now - report.bridge_ns;
  board_clock_.Hear(at.stage - round_trip, report.board_ns, at.stage);
  // Power that was away takes the count of boots with it, but a clock never goes back; of two questions the earlier one
  // may have come after the later one, by less than it was under way.
  const Report& last = known_.last;
  const bool later = report.bridge_ns > last.bridge_ns;
  reset_ = reset_ ||
           (last.boots != 0 && (report.boots != last.boots ||
                                (later && report.board_ns < last.board_ns - known_.round_trip)));
  known_.last = report;
  known_.round_trip = round_trip;
  report_ = report;
  reported_ = at.now;
  for (plan::Incident& incident : news_.Take(played_, report_, MediaAt(at.stage))) {
    Tell(std::move(incident));
  }
}

void StandIn::OnPrepared(const Prepared& prepared) {
  if (!wanted_) return;
  if (prepared.part == 0 && !prepared.error.empty()) {
    return EndPlan("the board: " + std::string(prepared.error.view()));
  }
  bool all = true;
  for (std::size_t i = 0; i < wanted_->slices.size(); ++i) {
    const Slice& slice = wanted_->slices[i];
    if (slice.self == prepared.part && slice.version == prepared.version) {
      if (!prepared.error.empty()) {
        return EndPlan("the board, of task " + std::string(slice.task.name.view()) + ": " +
                       std::string(prepared.error.view()));
      }
      wanted_->prepared[i] = true;
    }
    all = all && wanted_->prepared[i];
  }
  if (all) EndPlan("");
}

void StandIn::OnVerdict(const VerdictTold& told) {
  const Slice* const slice = PlayedOf(told.part);
  if (slice == nullptr) return;
  outlet_.ToCoordinator(plan::VerdictReached{slice->task.id, told.id, told.verdict});
}

// ---- what the board is told

bool StandIn::Ask(const Moment& at) {
  if (at.now < next_ask_) return false;
  next_ask_ = at.now + kAskPeriod;
  const BoardClock::Pair pair = board_clock_.Best();
  Ping ping{.bridge_ns = at.now};
  if (media_.version != 0 && pair.board != 0) {
    ping.board_ns = pair.board;
    ping.n = plan::MediaTimeAt(media_, pair.ours);
  }
  Send(EncodePing(ping, frame_));
  return true;
}

void StandIn::AskFurther() {
  if (const auto wish = hearings_.Next()) Send(EncodeHearingWish(*wish, frame_));
}

void StandIn::Turn(const Moment& at) {
  stage_ = at.stage;
  SendSlices(at.now);
  CarryStates(at.now);
}

// What the board still plays of what is over: a replica that has left, a plan before. True: there is something. A board
// that was taken out of the plan while no bridge stood for it is told nothing by the coordinator: what it plays is over
// likewise, unless nobody else plays it.
bool StandIn::StopUnwanted(Nanoseconds now) {
  const auto is_of = [](const std::vector<Slice>& slices, Incarnation part) {
    return std::any_of(slices.begin(), slices.end(),
                       [part](const Slice& slice) { return slice.self == part; });
  };
  bool some = false;
  if (welcomed_ == 0 && node_.self() != 0) welcomed_ = now;
  const bool is_left_out = !told_ && welcomed_ != 0 && now - welcomed_ > kPlanWithin;
  if (!told_ && !is_left_out) return some;
  for (const PartReport& part : report_.parts) {
    if (is_of(wanted_ ? wanted_->slices : played_, part.part)) continue;
    if (is_left_out && part.live < 2) continue;
    Send(EncodeStop(part.part, frame_));
    some = true;
  }
  return some;
}

void StandIn::SendSlices(Nanoseconds now) {
  if (now < next_slice_) return;
  next_slice_ = now + 20 * kMs;
  // Only then is there room for others.
  if (StopUnwanted(now) || !wanted_) return;
  for (std::size_t i = 0; i < wanted_->slices.size(); ++i) {
    if (wanted_->prepared[i]) continue;
    const auto room = std::span(frame_).subspan(4, kMaxFrameBytes - kFrameOverhead);
    const std::size_t size = EncodeSlice(wanted_->slices[i], room);
    if (size == 0) {
      return EndPlan("the slice of task " + std::string(wanted_->slices[i].task.name.view()) +
                     " is longer than a frame");
    }
    Send(CloseFrame(FrameType::kSlice, size, frame_));
  }
}

void StandIn::CarryStates(Nanoseconds now) {
  std::vector<core::ReplicaSeen> seen;
  for (const Slice& slice : played_) {
    const PartReport* const part = ReportOf(slice);
    if (part == nullptr) continue;
    seen.push_back({.replica = {slice.task.id, slice.self},
                    .state = StateOf(*part),
                    .behind = part->behind,
                    .in_sync_at = part->joined_from * slice.quantum,
                    .failed = !part->failure.empty()});
  }
  carrier_.Turn(seen, now);
}

void StandIn::Tell(plan::Incident incident) {
  outlet_.Say(incident.text);
  outlet_.ToCoordinator(std::move(incident));
}

void StandIn::Send(std::size_t bytes) {
  if (bytes != 0) outlet_.ToBoard(std::span<const std::uint8_t>(frame_).first(bytes));
}

// ---- what is told of the board

std::optional<plan::Status> StandIn::Status(const Moment& at) {
  if (at.now < next_status_ || !Answers(at.now)) return std::nullopt;
  next_status_ = at.now + 250 * kMs;
  plan::Status status;
  status.now = MediaAt(at.stage);
  status.plan_version = played_version_;
  status.realtime = true;
  status.packets_sent = report_.sent;
  status.packets_received = report_.received;
  status.packets_refused = report_.refused;
  status.board.name = std::string(report_.board.view());
  status.board.boots = report_.boots;
  status.board.fault = FaultText(report_.fault);
  status.board.overruns = report_.overruns;
  status.board.block_us = report_.process_ns_max / 1000;
  status.board.time_us = static_cast<std::uint32_t>(board_clock_.Best().round_trip / 2000);
  status.board.own_time = report_.clock.leads;
  hearings_.AddTo(status);
  for (const Slice& slice : played_) status.replicas.push_back(StatusOf(slice, ReportOf(slice)));
  carrier_.AddTo(status);
  return status;
}

const PartReport* StandIn::ReportOf(const Slice& slice) const {
  for (const PartReport& part : report_.parts) {
    if (part.part == slice.self) return &part;
  }
  return nullptr;
}

const Slice* StandIn::PlayedOf(Incarnation part) const {
  for (const Slice& slice : played_) {
    if (slice.self == part) return &slice;
  }
  return nullptr;
}

}  // namespace continuo::mcu
