// SPDX-License-Identifier: Apache-2.0
#include "agent-mcu/rt/desk.h"

#include <algorithm>

#include "agent-mcu/board/board.h"
#include "dsp/base/bytes.h"

namespace continuo::mcu {

std::size_t Desk::Take(const Frame& frame, Nanoseconds now, std::span<std::uint8_t> out) {
  switch (frame.type) {
    case FrameType::kPing:
      return OnPing(frame, now, out);
    case FrameType::kSlice:
      return OnSlice(frame, out);
    case FrameType::kStop:
      Stop();
      return 0;
    case FrameType::kEvent: {
      Event event;
      // No room: the coordinator asks again.
      if (ParseEvent(frame.payload, event)) block_.Submit(event);
      return 0;
    }
    case FrameType::kReport:
    case FrameType::kPrepared:
    case FrameType::kVerdict:
      break;  // a board says these, and hears them from nobody
  }
  return 0;
}

std::size_t Desk::OnPing(const Frame& frame, Nanoseconds now, std::span<std::uint8_t> out) {
  Ping ping;
  if (!ParsePing(frame.payload, ping)) return 0;
  if (ping.board_ns != 0) block_.SetTime({ping.board_ns, ping.n});
  const BlockCounters& count = block_.Counters();
  const board::Retained& kept = board::RetainedRecord();
  Report report;
  report.bridge_ns = ping.bridge_ns;
  report.board_ns = now;
  report.board = board::Name();
  report.boots = kept.boots;
  report.fault_kind = kept.fault_kind;
  report.fault_pc = kept.fault_pc;
  report.fault_lr = kept.fault_lr;
  report.version = count.version;
  report.state = static_cast<std::uint8_t>(count.state);
  report.live = static_cast<std::uint8_t>(count.live);
  report.next = count.next;
  report.sent = count.sent;
  report.received = count.received;
  report.refused = count.refused;
  report.concealed = count.concealed;
  report.overruns = count.overruns;
  report.process_ns_max = count.process_ns_max;
  return EncodeReport(report, out);
}

std::size_t Desk::OnSlice(const Frame& frame, std::span<std::uint8_t> out) {
  Prepared prepared;
  const char* const wrong = ParseSlice(frame.payload, slice_);
  prepared.version = ByteReader(frame.payload).Le<std::uint32_t>();
  const char* const error = wrong != nullptr ? wrong : Play(slice_);
  if (error != nullptr) prepared.error = error;
  return EncodePrepared(prepared, out);
}

const char* Desk::Play(const Slice& slice) {
  if (rate_ != 0 && part_.slice() == slice) return nullptr;
  if (rate_ != 0 && part_.MayAdopt(slice)) return block_.Adopt(slice) ? nullptr : "busy: ask again";
  Stop();
  Arena measure;
  if (const char* const wrong = part_.Prepare(slice, measure)) return wrong;
  if (measure.needed() > memory_.size()) return "memory: it does not fit this board";
  std::fill_n(memory_.begin(), measure.needed(), std::uint8_t{0});
  Arena arena(memory_.data(), memory_.size());
  if (const char* const wrong = part_.Prepare(slice, arena)) return wrong;
  rate_ = static_cast<std::uint32_t>(kSampleRate / slice.quantum);
  block_.Play(&part_);
  return nullptr;
}

void Desk::Stop() {
  rate_ = 0;
  block_.Play(nullptr);
  while (block_.Playing() != nullptr) asm volatile("" ::: "memory");  // until the next block
}

}  // namespace continuo::mcu
