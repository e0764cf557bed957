// SPDX-License-Identifier: Apache-2.0
#include "agent-mcu/bridge/bridge.h"

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <thread>
#include <utility>

#include "agent-mcu/bridge/slice_of.h"
#include "dsp/base/overload.h"
#include "dsp/kernels/registry.h"
#include "proto/plan/media_time.h"
#include "proto/replica/life.h"
#include "proto/transport/address_list.h"
#include "proto/transport/build_id.h"

namespace continuo::mcu {
namespace {

namespace core = agent::core;

constexpr auto kTurn = std::chrono::milliseconds(2);
constexpr Nanoseconds kMs = 1'000'000;
constexpr Nanoseconds kSilent =
    150 * kMs;  // a board that does not answer for so long is not vouched for
constexpr std::int64_t kBoardMemory = 12 << 20;
/// What a Cortex-M takes for a kernel, as a multiple of what the kernel says of a 3 GHz x86: clock, one float at a
/// time.
constexpr std::uint32_t kSlower = 25;

std::vector<plan::KernelCost> BoardCosts() {
  std::vector<plan::KernelCost> costs;
  for (const dsp::KernelDescription* const kernel : dsp::Kernels()) {
    const auto declared = static_cast<std::uint32_t>(kernel->cost_ns_per_frame);
    costs.push_back({kernel->kind, declared * kSlower, true});
  }
  std::sort(costs.begin(), costs.end(),
            [](const plan::KernelCost& a, const plan::KernelCost& b) { return a.kind < b.kind; });
  return costs;
}

plan::ReplicaState StateOf(std::uint8_t state) {
  switch (static_cast<replica::State>(state)) {
    case replica::State::kInSync:
      return plan::ReplicaState::kInSync;
    case replica::State::kTainted:
      return plan::ReplicaState::kTainted;
    case replica::State::kFenced:
      return plan::ReplicaState::kFenced;
    case replica::State::kClosed:
      return plan::ReplicaState::kRetired;
    case replica::State::kLearning:
    case replica::State::kEmpty:
      break;
  }
  return plan::ReplicaState::kEmpty;
}

}  // namespace

Bridge::~Bridge() {
  if (link_ != nullptr) link_->Stop();
  if (server_ != nullptr) server_->Stop();
}

std::string Bridge::Start(const std::function<bool()>& ending) {
  std::string error;
  port_ = transport::UdpPort::Bind({}, error);
  if (port_ == nullptr) return error;
  while (reported_ == 0) {
    if (ending()) return {};
    Ask();
    HearBoard();
    std::this_thread::sleep_for(kTurn);
  }
  std::fprintf(stderr, "continuo-bridge: %s is a %.*s, boot %u\n", options_.name.c_str(),
               static_cast<int>(report_.board.view().size()), report_.board.view().data(),
               report_.boots);
  if (report_.fault_kind != 0) {
    std::fprintf(stderr,
                 "continuo-bridge: its last fault: exception %u at %08x, called from %08x\n",
                 report_.fault_kind, report_.fault_pc, report_.fault_lr);
  }
  server_ = transport::Server::Start(options_.serve_states, {state_service_.grpc()}, error);
  if (server_ == nullptr) return error;
  if (!options_.beats.empty()) {
    heart_ =
        std::make_unique<agent::Heart>(agent::Heart::Options{options_.name, options_.beats, 0});
  }
  link_ = std::make_unique<agent::CoordinatorLink>(agent::CoordinatorLink::Options{
      .addresses = transport::SplitAddresses(options_.coordinator),
      .hello = [this] { return MakeHello(); },
      .received =
          [this](plan::ToAgent message) {
            const std::lock_guard lock(shared_);
            inbox_.push_back(std::move(message));
          },
      .changed =
          [](bool, const std::string& why) {
            std::fprintf(stderr, "continuo-bridge: %s\n", why.c_str());
          }});
  link_->Start();
  return {};
}

std::string Bridge::Run(const std::function<bool()>& ending) {
  if (std::string wrong = Start(ending); !wrong.empty()) return wrong;
  while (!ending() && refusal_.empty() && !reset_) {
    std::deque<plan::ToAgent> messages;
    {
      const std::lock_guard lock(shared_);
      messages.swap(inbox_);
    }
    for (const plan::ToAgent& message : messages) Feed(message);
    HearBoard();
    Ask();
    CarryStates();
    TellStatus();
    std::this_thread::sleep_for(kTurn);
  }
  return reset_ ? "the board was reset" : refusal_;
}

plan::Hello Bridge::MakeHello() {
  plan::Hello hello;
  hello.name = options_.name;
  hello.build_id = transport::BuildId();
  hello.clock_id = transport::MachineClockId();
  hello.clock_now = Now();
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
                   Slice slice;
                   bool has_part = false;
                   const plan::Plan& plan = prepare.plan;
                   Feed(core::PreparationEnded{plan.term, plan.version,
                                               SliceOf(plan, node_.self(), slice, has_part)});
                 },
                 [this](const core::Play& play) { Play(play.plan); },
                 [](const core::Arm&) {},
                 [this](const core::Stop&) {
                   lives_.End();
                   carrier_.Stop();
                   played_.reset();
                   Send(EncodeStop(frame_));
                 },
                 [this](const core::Submit& submit) {
                   if (played_ && played_->task.id == submit.task) {
                     Send(EncodeEvent(submit.event, frame_));
                   }
                 },
                 [this](const core::Refused& refused) {
                   if (node_.self() == 0) refusal_ = refused.reason;
                 },
                 [](const core::Note& note) {
                   std::fprintf(stderr, "continuo-bridge: %s\n", note.text.c_str());
                 },
             },
             effect);
}

