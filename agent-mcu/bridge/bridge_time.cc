// SPDX-License-Identifier: Apache-2.0
// What bridge and board say to each other of the time.
#include <chrono>
#include <thread>

#include "agent-mcu/bridge/bridge.h"
#include "proto/plan/media_time.h"

namespace continuo::mcu {
namespace {

constexpr auto kLook = std::chrono::microseconds(20);
constexpr int kLooksForAnswer = 20;

}  // namespace

MediaTime Bridge::MediaNow() {
  const std::lock_guard lock(shared_);
  return media_.version != 0 ? plan::MediaTimeAt(media_, StageNow()) : 0;
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
    Ping ping{.bridge_ns = Now()};
    if (media.version != 0 && pair.board != 0) {
      ping.board_ns = pair.board;
      ping.n = plan::MediaTimeAt(media, pair.ours);
    }
    Send(EncodePing(ping, frame_));
    AwaitAnswer(ping.bridge_ns);
    if (const auto wish = hearings_.Next()) Send(EncodeHearingWish(*wish, frame_));
    TellClock(media);
    const bool answers = reported_ != 0 && now - reported_ < kSilent;
    if (heart_ != nullptr && answers) {
      heart_->Beat(media.version != 0 ? plan::MediaTimeAt(media, StageNow()) : 0, true);
    }
  }
  SendSlices(now);
}

// What it is answered is read when it comes: what lies here for a turn is time that nobody knows the share of.
void Bridge::AwaitAnswer(Nanoseconds asked) {
  for (int looks = 0; looks < kLooksForAnswer && report_.bridge_ns != asked; ++looks) {
    std::this_thread::sleep_for(kLook);
    HearBoard();
  }
}

void Bridge::HearClock(const Report& report) {
  const Nanoseconds round_trip = Now() - report.bridge_ns, stage = StageNow();
  board_clock_.Hear(stage - round_trip, report.board_ns, stage);
  board_clock_log_.Write(report, round_trip);
  if (time_.ptp == nullptr || (clock_leads_ && *clock_leads_ == report.clock.leads)) return;
  clock_leads_ = report.clock.leads;
  Say(report.clock.leads ? "media time is by its own PTP" : "media time is by this bridge's clock");
}

// A board that follows PTP knows by it which sample is when: it needs to be told what that time means.
void Bridge::TellClock(const plan::MediaTimeMap& media) {
  if (!report_.clock.has) return;
  const transport::PtpFollower* const ptp = time_.ptp.get();
  const ClockTold& told =
      clock_teller_.Told(options_.ptp, ptp == nullptr ? clock::MediaMap{} : ptp->Map(),
                         ptp == nullptr ? plan::MediaTimeMap{} : media);
  if (told.number != report_.clock.told) Send(EncodeClockTold(told, frame_));
}

}  // namespace continuo::mcu
