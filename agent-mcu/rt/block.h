// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <span>

#include "agent-mcu/core/part.h"
#include "dsp/base/realtime.h"
#include "dsp/base/spsc.h"
#include "proto/mcu/frame.h"

namespace continuo::mcu {

/// One datagram between the network and the block interrupt.
struct Datagram {
  Place place;  ///< to whom; on the way in, unset
  std::uint16_t bytes = 0;
  std::array<std::uint8_t, wire::kMaxDatagramBytes> data{};
};

/// At `board_ns` of the board's clock sample `n` begins.
struct TimeMap {
  Nanoseconds board_ns = 0;  ///< 0: not known yet
  MediaTime n = 0;
};

/// A state that the part which plays is to write, or to learn. It belongs to the interrupt from PostState on until
/// StateWorks() is false.
struct StateWork {
  bool learn = false;
  PacketIndex not_before = 0;
  StateHead head{};
  std::span<std::uint8_t> bytes{};
  StateOutcome outcome = StateOutcome::kPending;
};

struct BlockCounters {
  std::uint32_t version = 0;
  replica::State state = replica::State::kEmpty;
  int live = 0;
  PacketIndex next = 0;
  std::uint32_t sent = 0, lost = 0, received = 0, refused = 0, concealed = 0, overruns = 0,
                blocks = 0;
  std::uint32_t process_ns_max = 0;
  JoinStage join = JoinStage::kNone;
  PacketIndex behind = 0, joined_from = 0;
  const char* failure = "";
};

/// What the block interrupt does, and everything that crosses the line between it and the idle loop: rings and
/// mailboxes, none of which waits.
class Block final : private Exit {
 public:
  // ---- the idle loop's side

  /// A datagram that came. False: there is no room, and it is lost.
  bool Deliver(std::span<const std::uint8_t> bytes);
  bool TakeOutgoing(Datagram& datagram) { return outgoing_.TryReceive(datagram); }
  void SetTime(const TimeMap& map);
  /// What is played from the next block on; nullptr: nothing. `part` belongs to the interrupt until Playing() is
  /// another.
  void Play(Part* part) { wanted_.store(part, std::memory_order_release); }
  Part* Playing() const { return playing_.load(std::memory_order_acquire); }
  /// For the part that plays. False: try again.
  bool Adopt(const Slice& slice) { return slices_.TrySend(slice); }
  bool Submit(const Event& event) { return events_.TrySend(event); }
  void PostState(StateWork& work) { state_work_.store(&work, std::memory_order_release); }
  bool StateWorks() const { return state_work_.load(std::memory_order_acquire) != nullptr; }
  bool TakeVerdict(VerdictTold& told) { return verdicts_.TryReceive(told); }
  const BlockCounters& Counters() { return counters_.Read(); }

  // ---- the interrupt's side

  /// One block. `now`: the board's clock; `clock` reads it, to measure.
  void Run(Nanoseconds now, Nanoseconds (*clock)()) CONTINUO_REALTIME;

 private:
  void Send(const Place& to, std::span<const std::uint8_t> datagram) override;
  void Obey(Part& part, MediaTime now);
  void DoStateWork(Part* part, MediaTime now);
  void TellVerdicts(const Part& part);
  void Publish(Part* part);

  std::atomic<Part*> wanted_{nullptr}, playing_{nullptr};
  std::atomic<StateWork*> state_work_{nullptr};
  SpscQueue<Datagram, 256> incoming_, outgoing_;
  SpscQueue<Slice, 2> slices_;
  SpscQueue<Event, 32> events_;
  SpscQueue<VerdictTold, 32> verdicts_;
  Mailbox<TimeMap> time_;
  Mailbox<BlockCounters> counters_;
  // The interrupt's own.
  MediaTime now_ = 0;
  bool rests_ = false;  // the last block took longer than a block: this one is the idle loop's
  FixedVector<Event, 32> asked_;
  Datagram scratch_in_, scratch_out_;
  Slice scratch_slice_;
  BlockCounters count_;
};

}  // namespace continuo::mcu
