// SPDX-License-Identifier: Apache-2.0
#include "agent-mcu/rt/desk.h"

#include <algorithm>
#include <charconv>
#include <new>
#include <string_view>

namespace continuo::mcu {
namespace {

class Sentence {
 public:
  Sentence& operator<<(std::string_view text) {
    const std::size_t size = std::min(text.size(), chars_.size() - size_);
    std::copy_n(text.begin(), size, chars_.begin() + size_);
    size_ += size;
    return *this;
  }
  Sentence& operator<<(std::size_t number) {
    char* const end = chars_.data() + chars_.size();
    size_ = static_cast<std::size_t>(std::to_chars(chars_.data() + size_, end, number).ptr -
                                     chars_.data());
    return *this;
  }
  std::string_view view() const { return {chars_.data(), size_}; }

 private:
  std::array<char, 120> chars_{};
  std::size_t size_ = 0;
};

/// Of a part itself, in its memory.
constexpr std::size_t kPlace = (sizeof(Part) + 15) & ~std::size_t{15};
static_assert(alignof(Part) <= 16);

constexpr std::size_t InKb(std::size_t bytes) {
  return (bytes + 999) / 1000;
}

}  // namespace

std::size_t Desk::Take(const Frame& frame, Nanoseconds now, const Health& health,
                       std::span<std::uint8_t> out) {
  if (!health.leads && frame.type != FrameType::kPing) return 0;
  switch (frame.type) {
    case FrameType::kPing:
      return OnPing(frame, now, health, out);
    case FrameType::kSlice:
      return OnSlice(frame, out);
    case FrameType::kStop: {
      Incarnation part = 0;
      if (ParseStop(frame.payload, part)) Stop(part);
      return 0;
    }
    case FrameType::kEvent: {
      EventTold event;
      // No room: the coordinator asks again.
      if (ParseEvent(frame.payload, event)) block_.Submit(event);
      return 0;
    }
    case FrameType::kStateWish:
      return OnStateWish(frame, out);
    case FrameType::kStatePiece:
      return OnStatePiece(frame, out);
    case FrameType::kHearingWish: {
      HearingWish wish;
      if (ParseHearingWish(frame.payload, wish)) block_.Wish(wish);
      return 0;
    }
    case FrameType::kTrialWish:
      break;  // only a board that plays nothing is tried
    case FrameType::kPanelWish:
      break;  // nor has any other one a panel
    case FrameType::kClockTold:
      break;  // whoever keeps the time hears it (agent-mcu/time)
    case FrameType::kTrialTold:
    case FrameType::kReport:
    case FrameType::kPrepared:
    case FrameType::kVerdict:
    case FrameType::kStateTaken:
    case FrameType::kPanelTold:
    case FrameType::kHearingTold:
      break;  // a board says these, and hears them from nobody
  }
  return 0;
}

std::size_t Desk::OnPing(const Frame& frame, Nanoseconds now, const Health& health,
                         std::span<std::uint8_t> out) {
  Ping ping;
  if (!ParsePing(frame.payload, ping)) return 0;
  if (ping.board_ns != 0 && health.leads && !health.clock.leads) {
    block_.SetTime({ping.board_ns, ping.n});
  }
  const BlockCounters& count = block_.Counters();
  Report report = ReportOf(ping, now, health);
  report.sent = count.sent;
  report.received = count.received;
  report.refused = count.refused;
  report.overruns = count.overruns;
  report.process_ns_max = count.process_ns_max;
  for (const PartCounters& part : count.parts) {
    if (part.part == 0) continue;
    report.parts.push_back({.part = part.part,
                            .version = part.version,
                            .state = static_cast<std::uint8_t>(part.state),
                            .live = static_cast<std::uint8_t>(part.live),
                            .next = part.next,
                            .concealed = part.concealed,
                            .join = part.join,
                            .behind = static_cast<std::uint32_t>(part.behind),
                            .joined_from = part.joined_from,
                            .failure = part.failure});
  }
  return EncodeReport(report, out);
}

Desk::Seat* Desk::SeatOf(Incarnation part) {
  const auto is = [part](const Seat& seat) {
    return seat.part != nullptr && seat.part->slice().self == part;
  };
  const auto at = std::find_if(seats_.begin(), seats_.end(), is);
  return at == seats_.end() ? nullptr : &*at;
}

std::size_t Desk::OnSlice(const Frame& frame, std::span<std::uint8_t> out) {
  slice_ = block_.DraftSlice();
  if (slice_ == nullptr) return 0;  // one is under way: it will ask again
  const char* const wrong = ParseSlice(frame.payload, *slice_);
  Prepared prepared{.part = slice_->self, .version = slice_->version, .error = {}};
  Seat* const seat = SeatOf(slice_->self);
  if (wrong != nullptr) {
    prepared.error = wrong;
  } else if (seat == nullptr) {
    const auto is_free = [](const Seat& one) { return one.part == nullptr; };
    const auto free = std::find_if(seats_.begin(), seats_.end(), is_free);
    if (free != seats_.end()) {
      Begin(*free, prepared);
    } else {
      prepared.error = "seats: this board has 8, and all are taken";
    }
  } else if (!(seat->part->slice() == *slice_)) {
    if (!seat->part->MayAdopt(*slice_)) {
      prepared.error =
          "what it hears or sends has changed, which a board cannot follow while it plays";
    } else {
      block_.AdoptDraft();
    }
  }
  return EncodePrepared(prepared, out);
}

void Desk::Begin(Seat& seat, Prepared& prepared) {
  const auto rate = static_cast<std::uint32_t>(kSampleRate / slice_->quantum);
  if (rate_ != 0 && rate != rate_) {
    prepared.error = "quantum: all parts of a board have the same";
    return;
  }
  ForgetState();
  const auto refuse = [this, &prepared](std::size_t bytes) {
    Sentence text;
    text << "RAM: it needs " << InKb(bytes) << " kB, and the board has "
         << memory_.LargestGap().size() / 1000 << " kB left in one piece";
    prepared.error = FixedString<120>(text.view());
  };
  // What it needs it says itself, so it sits down for a moment where nobody is.
  const std::span<std::uint8_t> gap = memory_.LargestGap();
  if (gap.size() < kPlace) return refuse(kPlace);
  Part* const guest = new (gap.data()) Part;
  Arena measure;
  const char* wrong = guest->Prepare(*slice_, measure);
  guest->~Part();
  if (wrong != nullptr) {
    prepared.error = wrong;
    return;
  }
  seat.memory = memory_.Take(kPlace + measure.needed());
  if (seat.memory.empty()) return refuse(kPlace + measure.needed());
  std::fill(seat.memory.begin(), seat.memory.end(), std::uint8_t{0});
  seat.part = new (seat.memory.data()) Part;
  Arena arena(seat.memory.data() + kPlace, seat.memory.size() - kPlace);
  wrong = seat.part->Prepare(*slice_, arena);
  if (wrong != nullptr) {
    Leave(seat);
    prepared.error = wrong;
    return;
  }
  rate_ = rate;
  block_.Play(static_cast<std::size_t>(&seat - seats_.data()), seat.part);
}

void Desk::Leave(Seat& seat) {
  seat.part->~Part();
  seat.part = nullptr;
  memory_.Return(seat.memory);
}

// A wish with a new ticket has the state written in the next block; those after it get it piece by piece.
std::size_t Desk::OnStateWish(const Frame& frame, std::span<std::uint8_t> out) {
  StateWish wish;
  if (!ParseStateWish(frame.payload, wish)) return 0;
  StatePiece piece{.ticket = wish.ticket, .replica = wish.replica, .offset = wish.offset};
  if (SeatOf(wish.replica) == nullptr || wish.ticket == forgotten_) {
    piece.outcome = StateOutcome::kNotHere;
  } else if (!block_.StateWorks() && wish.ticket != ticket_) {
    ticket_ = wish.ticket;
    room_ = memory_.LargestGap();
    work_ = {.part = wish.replica, .not_before = wish.not_before, .bytes = room_};
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
  if (piece.ticket == forgotten_) {
    return EncodeStateTaken({.ticket = piece.ticket, .outcome = StateOutcome::kNotHere}, out);
  }
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
  room_ = memory_.LargestGap();
  work_ = {.part = piece.replica, .learn = true, .head = piece.head};
  const auto waits = [&piece](const PartCounters& part) {
    return part.part == piece.replica && part.join == JoinStage::kSubscribed;
  };
  const auto& parts = block_.Counters().parts;
  if (SeatOf(piece.replica) == nullptr || std::none_of(parts.begin(), parts.end(), waits)) {
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
  Seat* const seat = SeatOf(work_.part);
  if (seat != nullptr && seat->part->Restore(work_.bytes.subspan(work_.head.replica_bytes))) {
    block_.PostState(work_);
  } else {
    work_.outcome = StateOutcome::kDamaged;
  }
}

void Desk::Stop(Incarnation part) {
  Seat* const seat = SeatOf(part);
  if (seat == nullptr) return;
  const auto number = static_cast<std::size_t>(seat - seats_.data());
  block_.Play(number, nullptr);
  while (block_.Playing(number) != nullptr) wait_();
  ForgetState();
  Leave(*seat);
  const auto plays = [](const Seat& one) { return one.part != nullptr; };
  if (std::none_of(seats_.begin(), seats_.end(), plays)) rate_ = 0;
}

// Its memory is about to be another's.
void Desk::ForgetState() {
  while (block_.StateWorks()) wait_();
  if (ticket_ != 0) forgotten_ = ticket_;
  ticket_ = 0;
  work_ = {};
}

}  // namespace continuo::mcu
