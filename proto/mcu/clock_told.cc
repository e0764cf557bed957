// SPDX-License-Identifier: Apache-2.0
#include "proto/mcu/clock_told.h"

#include <algorithm>

#include "proto/mcu/clock_message.h"
#include "proto/mcu/frame.h"
#include "proto/mcu/payload.h"
#include "proto/wire/event_codec.h"

namespace continuo::mcu {
namespace {

bool IsSlewed(std::int64_t ppb) {
  return ppb >= -1'000'000 && ppb <= 1'000'000;
}

}  // namespace

const char* ToString(ClockCount count) {
  switch (count) {
    case ClockCount::kLength:
      return "of a wrong length";
    case ClockCount::kVersion:
      return "of another version";
    case ClockCount::kTime:
      return "of an impossible time";
    case ClockCount::kOtherType:
      return "of another type";
    case ClockCount::kDomain:
      return "of another domain";
    case ClockCount::kForeign:
      return "of a clock that is not followed";
    case ClockCount::kRepeated:
      return "repeated";
    case ClockCount::kUnmatched:
      return "without what they belong to";
    case ClockCount::kOdd:
      return "of a path that cannot be";
  }
  return "";
}

std::size_t EncodeClockTold(const ClockTold& told, std::span<std::uint8_t> out) {
  auto& said = Blank<message::ClockTold>();
  said.number = told.number;
  said.domain = told.domain;
  said.sdo = told.sdo;
  for (const clock::ClockIdentity identity : told.allowed) {
    said.allowed[said.allowed_count++] = identity;
  }
  said.media = told.media;
  said.t0 = told.t0;
  said.n0 = told.n0;
  for (const clock::MapEntry& entry : told.map.entries()) {
    said.map[said.map_count++] = {.version = entry.version,
                                  .grandmaster = entry.grandmaster,
                                  .ptp_ns = entry.ptp,
                                  .n = entry.n,
                                  .rate_hz = static_cast<std::uint32_t>(entry.rate_hz),
                                  .from = entry.from};
  }
  return EncodeFrame(FrameType::kClockTold, said, out);
}

bool ParseClockTold(std::span<const std::uint8_t> bytes, ClockTold& told) {
  auto& heard = Blank<message::ClockTold>();
  if (!Read(bytes, heard)) return false;
  told = {};
  told.number = heard.number;
  told.domain = heard.domain;
  told.sdo = heard.sdo;
  for (std::size_t i = 0; i < heard.allowed_count; ++i) {
    if (heard.allowed[i] == 0 || !told.allowed.push_back(heard.allowed[i])) return false;
  }
  told.media = heard.media;
  told.t0 = heard.t0;
  told.n0 = heard.n0;
  for (std::size_t i = 0; i < heard.map_count; ++i) {
    const continuo_v1_mcu_MapEntry& from = heard.map[i];
    const clock::MapEntry entry{.version = from.version,
                                .grandmaster = from.grandmaster,
                                .ptp = from.ptp_ns,
                                .n = from.n,
                                .rate_hz = static_cast<std::int32_t>(from.rate_hz),
                                .from = from.from};
    if (!IsValid(entry)) return false;
    told.map.Add(entry);
  }
  if (told.number == 0 || told.domain > 127 || told.sdo > 15) return false;
  return wire::IsMediaTime(told.n0) && told.t0 >= 0 && told.t0 <= kMediaTimeLimit * 500;
}

void Put(const ClockReport& report, message::ClockReport& into) {
  into.leads = report.leads;
  into.told = report.told;
  into.state = static_cast<std::uint8_t>(report.state);
  into.port = static_cast<std::uint8_t>(report.port);
  into.allowed = report.allowed;
  into.grandmaster = report.grandmaster;
  into.offset = report.offset;
  into.path_delay = report.path_delay;
  into.error = report.error;
  into.held = report.held;
  into.drift_ppb = report.drift_ppb;
  into.map_version = report.map_version;
  into.local_ns = report.line.local;
  into.stage_ns = report.line.stage;
  into.rate_ppb = static_cast<std::int32_t>(report.line.rate_ppb);
  std::copy(report.counts.begin(), report.counts.end(), into.counts);
}

bool Take(const message::ClockReport& from, ClockReport& report) {
  report.has = true;
  report.leads = from.leads;
  report.told = from.told;
  report.state = static_cast<clock::LockState>(from.state);
  report.port = static_cast<wire::PtpPortState>(from.port);
  report.allowed = from.allowed;
  report.grandmaster = from.grandmaster;
  report.offset = from.offset;
  report.path_delay = from.path_delay;
  report.error = from.error;
  report.held = from.held;
  report.drift_ppb = from.drift_ppb;
  report.map_version = from.map_version;
  report.line = {from.local_ns, from.stage_ns, from.rate_ppb};
  std::copy(std::begin(from.counts), std::end(from.counts), report.counts.begin());
  return report.state <= clock::LockState::kHoldover &&
         report.port <= wire::PtpPortState::kGrandMaster && IsSlewed(report.line.rate_ppb);
}

}  // namespace continuo::mcu
