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
    case FrameType::kStateWish:
      return OnStateWish(frame, out);
    case FrameType::kStatePiece:
      return OnStatePiece(frame, out);
    case FrameType::kReport:
    case FrameType::kPrepared:
    case FrameType::kVerdict:
    case FrameType::kStateTaken:
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
  report.join = count.join;
  report.behind = static_cast<std::uint32_t>(count.behind);
  report.joined_from = count.joined_from;
  report.failure = count.failure;
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
  if (rate_ != 0 && part_.slice().self == slice.self) {
    return "what it hears or sends has changed, which a board cannot follow while it plays";
  }
  Stop();
  Arena measure;
  if (const char* const wrong = part_.Prepare(slice, measure)) return wrong;
  if (measure.needed() > memory_.size()) return "memory: it does not fit this board";
  std::fill_n(memory_.begin(), measure.needed(), std::uint8_t{0});
  Arena arena(memory_.data(), memory_.size());
  if (const char* const wrong = part_.Prepare(slice, arena)) return wrong;
  room_ = memory_.subspan(measure.needed());
  rate_ = static_cast<std::uint32_t>(kSampleRate / slice.quantum);
  block_.Play(&part_);
  return nullptr;
}

// A wish with a new ticket has the state written in the next block; those after it get it piece by piece.
std::size_t Desk::OnStateWish(const Frame& frame, std::span<std::uint8_t> out) {
  StateWish wish;
  if (!ParseStateWish(frame.payload, wish)) return 0;
  StatePiece piece{.ticket = wish.ticket, .replica = part_.slice().self, .offset = wish.offset};
  if (rate_ == 0) {
    piece.outcome = StateOutcome::kNotHere;
  } else if (!block_.StateWorks() && wish.ticket != ticket_) {
    ticket_ = wish.ticket;
    work_ = {.not_before = wish.not_before, .bytes = room_};
    block_.PostState(work_);
  } else if (!block_.StateWorks() && !work_.learn) {
    piece.outcome = work_.outcome;
  }
  if (piece.outcome == StateOutcome::kDone) {
    piece.head = work_.head;
    piece.offset = std::min(wish.offset, piece.head.total);
    const std::size_t left = piece.head.total - piece.offset;
    piece.bytes = room_.subspan(piece.offset, std::min(left, kMaxPieceBytes));
  } else {
    piece.offset = 0;
  }
  return EncodeStatePiece(piece, out);
}

std::size_t Desk::OnStatePiece(const Frame& frame, std::span<std::uint8_t> out) {
  StatePiece piece;
  if (!ParseStatePiece(frame.payload, piece)) return 0;
  if (!block_.StateWorks()) {
    if (piece.ticket != ticket_) BeginToLearn(piece);
    if (work_.learn && work_.outcome == StateOutcome::kPending) GoOnLearning(piece);
  }
  StateTaken taken{.ticket = piece.ticket, .have = have_};
  if (!block_.StateWorks() && work_.learn) taken.outcome = work_.outcome;
  return EncodeStateTaken(taken, out);
}

void Desk::BeginToLearn(const StatePiece& piece) {
  ticket_ = piece.ticket;
  have_ = 0;
  work_ = {.learn = true, .head = piece.head};
  const bool waits = rate_ != 0 && part_.slice().self == piece.replica &&
                     block_.Counters().join == JoinStage::kSubscribed;
  if (!waits) {
    work_.outcome = StateOutcome::kNotHere;
  } else if (piece.head.total > room_.size()) {
    work_.outcome = StateOutcome::kTooLarge;
  } else {
    work_.bytes = room_.first(piece.head.total);
  }
}

void Desk::GoOnLearning(const StatePiece& piece) {
  if (piece.offset != have_ || piece.head.total != work_.head.total) return;
  std::copy(piece.bytes.begin(), piece.bytes.end(), work_.bytes.begin() + have_);
  have_ += static_cast<std::uint32_t>(piece.bytes.size());
  if (have_ < work_.head.total) return;
  if (part_.Restore(work_.bytes.subspan(work_.head.replica_bytes))) {
    block_.PostState(work_);
  } else {
    work_.outcome = StateOutcome::kDamaged;
  }
}

void Desk::Stop() {
  rate_ = 0;
  ticket_ = 0;
  block_.Play(nullptr);
  while (block_.Playing() != nullptr) asm volatile("" ::: "memory");  // until the next block
}

}  // namespace continuo::mcu
