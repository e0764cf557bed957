// SPDX-License-Identifier: Apache-2.0
#include "agent-mcu/bridge/ptp_options.h"

#include <cstdio>

#include "proto/mcu/clock_told.h"

namespace continuo::mcu {
namespace {

constexpr Nanoseconds kLockPatience = 60 * clock::kSecond;

}  // namespace

void AddPtp(CLI::App& app, BridgeOptions& options, std::vector<std::string>& allowed) {
  transport::PtpWish& ptp = options.ptp;
  CLI::Option* const attaches = app.add_option(
      "--ptp", ptp.socket,
      "Unix socket of the ptp4l that disciplines this machine's clock (usually /var/run/ptp4l): "
      "media time is PTP time, and a board with Ethernet follows the same grandmaster by itself. "
      "Not given: this machine's own clock, which all nodes must share");
  app.add_option("--ptp-clock", ptp.device,
                 "the clock that ptp4l disciplines: realtime, tai, or a file such as /dev/ptp0")
      ->default_val("realtime");
  app.add_option("--ptp-domain", ptp.domain.number, "0 to 127")
      ->check(CLI::Range(0, 127))
      ->capture_default_str();
  app.add_option(
         "--ptp-allow", allowed,
         "identity of a grandmaster, such as 001122.fffe.334455; repeatable, 4 at most. Any "
         "other one means holdover, here and on the board. Not given: any")
      ->needs(attaches);
  app.add_option("--clock-map", ptp.map,
                 "ADDRESS:PORT of the coordinator's --clock-map, which says what another "
                 "grandmaster's time means; of several ADDRESS:PORT,ADDRESS:PORT")
      ->needs(attaches);
  app.add_option("--clock-log", ptp.log,
                 "file for what this machine's clock does, a line of JSON ten times a second")
      ->needs(attaches);
  app.add_option("--board-clock-log", options.board_clock_log,
                 "file for what the board's clock does, a line of JSON twenty times a second");
}

std::string TakeAllowed(const std::vector<std::string>& allowed, transport::PtpWish& ptp) {
  constexpr std::size_t kMost = decltype(ClockTold::allowed)::capacity();
  if (allowed.size() > kMost) {
    return "--ptp-allow: " + std::to_string(allowed.size()) + " grandmasters, and a board knows " +
           std::to_string(kMost) + " at most";
  }
  for (const std::string& text : allowed) {
    if (!plan::ParseClockIdentity(text, ptp.allowed.emplace_back())) {
      return "--ptp-allow " + text + ": it is no clock identity (16 hexadecimal digits)";
    }
  }
  return {};
}

std::string FollowPtp(const transport::PtpWish& wish, BridgeTime& time,
                      const std::function<bool()>& ends) {
  if (wish.socket.empty()) return {};
  transport::PtpWish heard = wish;
  heard.tell = [](const std::string& news) {
    std::fprintf(stderr, "continuo-bridge: %s\n", news.c_str());
  };
  std::string error;
  time.ptp = transport::PtpFollower::Start(heard, time.clock, error);
  return time.ptp == nullptr ? error : time.ptp->WaitLocked(kLockPatience, ends);
}

}  // namespace continuo::mcu
