// SPDX-License-Identifier: Apache-2.0
#include "agent-mcu/bridge/bridge.h"

#include <algorithm>
#include <utility>

#include "agent-mcu/bridge/board_costs.h"
#include "agent-mcu/bridge/fault_text.h"
#include "agent-mcu/bridge/part_status.h"
#include "agent-mcu/bridge/slice_of.h"
#include "dsp/base/overload.h"
#include "proto/transport/build_id.h"

namespace continuo::mcu {
namespace {

namespace core = agent::core;

constexpr Nanoseconds kMs = 1'000'000;
constexpr std::int64_t kBoardMemory = 16 << 20;

}  // namespace

plan::Hello Bridge::MakeHello() {
  plan::Hello hello;
  hello.name = options_.name;
  hello.build_id = transport::BuildId();
  hello.clock_id = time_.ptp == nullptr ? transport::MachineClockId() : time_.ptp->clock_id();
  hello.clock_now = StageNow();
  hello.networks.push_back({options_.board.ip, options_.board.port});
  hello.asset_address = server_->address();
  hello.domain = options_.domain;
  hello.cores = 0;  // for nothing but what the show keeps on it
  hello.memory_bytes = kBoardMemory;
  hello.costs = BoardCosts();
  const std::lock_guard lock(shared_);
  hello.heard_term = heard_term_;
  hello.held_term = held_term_;
  hello.held_version = held_version_;
  return hello;
}

void Bridge::Feed(const core::Input& input) {
  for (const core::Effect& effect : node_.Step(input)) Perform(effect);
  const std::lock_guard lock(shared_);
  heard_term_ = node_.term();
  held_term_ = node_.held_term();
  held_version_ = node_.held_version();
}

void Bridge::Perform(const core::Effect& effect) {
  std::visit(Overload{
                 [this](const core::Tell& tell) { link_->Send(tell.message); },
                 [this](const core::Prepare& prepare) {
                   std::vector<Slice> slices;
                   const plan::Plan& plan = prepare.plan;
                   Feed(core::PreparationEnded{plan.term, plan.version,
                                               SlicesOf(plan, node_.self(), slices)});
                 },
                 [this](const core::Play& play) { Play(play.plan); },
                 [](const core::Arm&) {},
                 [this](const core::Stop&) {
                   known_.lives.End();
                   carrier_.Stop();
                   hearings_.Follow({}, {});
                   wanted_.reset();
                   played_.clear();
                   played_version_ = 0;
                   told_ = true;
                 },
                 [this](const core::Submit& submit) {
                   for (const Slice& slice : played_) {
                     if (slice.task.id != submit.task) continue;
                     Send(EncodeEvent({slice.self, submit.event}, frame_));
                   }
                 },
                 [this](const core::Refused& refused) {
                   if (node_.self() == 0) refusal_ = refused.reason;
                 },
                 [this](const core::Note& note) { Say(note.text); },
             },
             effect);
}

void Bridge::Play(const plan::Plan& plan) {
  Wanted wanted{.plan = plan, .slices = {}, .prepared = {}};
  const std::string wrong = SlicesOf(plan, node_.self(), wanted.slices);
  const auto lived = known_.lives.Begin(plan, node_.self());
  const auto has_lived = [&lived](const Slice& slice) {
    const core::ReplicaKey key{slice.task.id, slice.self};
    return std::find(lived.begin(), lived.end(), key) != lived.end();
  };
  if (std::erase_if(wanted.slices, has_lived) > 0) {
    Say("a replica of an earlier life is not started again");
  }
  if (!wrong.empty()) return Feed(core::PlayBuilt{plan.term, plan.version, wrong});
  {
    const std::lock_guard lock(shared_);
    media_ = plan.media;
  }
  wanted.prepared.resize(wanted.slices.size());
  wanted_ = std::move(wanted);
  told_ = true;
  next_slice_ = 0;
  next_ask_ = 0;  // the time before anything else
  if (wanted_->slices.empty()) EndPlan("");
}

void Bridge::HearBoard() {
  std::array<transport::DatagramPort::Incoming, 16> batch;
  for (int count = port_->Receive(batch); count > 0; count = port_->Receive(batch)) {
    for (int i = 0; i < count; ++i) {
      Frame frame;
      const FrameError error = ParseFrame(batch[static_cast<std::size_t>(i)].bytes, frame);
      if (error == FrameError::kNone) {
        Take(frame);
      } else {
        Say(std::string("a frame from the board is ") + ToString(error));
      }
    }
  }
}

void Bridge::Take(const Frame& frame) {
  Report report;
  Prepared prepared;
  VerdictTold told;
  StatePiece piece;
  StateTaken taken;
  HearingTold hearing;
  if (frame.type == FrameType::kReport && ParseReport(frame.payload, report)) {
    HearClock(report);
    // Power that was away takes the count of boots with it, but a clock never goes back.
    const Report& last = known_.last;
    const bool later = report.bridge_ns > last.bridge_ns;
    reset_ = reset_ || (last.boots != 0 &&
                        (report.boots != last.boots || (later && report.board_ns < last.board_ns)));
    known_.last = report;
    report_ = report;
    reported_ = Now();
  } else if (frame.type == FrameType::kPrepared && ParsePrepared(frame.payload, prepared)) {
    OnPrepared(prepared);
  } else if (frame.type == FrameType::kVerdict && ParseVerdict(frame.payload, told)) {
    const Slice* const slice = PlayedOf(told.part);
    if (slice != nullptr) {
      link_->Send(plan::VerdictReached{slice->task.id, told.id, told.verdict});
    }
  } else if (frame.type == FrameType::kStatePiece && ParseStatePiece(frame.payload, piece)) {
    carrier_.Take(piece, Now());
  } else if (frame.type == FrameType::kStateTaken && ParseStateTaken(frame.payload, taken)) {
    carrier_.Take(taken, Now());
  } else if (frame.type == FrameType::kHearingTold && ParseHearingTold(frame.payload, hearing)) {
    const std::string lost = hearings_.Take(hearing, Now());
    if (!lost.empty()) Say(lost);
  } else if (controls_ != nullptr) {
    controls_->Take(frame, MediaNow(), Now());
  }
}

void Bridge::OnPrepared(const Prepared& prepared) {
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

void Bridge::EndPlan(const std::string& error) {
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

// What the board still plays of what is over: a replica that has left, a plan before. True: there is something.
bool Bridge::StopUnwanted() {
  const auto is_of = [](const std::vector<Slice>& slices, Incarnation part) {
    return std::any_of(slices.begin(), slices.end(),
                       [part](const Slice& slice) { return slice.self == part; });
  };
  bool some = false;
  if (!told_) return some;
  for (const PartReport& part : report_.parts) {
    if (is_of(wanted_ ? wanted_->slices : played_, part.part)) continue;
    Send(EncodeStop(part.part, frame_));
    some = true;
  }
  return some;
}

void Bridge::SendSlices(Nanoseconds now) {
  if (now < next_slice_) return;
  next_slice_ = now + 20 * kMs;
  // Only then is there room for others.
  if (StopUnwanted() || !wanted_) return;
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

void Bridge::TellStatus() {
  const Nanoseconds now = Now();
  const bool answers = now - reported_ < kSilent;
  if (now < next_status_ || !answers || !link_->connected()) return;
  next_status_ = now + 250 * kMs;
  plan::Status status;
  status.now = MediaNow();
  status.plan_version = played_version_;
  status.realtime = true;
  status.packets_sent = report_.sent;
  status.packets_received = report_.received;
  status.packets_refused = report_.refused;
  if (time_.ptp != nullptr) {
    status.clock =
        ClockStatusOf(report_.clock, time_.ptp->Report(), board_clock_.Best().round_trip / 2);
  }
  status.board = {std::string(report_.board.view()),
                  report_.boots,
                  FaultText(report_.fault),
                  options_.key.has_value(),
                  WithPassedOver(RefusedText(report_.seal, port_->counters()), report_.clock),
                  report_.overruns,
                  report_.process_ns_max / 1000,
                  static_cast<std::uint32_t>(board_clock_.Best().round_trip / 2000)};
  hearings_.AddTo(status);
  for (const Slice& slice : played_) status.replicas.push_back(StatusOf(slice, ReportOf(slice)));
  carrier_.AddTo(status);
  link_->Send(std::move(status));
}

const PartReport* Bridge::ReportOf(const Slice& slice) const {
  for (const PartReport& part : report_.parts) {
    if (part.part == slice.self) return &part;
  }
  return nullptr;
}

const Slice* Bridge::PlayedOf(Incarnation part) const {
  for (const Slice& slice : played_) {
    if (slice.self == part) return &slice;
  }
  return nullptr;
}

void Bridge::CarryStates() {
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
  carrier_.Turn(seen, Now());
}

void Bridge::Send(std::size_t bytes) {
  Send(std::span<const std::uint8_t>(frame_).first(bytes));
}

void Bridge::Send(std::span<const std::uint8_t> frame) {
  if (frame.empty()) return;
  port_->Send({options_.board, frame});
  port_->Flush();
}

}  // namespace continuo::mcu
