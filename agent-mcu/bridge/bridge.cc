// SPDX-License-Identifier: Apache-2.0
#include "agent-mcu/bridge/bridge.h"

#include <cstdio>
#include <random>
#include <utility>

#include "agent-mcu/bridge/board_costs.h"
#include "proto/transport/build_id.h"

namespace continuo::mcu {

Bridge::Bridge(BridgeOptions options, KnownBoard& known, const BridgeTime& time)
    : options_(std::move(options)),
      time_(time),
      core_({.name = options_.name,
             .domain = options_.domain,
             .ip = options_.board.ip,
             .port = options_.board.port,
             .shared = options_.shared,
             .ticket = static_cast<std::uint32_t>(std::random_device{}()),
             .costs = BoardCosts()},
            known, *this) {}

void Bridge::Say(const std::string& text) {
  std::fprintf(stderr, "continuo-bridge: %s: %s\n", options_.name.c_str(), text.c_str());
}

void Bridge::ToBoard(std::span<const std::uint8_t> frame) {
  if (frame.empty()) return;
  port_->Send({options_.board, frame});
  port_->Flush();
}

plan::Hello Bridge::MakeHello() {
  plan::Hello hello;
  {
    const std::lock_guard lock(shared_);
    hello = hello_;
  }
  hello.build_id = transport::BuildId();
  hello.clock_id = time_.ptp == nullptr ? transport::MachineClockId() : time_.ptp->clock_id();
  hello.clock_now = time_.clock.Now();
  hello.asset_address = server_->address();
  return hello;
}

// What is held is said at every connection, by threads of the link.
void Bridge::NoteHello() {
  const agent::core::Node& node = core_.node();
  const std::lock_guard lock(shared_);
  const bool same = !hello_.name.empty() && hello_.heard_term == node.term() &&
                    hello_.held_term == node.held_term() &&
                    hello_.held_version == node.held_version();
  if (!same) hello_ = core_.Hello();
}

void Bridge::HearCoordinator() {
  std::deque<plan::ToAgent> messages;
  {
    const std::lock_guard lock(shared_);
    messages.swap(inbox_);
  }
  for (const plan::ToAgent& message : messages) {
    core_.Hear(message);
    NoteHello();
  }
}

void Bridge::HearBoard() {
  std::array<transport::DatagramPort::Incoming, 16> batch;
  for (int count = port_->Receive(batch); count > 0; count = port_->Receive(batch)) {
    for (int i = 0; i < count; ++i) {
      Frame frame;
      const FrameError error = ParseFrame(batch[static_cast<std::size_t>(i)].bytes, frame);
      if (error == FrameError::kNone) {
        Take(frame);
      } else if (error != unheeded_) {  // the next ones are like it, twenty times a second
        Say(std::string("a frame from the board is ") + ToString(error));
      }
      unheeded_ = error;
    }
  }
}

void Bridge::Take(const Frame& frame) {
  const Moment at = Now();
  if (core_.Hear(frame, at)) {
    if (frame.type == FrameType::kReport) HearClock(core_.report());
    if (frame.type == FrameType::kPrepared) NoteHello();
  } else if (controls_ != nullptr) {
    controls_->Take(frame, core_.MediaAt(at.stage), at.now);
  }
}

void Bridge::Turn() {
  HearCoordinator();
  HearBoard();
  for (StateArrived& arrived : traffic_.TakeArrived()) core_.Hear(std::move(arrived), Now());
  core_.Wish(traffic_.Wished());
  Ask();
  core_.Turn(Now());
  NoteHello();
  if (controls_ != nullptr) {
    ToBoard(std::span<const std::uint8_t>(frame_).first(controls_->Speak(clock_.Now(), frame_)));
  }
  TellStatus();
}

void Bridge::TellStatus() {
  if (!link_->connected()) return;
  std::optional<plan::Status> status = core_.Status(Now());
  if (!status) return;
  const ClockReport& clock = core_.report().clock;
  if (time_.ptp != nullptr) {
    status->clock =
        ClockStatusOf(clock, time_.ptp->Report(), Nanoseconds{1000} * status->board.time_us);
  }
  status->board.sealed = options_.key.has_value();
  status->board.refused =
      WithPassedOver(RefusedText(core_.report().seal, port_->counters()), clock);
  link_->Send(std::move(*status));
}

}  // namespace continuo::mcu