void Bridge::Play(const plan::Plan& plan) {
  Slice slice;
  bool has_part = false;
  const std::string wrong = SliceOf(plan, node_.self(), slice, has_part);
  const auto lived = lives_.Begin(plan, node_.self());
  const core::ReplicaKey key{slice.task.id, slice.self};
  if (has_part && std::find(lived.begin(), lived.end(), key) != lived.end()) {
    std::fprintf(stderr, "continuo-bridge: a replica of an earlier life is not started again\n");
    has_part = false;
  }
  if (wrong.empty()) {
    const std::lock_guard lock(shared_);
    media_ = plan.media;
  }
  if (!wrong.empty() || !has_part) {
    if (wrong.empty()) {
      carrier_.Stop();
      played_.reset();
      Send(EncodeStop(frame_));
    }
    return Feed(core::PlayBuilt{plan.term, plan.version, wrong});
  }
  wanted_ = slice;
  wanted_plan_ = plan;
  wanted_term_ = plan.term;
  next_slice_ = 0;
  next_ask_ = 0;  // the time before anything else
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
        std::fprintf(stderr, "continuo-bridge: a frame from the board is %s\n", ToString(error));
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
  if (frame.type == FrameType::kReport && ParseReport(frame.payload, report)) {
    board_clock_.Hear(report.bridge_ns, report.board_ns, Now());
    // Power that was away takes the count of boots with it, but a clock never goes back.
    const bool later = report.bridge_ns > report_.bridge_ns;
    reset_ = reset_ || (reported_ != 0 && (report.boots != report_.boots ||
                                           (later && report.board_ns < report_.board_ns)));
    report_ = report;
    reported_ = Now();
  } else if (frame.type == FrameType::kPrepared && ParsePrepared(frame.payload, prepared)) {
    OnPrepared(prepared);
  } else if (frame.type == FrameType::kVerdict && ParseVerdict(frame.payload, told) && played_) {
    link_->Send(plan::VerdictReached{played_->task.id, told.id, told.verdict});
  } else if (frame.type == FrameType::kStatePiece && ParseStatePiece(frame.payload, piece)) {
    carrier_.Take(piece, Now());
  } else if (frame.type == FrameType::kStateTaken && ParseStateTaken(frame.payload, taken)) {
    carrier_.Take(taken, Now());
  }
}

void Bridge::OnPrepared(const Prepared& prepared) {
  if (!wanted_ || wanted_->version != prepared.version) return;
  const std::string error(prepared.error.view());
  if (error.empty()) {
    played_ = wanted_;
    carrier_.Follow(wanted_plan_, node_.self(), node_.peers());
  }
  const std::uint32_t version = wanted_->version;
  wanted_.reset();
  Feed(core::PlayBuilt{wanted_term_, version, error.empty() ? error : "the board: " + error});
}

