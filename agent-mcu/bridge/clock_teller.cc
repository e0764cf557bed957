// SPDX-License-Identifier: Apache-2.0
#include "agent-mcu/bridge/clock_teller.h"

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "dsp/base/hash.h"
#include "proto/transport/stage_clock.h"

namespace continuo::mcu {
namespace {

/// Those that say that somebody speaks PTP wrongly, and not only to others.
constexpr ClockCount kMalformed[] = {ClockCount::kLength, ClockCount::kVersion, ClockCount::kTime};

}  // namespace

const ClockTold& ClockTeller::Told(const transport::PtpWish& wish, const clock::MediaMap& map,
                                   const plan::MediaTimeMap& media) {
  told_ = {.number = 1,
           .domain = wish.domain.number,
           .sdo = wish.domain.sdo,
           .media = media.version,
           .t0 = media.t0,
           .n0 = media.n0,
           .map = map};
  for (const clock::ClockIdentity identity : wish.allowed) told_.allowed.push_back(identity);
  std::array<std::uint8_t, kMaxFrameBytes> bytes{};
  const std::size_t size = EncodeClockTold(told_, bytes);
  const std::string_view text(reinterpret_cast<const char*>(bytes.data()), size);
  told_.number = std::max(1u, static_cast<std::uint32_t>(Hash64(text)));
  return told_;
}

plan::ClockStatus ClockStatusOf(const ClockReport& board, const plan::ClockStatus& bridge,
                                Nanoseconds way) {
  plan::ClockStatus status = bridge;
  if (!board.leads) {
    status.error += way;
    return status;
  }
  status.state = board.state;
  status.port = board.port;
  status.grandmaster = board.grandmaster;
  status.allowed = board.allowed;
  status.offset = board.offset;
  status.path_delay = board.path_delay;
  status.drift_ppb = board.drift_ppb;
  status.error = board.error;
  status.held = board.held;
  status.map_version = board.map_version;
  return status;
}

std::string WithPassedOver(std::string refused, const ClockReport& board) {
  bool some = false;
  for (const ClockCount what : kMalformed) {
    const std::uint32_t count = board.counts[static_cast<std::size_t>(what)];
    if (count == 0) continue;
    if (!some && !refused.empty()) refused += "; ";
    refused += some ? ", " : "by the board of PTP's messages ";
    refused += std::to_string(count) + " " + ToString(what);
    some = true;
  }
  return refused;
}

std::string BoardClockLog::Open(const std::string& file, const std::string& node) {
  node_ = node;
  if (file.empty()) return {};
  file_.reset(std::fopen(file.c_str(), "ae"));
  return file_ == nullptr ? "cannot write " + file + ": " + std::strerror(errno) : std::string();
}

void BoardClockLog::Write(const Report& report, Nanoseconds round_trip) {
  if (file_ == nullptr || !report.clock.has) return;
  const ClockReport& clock = report.clock;
  const auto text = [](std::int64_t value) { return std::to_string(value); };
  const std::string line =
      "{\"node\": \"" + node_ + "\", \"heard\": " + text(transport::StageClock::Local()) +
      ", \"round_trip\": " + text(round_trip) + ", \"board\": " + text(report.board_ns) +
      ", \"local\": " + text(clock.line.local) + ", \"stage\": " + text(clock.line.stage) +
      ", \"rate_ppb\": " + text(clock.line.rate_ppb) +
      ", \"state\": " + text(static_cast<int>(clock.state)) + ", \"port\": \"" +
      wire::ToString(clock.port) + "\", \"leads\": " + text(clock.leads) + ", \"grandmaster\": \"" +
      plan::IdentityText(clock.grandmaster) + "\", \"map\": " + text(clock.map_version) +
      ", \"offset\": " + text(clock.offset) + ", \"delay\": " + text(clock.path_delay) +
      ", \"error\": " + text(clock.error) + "}\n";
  std::fputs(line.c_str(), file_.get());
  std::fflush(file_.get());
}

}  // namespace continuo::mcu
