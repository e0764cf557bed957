// SPDX-License-Identifier: Apache-2.0
#include "proto/mcu/clock_told.h"

#include "proto/clock/map_codec.h"
#include "proto/mcu/payload.h"
#include "proto/wire/event_codec.h"

namespace continuo::mcu {
namespace {

constexpr std::uint64_t kNoStage = 0;  // the map's own check is that of another way

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
  if (out.size() < kFrameOverhead) return 0;
  const auto room = out.subspan(kFrameHead, out.size() - kFrameOverhead);
  ByteWriter payload(room);
  payload.Le(told.number);
  payload.Le(told.domain);
  payload.Le(told.sdo);
  payload.Le(static_cast<std::uint8_t>(told.allowed.size()));
  for (const clock::ClockIdentity identity : told.allowed) payload.Le(identity);
  payload.Le(told.media);
  payload.Le(told.t0);
  payload.Le(told.n0);
  if (!payload.ok()) return 0;
  const std::size_t map = clock::EncodeMap(told.map, kNoStage, room.subspan(payload.size()));
  if (map == 0) return 0;
  return CloseFrame(FrameType::kClockTold, payload.size() + map, out);
}

bool ParseClockTold(std::span<const std::uint8_t> bytes, ClockTold& told) {
  ByteReader in(bytes);
  told = {};
  told.number = in.Le<std::uint32_t>();
  told.domain = in.Le<std::uint8_t>();
  told.sdo = in.Le<std::uint8_t>();
  if (!told.allowed.resize(in.Le<std::uint8_t>())) return false;
  for (clock::ClockIdentity& identity : told.allowed) {
    identity = in.Le<clock::ClockIdentity>();
    if (identity == 0) return false;
  }
  told.media = in.Le<std::uint32_t>();
  told.t0 = in.Le<Nanoseconds>();
  told.n0 = in.Le<MediaTime>();
  if (!in.ok() || told.number == 0 || told.domain > 127 || told.sdo > 15) return false;
  if (!wire::IsMediaTime(told.n0) || told.t0 < 0 || told.t0 > kMediaTimeLimit * 500) return false;
  return clock::MergeMap(in.View(in.left()), kNoStage, told.map);
}

void WriteClockReport(const ClockReport& report, ByteWriter& out) {
  out.Le(static_cast<std::uint8_t>(report.has));
  if (!report.has) return;
  out.Le(static_cast<std::uint8_t>(report.leads));
  out.Le(report.told);
  out.Le(static_cast<std::uint8_t>(report.state));
  out.Le(static_cast<std::uint8_t>(report.port));
  out.Le(static_cast<std::uint8_t>(report.allowed));
  out.Le(report.grandmaster);
  for (const std::int64_t value :
       {report.offset, report.path_delay, report.error, report.held, report.drift_ppb}) {
    out.Le(value);
  }
  out.Le(report.map_version);
  out.Le(report.line.local);
  out.Le(report.line.stage);
  out.Le(report.line.rate_ppb);
  for (const std::uint32_t count : report.counts) out.Le(count);
}

bool ReadClockReport(ByteReader& in, ClockReport& report) {
  report = {};
  const auto has = in.Le<std::uint8_t>();
  report.has = has == 1;
  if (!report.has) return in.ok() && has == 0;
  const auto leads = in.Le<std::uint8_t>();
  report.leads = leads == 1;
  report.told = in.Le<std::uint32_t>();
  const auto state = in.Le<std::uint8_t>();
  report.state = static_cast<clock::LockState>(state);
  const auto port = in.Le<std::uint8_t>();
  report.port = static_cast<wire::PtpPortState>(port);
  const auto allowed = in.Le<std::uint8_t>();
  report.allowed = allowed == 1;
  report.grandmaster = in.Le<std::uint64_t>();
  for (std::int64_t* const value :
       {&report.offset, &report.path_delay, &report.error, &report.held, &report.drift_ppb}) {
    *value = in.Le<std::int64_t>();
  }
  report.map_version = in.Le<std::uint32_t>();
  report.line.local = in.Le<std::int64_t>();
  report.line.stage = in.Le<std::int64_t>();
  report.line.rate_ppb = in.Le<std::int64_t>();
  for (std::uint32_t& count : report.counts) count = in.Le<std::uint32_t>();
  return in.ok() && leads <= 1 && allowed <= 1 &&
         state <= static_cast<std::uint8_t>(clock::LockState::kHoldover) &&
         port <= static_cast<std::uint8_t>(wire::PtpPortState::kGrandMaster) &&
         IsSlewed(report.line.rate_ppb);
}

}  // namespace continuo::mcu
