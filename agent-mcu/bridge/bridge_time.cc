// SPDX-License-Identifier: Apache-2.0
// What bridge and board say to each other of the time.
#include <chrono>
#include <thread>

#include "agent-mcu/bridge/bridge.h"

namespace continuo::mcu {
namespace {

constexpr auto kLook = std::chrono::microseconds(20);
constexpr int kLooksForAnswer = 20;

}  // namespace

static_assert(StandIn::kAskPeriod == agent::Heart::kBeatPeriod);

void Bridge::Ask() {
  const Moment asked = Now();
  if (!core_.Ask(asked)) return;
  AwaitAnswer(asked.now);
  core_.AskFurther();
  TellClock();
  const Moment at = Now();
  if (heart_ != nullptr && core_.Answers(at.now)) heart_->Beat(core_.MediaAt(at.stage), true);
}

// What it is answered is read when it comes: what lies here for a turn is time that nobody knows the share of.
void Bridge::AwaitAnswer(Nanoseconds asked) {
  for (int looks = 0; looks < kLooksForAnswer && core_.report().bridge_ns != asked; ++looks) {
    std::this_thread::sleep_for(kLook);
    HearBoard();
  }
}

void Bridge::HearClock(const Report& report) {
  board_clock_log_.Write(report, clock_.Now() - report.bridge_ns);
  if (time_.ptp == nullptr || (clock_leads_ && *clock_leads_ == report.clock.leads)) return;
  clock_leads_ = report.clock.leads;
  Say(report.clock.leads ? "media time is by its own PTP" : "media time is by this bridge's clock");
}

// A board that follows PTP knows by it which sample is when: it needs to be told what that time means.
void Bridge::TellClock() {
  const Report& report = core_.report();
  if (!report.clock.has) return;
  const transport::PtpFollower* const ptp = time_.ptp.get();
  const ClockTold& told =
      clock_teller_.Told(options_.ptp, ptp == nullptr ? clock::MediaMap{} : ptp->Map(),
                         ptp == nullptr ? plan::MediaTimeMap{} : core_.media());
  if (told.number != report.clock.told) {
    ToBoard(std::span<const std::uint8_t>(frame_).first(EncodeClockTold(told, frame_)));
  }
}

}  // namespace continuo::mcu