void Bridge::Ask() {
  const Nanoseconds now = Now();
  if (now >= next_ask_) {
    next_ask_ = now + agent::Heart::kBeatPeriod;
    plan::MediaTimeMap media;
    {
      const std::lock_guard lock(shared_);
      media = media_;
    }
    const BoardClock::Pair pair = board_clock_.Best();
    Ping ping{.bridge_ns = now};
    if (media.version != 0 && pair.board != 0) {
      ping.board_ns = pair.board;
      ping.n = plan::MediaTimeAt(media, pair.ours);
    }
    Send(EncodePing(ping, frame_));
    const bool answers = reported_ != 0 && now - reported_ < kSilent;
    if (heart_ != nullptr && answers) {
      heart_->Beat(media.version != 0 ? plan::MediaTimeAt(media, now) : 0, true);
    }
  }
  if (wanted_ && now >= next_slice_) {
    next_slice_ = now + 20 * kMs;
    const auto room = std::span(frame_).subspan(4, kMaxFrameBytes - kFrameOverhead);
    const std::size_t size = EncodeSlice(*wanted_, room);
    if (size == 0) return OnPrepared({wanted_->version, "the slice is longer than a frame"});
    Send(CloseFrame(FrameType::kSlice, size, frame_));
  }
}

void Bridge::TellStatus() {
  const Nanoseconds now = Now();
  const bool answers = now - reported_ < kSilent;
  if (now < next_status_ || !answers || !link_->connected()) return;
  next_status_ = now + 250 * kMs;
  plan::Status status;
  {
    const std::lock_guard lock(shared_);
    if (media_.version != 0) status.now = plan::MediaTimeAt(media_, now);
  }
  status.realtime = true;
  status.packets_sent = report_.sent;
  status.packets_received = report_.received;
  status.packets_refused = report_.refused;
  if (played_) {
    status.replicas.push_back(ReplicaOfBoard());
    carrier_.AddTo(status);
  }
  link_->Send(std::move(status));
}

void Bridge::CarryStates() {
  const bool plays = played_ && report_.version != 0;
  const plan::ReplicaState state = BoardState();
  core::ReplicaSeen seen;
  if (plays) {
    seen.replica = {played_->task.id, played_->self};
    seen.state = state;
    seen.behind = report_.behind;
    seen.in_sync_at = report_.joined_from * played_->quantum;
    seen.failed = !report_.failure.view().empty();
  }
  carrier_.Turn(plays ? &seen : nullptr, state == plan::ReplicaState::kTainted, Now());
}

plan::ReplicaState Bridge::BoardState() const {
  const plan::ReplicaState state = StateOf(report_.version == 0 ? 0 : report_.state);
  const bool failed = report_.version == 0 || !report_.failure.view().empty();
  if (failed || state == plan::ReplicaState::kRetired) return state;
  switch (report_.join) {
    case JoinStage::kSubscribed:
      return plan::ReplicaState::kSubscribed;
    case JoinStage::kCatchUp:
      return plan::ReplicaState::kCatchUp;
    case JoinStage::kShadow:
      return plan::ReplicaState::kShadow;
    case JoinStage::kNone:
    case JoinStage::kJoined:
      break;
  }
  return state;
}

plan::ReplicaStatus Bridge::ReplicaOfBoard() const {
  plan::ReplicaStatus replica;
  replica.task = played_->task.id;
  replica.incarnation = played_->self;
  replica.state = BoardState();
  replica.next = report_.next;
  replica.live_members = report_.live;
  replica.process_ns_max = report_.process_ns_max;
  if (replica.state == plan::ReplicaState::kRetired) {
    replica.retired_at = report_.next * played_->quantum;
  }
  replica.join.error = std::string(report_.failure.view());
  if (report_.join == JoinStage::kNone) return replica;
  replica.join.behind = report_.behind;
  replica.join.in_sync_at = report_.joined_from * played_->quantum;
  replica.join.hash_equal = report_.joined_from != 0;
  return replica;
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
