// SPDX-License-Identifier: Apache-2.0
#include "agent-mcu/rt/block.h"

#include <algorithm>

namespace continuo::mcu {
namespace {

constexpr Frames kVerdictPatience = FramesOfMs(2000);
constexpr int kPacketsPerBlock = 16;
constexpr std::uint32_t kBlocksAtMost = 512;  // after which the longest is looked for anew

}  // namespace

bool Block::Deliver(std::span<const std::uint8_t> bytes, Nanoseconds came) {
  if (bytes.size() > kLongest) return false;
  return incoming_.Send({.bytes = 0, .place = {}, .came = came}, bytes);
}

void Block::SetTime(const TimeMap& map) {
  time_.Draft() = map;
  time_.Publish();
}

void Block::TakeSeats() {
  parts_.clear();
  for (Seat& seat : seats_) {
    Part* const part = seat.wanted.load(std::memory_order_acquire);
    seat.playing.store(part, std::memory_order_release);
    if (part != nullptr) parts_.push_back(part);
  }
  if (turn_ >= parts_.size()) turn_ = 0;
}

void Block::Run(Nanoseconds now, Nanoseconds (*clock)()) {
  TakeSeats();
  ++count_.blocks;
  if (rests_) {
    rests_ = false;
    return;
  }
  TakeSlices();
  const TimeMap map = time_.Read();
  const bool runs = !parts_.empty() && map.board_ns != 0;
  const Nanoseconds block =
      parts_.empty() ? 0 : Nanoseconds{parts_[0]->slice().quantum} * 62'500 / 3;
  if (runs) {
    now_ = std::max(now_, map.n + FramesIn(now - map.board_ns));
    for (Part* const part : parts_) part->Wake(now_);
    Obey();
  }
  Hear(runs, map);
  if (runs) {
    for (Part* const part : parts_) part->Exchange(*this);
    Compute(now + block / 2, clock);
    for (Part* const part : parts_) part->Finish(now_, *this);
    TellVerdicts();
  } else {
    now_ = 0;
  }
  TellHearings();
  DoStateWork(runs);
  const Nanoseconds took = clock() - now;
  if (count_.blocks % kBlocksAtMost == 0) count_.process_ns_max = 0;
  count_.process_ns_max = std::max(count_.process_ns_max, static_cast<std::uint32_t>(took));
  rests_ = runs && took > block;
  if (rests_) ++count_.overruns;
  Publish();
}

Part* Block::PartOf(Incarnation incarnation) const {
  for (Part* const part : parts_) {
    if (part->slice().self == incarnation) return part;
  }
  return nullptr;
}

// Whether or not anything runs: the one for a part that has left meanwhile would be in the way of all others.
void Block::TakeSlices() {
  for (; const Slice* const slice = slices_.Front(); slices_.Pop()) {
    Part* const part = PartOf(slice->self);
    if (part != nullptr && part->MayAdopt(*slice)) part->Adopt(*slice);
  }
}

void Block::Obey() {
  EventTold told;
  while (events_.TryReceive(told)) {
    Part* const part = PartOf(told.part);
    if (part == nullptr) continue;
    part->Submit(told.event, now_);
    const auto same = [&told](const EventTold& one) {
      return one.part == told.part && one.event.id == told.event.id;
    };
    if (std::any_of(asked_.begin(), asked_.end(), same)) continue;
    if (asked_.full()) asked_.erase(0);
    asked_.push_back(told);
  }
}

void Block::Hear(bool runs, const TimeMap& map) {
  for (; const Datagram* const datagram = incoming_.Front(); incoming_.Pop()) {
    ++count_.received;
    const std::span<const std::uint8_t> bytes = datagram->data();
    const MediaTime came = std::min(now_, map.n + FramesIn(datagram->came - map.board_ns));
    bool taken = false;
    for (Part* const part : parts_) taken |= runs && part->Take(bytes, came, now_, *this);
    if (!taken) ++count_.refused;
  }
}

// After a stall they catch up, as long as half of the block is left; who had no turn then is the first next time.
void Block::Compute(Nanoseconds until, Nanoseconds (*clock)()) {
  bool some = true;
  for (int i = 0; some && i < kPacketsPerBlock; ++i) {
    some = false;
    for (std::size_t j = 0; j < parts_.size(); ++j) {
      const std::size_t at = (turn_ + j) % parts_.size();
      some |= parts_[at]->Compute(now_, *this);
      if (clock() <= until) continue;
      turn_ = (at + 1) % parts_.size();
      return;
    }
  }
  turn_ = 0;
}

void Block::DoStateWork(bool runs) {
  StateWork* const work = state_work_.load(std::memory_order_acquire);
  if (work == nullptr) return;
  Part* const part = runs ? PartOf(work->part) : nullptr;
  if (part == nullptr) {
    work->outcome = StateOutcome::kNotHere;
  } else if (!work->learn) {
    work->outcome = part->Snapshot(work->not_before, work->bytes, work->head);
  } else {
    const bool taken =
        part->Learn(work->bytes.first(work->head.replica_bytes), work->head.next, now_);
    work->outcome = taken ? StateOutcome::kDone : StateOutcome::kRefused;
  }
  state_work_.store(nullptr, std::memory_order_release);
}

void Block::TellVerdicts() {
  for (std::size_t i = asked_.size(); i-- > 0;) {
    const EventTold& asked = asked_[i];
    const Part* const part = PartOf(asked.part);
    const Verdict verdict = part == nullptr ? Verdict::kNone : part->VerdictOf(asked.event);
    const bool told =
        verdict != Verdict::kNone && verdicts_.TrySend({asked.part, asked.event.id, verdict});
    if (told || part == nullptr || now_ > asked.event.at + kVerdictPatience) asked_.erase(i);
  }
}

void Block::TellHearings() {
  HearingWish wish;
  while (wishes_.TryReceive(wish)) {
    const Part* const part = PartOf(wish.part);
    // No room: the bridge asks again.
    if (part != nullptr && part->Tell(wish.input, scratch_hearing_)) {
      hearings_.TrySend(scratch_hearing_);
    }
  }
}

void Block::Publish() {
  for (std::size_t i = 0; i < seats_.size(); ++i) {
    PartCounters& count = count_.parts[i];
    const Part* const part = Playing(i);
    count = {};
    if (part == nullptr) continue;
    count.part = part->slice().self;
    count.version = part->slice().version;
    count.state = part->replica().state();
    count.live = part->replica().live_members();
    count.next = part->replica().next();
    count.concealed = part->concealed();
    count.join = part->join_stage();
    count.behind = part->behind();
    const PacketIndex from = part->replica().joined_from();
    count.joined_from = from == replica::Replica::kNotYet ? 0 : from;
    count.failure = part->failure();
  }
  counters_.Draft() = count_;
  counters_.Publish();
}

void Block::Loop(std::span<const std::uint8_t> packet) {
  if (parts_.size() < 2) return;
  for (Part* const part : parts_) part->TakeOwn(packet, now_);
}

void Block::Send(const Place& to, std::span<const std::uint8_t> datagram) {
  if (outgoing_.Send({.bytes = 0, .place = to, .came = 0}, datagram)) {
    ++count_.sent;
  } else {
    ++count_.lost;
  }
}

}  // namespace continuo::mcu
