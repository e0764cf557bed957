// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "proto/mcu/clock_message.h"
#include "proto/mcu/frame.h"
#include "proto/mcu/payload.h"

namespace continuo::mcu {
namespace {

void PutPart(const PartReport& part, message::PartReport& into) {
  into.part = part.part;
  into.version = part.version;
  into.state = part.state;
  into.live = part.live;
  into.next = part.next;
  into.concealed = part.concealed;
  into.join = static_cast<std::uint8_t>(part.join);
  into.behind = part.behind;
  into.joined_from = part.joined_from;
  PutText(part.failure, into.failure);
}

bool TakePart(const message::PartReport& from, PartReport& part) {
  part.part = from.part;
  part.version = from.version;
  part.state = from.state;
  part.live = from.live;
  part.next = from.next;
  part.concealed = from.concealed;
  part.join = static_cast<JoinStage>(from.join);
  part.behind = from.behind;
  part.joined_from = from.joined_from;
  TakeText(from.failure, part.failure);
  return part.part != 0 && part.state <= 5 && from.join <= 4;
}

}  // namespace

std::size_t EncodeReport(const Report& report, std::span<std::uint8_t> out) {
  auto& said = Blank<message::Report>();
  said.bridge_ns = report.bridge_ns;
  said.board_ns = report.board_ns;
  said.leads = report.leads;
  PutText(report.board, said.board);
  said.boots = report.boots;
  said.has_fault = report.fault.kind != 0;
  said.fault = {.kind = report.fault.kind,
                .pc = report.fault.pc,
                .lr = report.fault.lr,
                .status = report.fault.status,
                .address = report.fault.address,
                .boot = report.fault.boot};
  said.sent = report.sent;
  said.received = report.received;
  said.refused = report.refused;
  said.overruns = report.overruns;
  said.process_ns_max = report.process_ns_max;
  std::copy(report.seal.begin(), report.seal.end(), said.seal);
  said.has_clock = report.clock.has;
  if (said.has_clock) Put(report.clock, said.clock);
  for (const PartReport& part : report.parts) PutPart(part, said.parts[said.parts_count++]);
  return EncodeFrame(FrameType::kReport, said, out);
}

bool ParseReport(std::span<const std::uint8_t> payload, Report& report) {
  auto& told = Blank<message::Report>();
  if (!Read(payload, told)) return false;
  report.bridge_ns = told.bridge_ns;
  report.board_ns = told.board_ns;
  report.leads = told.leads;
  TakeText(told.board, report.board);
  report.boots = told.boots;
  report.fault = {.kind = told.fault.kind,
                  .pc = told.fault.pc,
                  .lr = told.fault.lr,
                  .status = told.fault.status,
                  .address = told.fault.address,
                  .boot = told.fault.boot};
  report.sent = told.sent;
  report.received = told.received;
  report.refused = told.refused;
  report.overruns = told.overruns;
  report.process_ns_max = told.process_ns_max;
  std::copy(std::begin(told.seal), std::end(told.seal), report.seal.begin());
  report.clock = {};
  if (told.has_clock && !Take(told.clock, report.clock)) return false;
  report.parts.clear();
  report.parts.resize(told.parts_count);
  for (std::size_t i = 0; i < report.parts.size(); ++i) {
    if (!TakePart(told.parts[i], report.parts[i])) return false;
  }
  return report.board_ns > 0;
}

}  // namespace continuo::mcu
