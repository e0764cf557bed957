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

namespace continuo::stream {

inline constexpr int kMaxLegs = wire::kMaxMembers * 2;

/// Health of one leg, as a receiver sees it. Counters only grow.
struct LegCounters {
  std::uint64_t received = 0;   ///< copies that arrived before their packet was released
  std::uint64_t selected = 0;   ///< copies that won their slot (counted when the packet is released)
  std::uint64_t late = 0;       ///< copies that came after their packet was released
  std::uint64_t repaired = 0;   ///< selected copies that had been asked for again
  PacketIndex last = -1;        ///< newest packet seen on this leg
};

struct Leg {
  Incarnation incarnation = 0;
  std::uint8_t network = 0;
  LegCounters counters;
};

struct MergeConfig {
  std::uint32_t ssrc = 0;
  std::uint16_t generation = 0;
  std::uint32_t epoch_min = 0;       ///< older copies are refused
  int quantum = 48;
  std::size_t payload_bytes = 0;     ///< exact for audio; the maximum for the control stream
  bool fixed_size = true;
  int slots = 1024;                  ///< power of two, > packets between the newest and the oldest unreleased one
  PacketIndex first = 0;             ///< first packet of the stream
};

enum class Offer : std::uint8_t {
  kStored,      ///< first copy, or untainted over tainted
  kDuplicate,   ///< equal to what is held, or tainted beside untainted
  kDivergent,   ///< untainted and different: alarm
  kLate,        ///< before the first unreleased packet
  kTooEarly,    ///< beyond the ring
  kRefused,     ///< epoch, generation, size or timestamp do not fit
};

struct Selected {
  std::span<const std::uint8_t> payload;
  bool tainted = false;
  bool repaired = false;
  int leg = -1;
};

class Merge {
 public:
  bool Prepare(const MergeConfig& config, Arena& arena);  ///< not real time
  /// Leg of (incarnation, network); unknown ones are added while there is room, else -1.
  int LegOf(Incarnation incarnation, std::uint8_t network) CONTINUO_REALTIME;
  Offer Take(const wire::RtpPacket& packet, int leg) CONTINUO_REALTIME;
  /// The copy held for packet k, if any.
  bool At(PacketIndex k, Selected& selected) const CONTINUO_REALTIME;
  /// Counts the winner of packet k and forgets all packets <= k. Packets are released in order.
  void Release(PacketIndex k) CONTINUO_REALTIME;
  PacketIndex next() const { return next_; }        ///< first unreleased packet
  PacketIndex newest() const { return newest_; }    ///< newest packet seen, or first - 1
  /// The last divergence: packet, leg kept, leg that differed.
  struct Divergence { PacketIndex k = -1; int kept = -1; int differing = -1; };
  const Divergence& last_divergence() const { return divergence_; }
  std::uint64_t divergences() const { return divergences_; }
  const FixedVector<Leg, kMaxLegs>& legs() const { return legs_; }
  const MergeConfig& config() const { return config_; }

 private:
  struct Slot;
  Slot* SlotOf(PacketIndex k) const;
  MergeConfig config_;
  Slot* slots_ = nullptr;
  std::uint8_t* payloads_ = nullptr;
  PacketIndex next_ = 0;
  PacketIndex newest_ = -1;
  FixedVector<Leg, kMaxLegs> legs_;
  Divergence divergence_;
  std::uint64_t divergences_ = 0;
};

}  // namespace continuo::stream
