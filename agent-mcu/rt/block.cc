// SPDX-License-Identifier: Apache-2.0
#include "agent-mcu/rt/block.h"

#include <algorithm>
#include <cstring>

namespace continuo::mcu {
namespace {

/// Of the board's clock: 48,000 samples are 10^9 ns.
Frames FramesIn(Nanoseconds span) {
  return span * 3 / 62'500;
}

constexpr Frames kVerdictPatience = FramesOfMs(2000);
constexpr int kPacketsPerBlock = 16;
constexpr std::uint32_t kBlocksAtMost = 512;  // after which the longest is looked for anew

}  // namespace

bool Block::Deliver(std::span<const std::uint8_t> bytes) {
  static Datagram datagram;  // too large for a stack
  if (bytes.size() > datagram.data.size()) return false;
  datagram.bytes = static_cast<std::uint16_t>(bytes.size());
  std::memcpy(datagram.data.data(), bytes.data(), bytes.size());
  return incoming_.TrySend(datagram);
}

void Block::SetTime(const TimeMap& map) {
  time_.Draft() = map;
  time_.Publish();
}

void Block::Run(Nanoseconds now, Nanoseconds (*clock)()) {
  Part* const part = wanted_.load(std::memory_order_acquire);
  playing_.store(part, std::memory_order_release);
  ++count_.blocks;
  if (rests_) {
    rests_ = false;
    return;
  }
  const Nanoseconds block = part != nullptr ? Nanoseconds{part->slice().quantum} * 62'500 / 3 : 0;
  const TimeMap map = time_.Read();
  const bool runs = part != nullptr && map.board_ns != 0;
  if (runs) {
    now_ = std::max(now_, map.n + FramesIn(now - map.board_ns));
    part->Wake(now_);
    Obey(*part, now_);
  }
  while (incoming_.TryReceive(scratch_in_)) {
    ++count_.received;
    const std::span<const std::uint8_t> bytes(scratch_in_.data.data(), scratch_in_.bytes);
    if (!runs || !part->Take(bytes, now_, *this)) ++count_.refused;
  }
  if (runs) {
    part->Exchange(*this);
    // After a stall it catches up, as long as half of the block is left.
    for (int i = 0; i < kPacketsPerBlock && part->Compute(now_, *this); ++i) {
      if (clock() - now > block / 2) break;
    }
    part->Finish(now_, *this);
    TellVerdicts(*part);
  } else {
    now_ = 0;
  }
  DoStateWork(runs ? part : nullptr, now_);
  const Nanoseconds took = clock() - now;
  if (count_.blocks % kBlocksAtMost == 0) count_.process_ns_max = 0;
  count_.process_ns_max = std::max(count_.process_ns_max, static_cast<std::uint32_t>(took));
  rests_ = runs && took > block;
  if (rests_) ++count_.overruns;
  Publish(part);
}

void Block::Obey(Part& part, MediaTime now) {
  while (slices_.TryReceive(scratch_slice_)) {
    if (part.MayAdopt(scratch_slice_)) part.Adopt(scratch_slice_);
  }
  Event event;
  while (events_.TryReceive(event)) {
    part.Submit(event, now);
    const auto same = [&event](const Event& one) { return one.id == event.id; };
    if (std::any_of(asked_.begin(), asked_.end(), same)) continue;
    if (asked_.full()) asked_.erase(0);
    asked_.push_back(event);
  }
}

void Block::DoStateWork(Part* part, MediaTime now) {
  StateWork* const work = state_work_.load(std::memory_order_acquire);
  if (work == nullptr) return;
  if (part == nullptr) {
    work->outcome = StateOutcome::kNotHere;
  } else if (!work->learn) {
    work->outcome = part->Snapshot(work->not_before, work->bytes, work->head);
  } else {
    const bool taken =
        part->Learn(work->bytes.first(work->head.replica_bytes), work->head.next, now);
    work->outcome = taken ? StateOutcome::kDone : StateOutcome::kRefused;
  }
  state_work_.store(nullptr, std::memory_order_release);
}

void Block::TellVerdicts(const Part& part) {
  for (std::size_t i = asked_.size(); i-- > 0;) {
    const Verdict verdict = part.VerdictOf(asked_[i]);
    const bool told = verdict != Verdict::kNone && verdicts_.TrySend({asked_[i].id, verdict});
    if (told || now_ > asked_[i].at + kVerdictPatience) asked_.erase(i);
  }
}

void Block::Publish(Part* part) {
  if (part != nullptr) {
    count_.version = part->slice().version;
    count_.state = part->replica().state();
    count_.live = part->replica().live_members();
    count_.next = part->replica().next();
    count_.concealed = part->concealed();
    count_.join = part->join_stage();
    count_.behind = part->behind();
    const PacketIndex from = part->replica().joined_from();
    count_.joined_from = from == replica::Replica::kNotYet ? 0 : from;
    count_.failure = part->failure();
  } else {
    count_.version = 0;
    count_.state = replica::State::kEmpty;
    count_.join = JoinStage::kNone;
    count_.failure = "";
    asked_.clear();
  }
  counters_.Draft() = count_;
  counters_.Publish();
}

void Block::Send(const Place& to, std::span<const std::uint8_t> datagram) {
  if (datagram.size() > scratch_out_.data.size()) return;
  scratch_out_.place = to;
  scratch_out_.bytes = static_cast<std::uint16_t>(datagram.size());
  std::memcpy(scratch_out_.data.data(), datagram.data(), datagram.size());
  ++(outgoing_.TrySend(scratch_out_) ? count_.sent : count_.lost);
}

}  // namespace continuo::mcu
