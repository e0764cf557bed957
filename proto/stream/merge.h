// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "dsp/base/arena.h"
#include "dsp/base/fixed.h"
#include "dsp/base/realtime.h"
#include "dsp/base/units.h"
#include "proto/wire/control_frames.h"
#include "proto/wire/rtp.h"

// Many copies in, one packet out. A leg is one way a copy can come: (replica, network). The receiver keeps one slot
// per packet; the first untainted copy wins, an untainted copy replaces a tainted one, a copy that differs from an
// untainted one is reported as divergence and not played. There is no preferred leg: a preference would be a
// switch-over. Extends SMPTE ST 2022-7 from two copies of one sender to copies of several replicas.
//
// Which of two that differ is wrong, the two cannot say: whoever agrees with one of them is told as well, so that of
// three the odd one is in every pair.
//
// A packet that was released is kept until the ring needs its slot, so the copies of slower legs are still compared:
// a task that computes as soon as the first copy is there must not be the one that never notices a wrong twin.

namespace continuo::stream {

inline constexpr int kMaxLegs = wire::kMaxMembers * 2;

/// Health of one leg, as a receiver sees it. Counters only grow.
struct LegCounters {
  std::uint64_t received = 0;  ///< copies that came in time, whether they were needed or not
  std::uint64_t selected = 0;  ///< copies that won their slot (counted when the packet is released)
  std::uint64_t late =
      0;  ///< copies that came after their packet was released without a copy as good
  std::uint64_t repaired = 0;  ///< selected copies that had been asked for again
  PacketIndex last = -1;       ///< newest packet seen on this leg
};

struct Leg {
  Incarnation incarnation = 0;  ///< 0: of nobody, see Merge::RecycleLeg
  std::uint8_t network = 0;
  LegCounters counters;
  bool differed = false;  ///< its sender joins, and a copy of it was not equal
};

struct MergeConfig {
  std::uint32_t ssrc = 0;
  std::uint16_t generation = 0;
  std::uint32_t epoch_min = 0;  ///< older copies are refused
  int quantum = 48;
  std::size_t payload_bytes = 0;  ///< exact for audio; the maximum for the control stream
  bool fixed_size = true;
  int slots = 1024;  ///< power of two, > packets between the newest and the oldest unreleased one
  PacketIndex first = 0;  ///< first packet of the stream
};

enum class Offer : std::uint8_t {
  kStored,  ///< first copy, or untainted over tainted
  kDuplicate,  ///< equal to what is held, tainted beside another, or a joiner's known to differ: not needed
  kDivergent,  ///< untainted and different: alarm
  kLate,       ///< its packet was released without a copy as good as this, or is long gone
  kTooEarly,   ///< beyond the ring
  kRefused,  ///< it is not a copy of this stream (ssrc, epoch, generation, size or timestamp), or the leg is unknown
};

struct Selected {
  std::span<const std::uint8_t> payload;
  bool tainted = false;
  bool repaired = false;
  int leg = -1;
};

/// Owned by one thread.
class Merge {
 public:
  /// Takes its memory. False if there is no room, or `config` makes no sense. Not real time.
  bool Prepare(const MergeConfig& config, Arena& arena);
  /// Leg of (incarnation, network); unknown ones are added while there is room, else -1.
  int LegOf(Incarnation incarnation, std::uint8_t network) CONTINUO_REALTIME;
  /// No copy will come on this leg any more: it makes room for another one, and until then is one of incarnation 0.
  /// What it brought stays and is played, but is counted for nobody.
  void RecycleLeg(int leg) CONTINUO_REALTIME;
  /// Offers one copy. A joiner's copy is compared with what is held and never kept; only its first divergence on a leg
  /// is one, since one whose state differs sends nothing else until it is given up.
  Offer Take(const wire::RtpPacket& packet, int leg) CONTINUO_REALTIME;
  /// The copy held for packet k, if any. False for released packets. The payload stays valid until the next Take.
  bool At(PacketIndex k, Selected& selected) const CONTINUO_REALTIME;
  /// Counts the winner of each packet <= k and gives them up: whoever needs one has it. Packets are released in order.
  void Release(PacketIndex k) CONTINUO_REALTIME;
  /// Somebody has come who needs earlier packets: those from `floor` on that are still here are given back, down to the
  /// first that is missing or tainted. They have been counted already.
  void Reopen(PacketIndex floor) CONTINUO_REALTIME;
  PacketIndex next() const { return next_; }      ///< first unreleased packet
  PacketIndex newest() const { return newest_; }  ///< newest packet kept, or first - 1
  /// Two replicas whose copies of packet k differ: a leg that brought what is kept, or its equal, and one that did not.
  struct Divergence {
    PacketIndex k = -1;
    int kept = -1;
    int differing = -1;
  };
  /// The next one that was not told yet; false: none. Those beyond the 16 that have room are only counted.
  bool TakeDivergence(Divergence& divergence) CONTINUO_REALTIME;
  std::uint64_t divergences() const { return divergences_; }  ///< copies that differed
  const FixedVector<Leg, kMaxLegs>& legs() const { return legs_; }
  const MergeConfig& config() const { return config_; }

 private:
  // Which packet the slot is of, and the best copy of it so far. A slot may hold a packet of an earlier lap.
  struct Slot {
    PacketIndex k = -1;
    std::uint32_t bytes = 0;
    std::int16_t leg = -1;
    std::int16_t agreeing = -1;   // of another replica whose copy was equal
    std::int16_t differing = -1;  // of the last replica whose copy was not
    bool tainted = false;
    bool repaired = false;
  };
  Slot& SlotOf(PacketIndex k) const { return slots_[k & (config_.slots - 1)]; }
  std::uint8_t* PayloadOf(PacketIndex k) const;
  bool Belongs(const wire::RtpPacket& packet) const;
  void Keep(PacketIndex k, const wire::RtpPacket& packet, int leg);
  Offer Compare(PacketIndex k, const wire::RtpPacket& packet, int leg);
  void NoteEqual(PacketIndex k, int leg);
  void NoteDifferent(PacketIndex k, int leg);
  bool SameReplica(int leg, int other) const;
  MergeConfig config_;
  Slot* slots_ = nullptr;
  std::uint8_t* payloads_ = nullptr;  // one after the other, payload_bytes each
  PacketIndex next_ = 0;
  PacketIndex counted_ = 0;  // winners below it have been counted
  PacketIndex newest_ = -1;
  FixedVector<Leg, kMaxLegs> legs_;
  FixedVector<Divergence, 16> untold_;
  std::uint64_t divergences_ = 0;
};

}  // namespace continuo::stream
