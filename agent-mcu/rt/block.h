// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <span>

#include "agent-mcu/core/part.h"
#include "agent-mcu/rt/datagram_ring.h"
#include "agent-mcu/rt/time_map.h"
#include "dsp/base/realtime.h"
#include "dsp/base/spsc.h"
#include "proto/mcu/frame.h"

namespace continuo::mcu {

/// Bytes of datagrams between network and block interrupt, each way; a power of two. A board with little memory has
/// fewer, as its toolchain file says.
#ifdef CONTINUO_BOARD_RING_KB
inline constexpr std::uint32_t kRingBytes = CONTINUO_BOARD_RING_KB * 1024;
#else
inline constexpr std::uint32_t kRingBytes = 256 * 1024;
#endif

/// A state that a part is to write, or to learn. It belongs to the interrupt from PostState on until StateWorks() is
/// false.
struct StateWork {
  Incarnation part = 0;
  bool learn = false;
  PacketIndex not_before = 0;
  StateHead head{};
  std::span<std::uint8_t> bytes{};
  StateOutcome outcome = StateOutcome::kPending;
};

struct PartCounters {
  Incarnation part = 0;  ///< 0: the seat is free
  std::uint32_t version = 0;
  replica::State state = replica::State::kEmpty;
  int live = 0;
  PacketIndex next = 0;
  std::uint32_t concealed = 0;
  JoinStage join = JoinStage::kNone;
  PacketIndex behind = 0, joined_from = 0;
  const char* failure = "";
};

struct BlockCounters {
  std::uint32_t sent = 0, lost = 0, received = 0, refused = 0, overruns = 0, blocks = 0;
  std::uint32_t process_ns_max = 0;
  std::array<PartCounters, kMaxParts> parts;  ///< by seat
};

/// What the block interrupt does, and everything that crosses the line between it and the idle loop: rings and
/// mailboxes, none of which waits. Its parts have seats; they are woken, hear and compute in their order, so whoever
/// hears another part should sit behind it. What they send to each other stays on the board.
class Block final : private Exit {
 public:
  // ---- the idle loop's side

  /// Bytes of a datagram that may come.
  static constexpr std::size_t kLongest = wire::kMaxDatagramBytes;
  /// A datagram that came, at that time of the board's clock. False: it is longer than that, or there is no room now.
  bool Deliver(std::span<const std::uint8_t> bytes, Nanoseconds came);
  /// The next datagram that is to leave, until DropOutgoing(); nullptr: none.
  const Datagram* Outgoing() const { return outgoing_.Front(); }
  void DropOutgoing() { outgoing_.Pop(); }
  void SetTime(const TimeMap& map);
  /// What is played on that seat from the next block on; nullptr: nothing. `part` belongs to the interrupt until
  /// Playing() is another. All parts have one quantum.
  void Play(std::size_t seat, Part* part) {
    seats_[seat].wanted.store(part, std::memory_order_release);
  }
  Part* Playing(std::size_t seat) const {
    return seats_[seat].playing.load(std::memory_order_acquire);
  }
  /// Where a slice may be written; nullptr: one is under way to its part.
  Slice* DraftSlice() { return slices_.Draft(); }
  /// What was written there is for the part that plays it.
  void AdoptDraft() { slices_.Push(); }
  bool Submit(const EventTold& event) { return events_.TrySend(event); }
  void PostState(StateWork& work) { state_work_.store(&work, std::memory_order_release); }
  bool StateWorks() const { return state_work_.load(std::memory_order_acquire) != nullptr; }
  bool TakeVerdict(VerdictTold& told) { return verdicts_.TryReceive(told); }
  /// How a part hears: told after the next block. False: try again.
  bool Wish(const HearingWish& wish) { return wishes_.TrySend(wish); }
  bool TakeHearing(HearingTold& told) { return hearings_.TryReceive(told); }
  const BlockCounters& Counters() { return counters_.Read(); }

  // ---- the interrupt's side

  /// One block. `now`: the board's clock; `clock` reads it, to measure.
  void Run(Nanoseconds now, Nanoseconds (*clock)()) CONTINUO_REALTIME;

 private:
  struct Seat {
    std::atomic<Part*> wanted{nullptr}, playing{nullptr};
  };

  void Send(const Place& to, std::span<const std::uint8_t> datagram) override;
  bool HasRoom(std::size_t count, std::size_t bytes) const override {
    return outgoing_.HasRoom(count, bytes);
  }
  void Loop(std::span<const std::uint8_t> packet) override;
  void TakeSeats();
  Part* PartOf(Incarnation incarnation) const;
  void TakeSlices();
  void Obey();
  void Hear(bool runs, const TimeMap& map);
  void Compute(Nanoseconds until, Nanoseconds (*clock)());
  void DoStateWork(bool runs);
  void TellVerdicts();
  void TellHearings();
  void Publish();

  std::array<Seat, kMaxParts> seats_;
  std::atomic<StateWork*> state_work_{nullptr};
  DatagramRing<kRingBytes> incoming_, outgoing_;
  SpscQueue<Slice, 1> slices_;
  SpscQueue<EventTold, 32> events_;
  SpscQueue<VerdictTold, 32> verdicts_;
  SpscQueue<HearingWish, 4> wishes_;
  SpscQueue<HearingTold, 4> hearings_;
  Mailbox<TimeMap> time_;
  Mailbox<BlockCounters> counters_;
  // The interrupt's own.
  MediaTime now_ = 0;
  bool rests_ = false;  // the last block took longer than a block: this one is the idle loop's
  FixedVector<Part*, kMaxParts> parts_;  // that play in this block
  std::size_t turn_ = 0;                 // whose turn it is to compute first
  FixedVector<EventTold, 32> asked_;
  HearingTold scratch_hearing_;
  BlockCounters count_;
};

}  // namespace continuo::mcu
