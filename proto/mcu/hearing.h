// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

#include "dsp/base/fixed.h"
#include "dsp/base/units.h"
#include "proto/wire/event.h"

// How well a part of a board hears what it is sent, and what it sends itself: counters, delays, dropouts. The bridge
// asks for one input after the other. Counters grow from the part's beginning.

namespace continuo::mcu {

/// How many packets were so much later than the quickest one; bin i begins at DelayEdge(i).
inline constexpr std::size_t kDelayBins = 24;
using DelayBins = std::array<std::uint32_t, kDelayBins>;
/// 0, 0.25, 0.5, 0.75, 1, 1.5, 2, 3, 4, 6 ... 768 ms, in samples. `bin` 0..kDelayBins-1.
Frames DelayEdge(std::size_t bin);
std::size_t DelayBinOf(Frames beyond);
/// Samples that so many per mille of them did not exceed: the end of the bin, so at most half too much (0.25 ms below
/// 1 ms). 0: there are none; from 768 ms on, 768 ms.
Frames DelayWithin(const DelayBins& bins, int per_mille);

/// Of packets: samples from the end of a packet's last sample until something happened to it. Below 0: before it was
/// over, since sources run ahead.
struct Delays {
  std::int32_t least = kNone;  ///< kNone: nothing happened yet
  std::int64_t sum = 0;
  DelayBins
      beyond{};  ///< each once, by how much it was above the least until then (RFC 5481: delay variation)

  static constexpr std::int32_t kNone = 0x7fffffff;
  void Note(Frames delay);
  std::int64_t Count() const;
  Frames Mean() const;  ///< 0 if there are none
};

/// Packets in a row that were not there when they were needed.
struct Dropout {
  PacketIndex first = 0;
  std::uint32_t packets = 0;
  bool operator==(const Dropout&) const = default;
};
inline constexpr std::size_t kDropoutsKept = 8;

/// One stream, as one part hears it.
struct Heard {
  std::uint32_t received = 0;    ///< packets, each counted once
  std::uint32_t duplicates = 0;  ///< further copies, of a twin as well
  std::uint32_t repaired = 0;    ///< of the received: had to be asked for again
  std::uint32_t reordered = 0;   ///< of the received: after one of later; without the repaired
  std::uint32_t late = 0;        ///< copies of what had been gone on without
  std::uint32_t lost = 0;        ///< packets that were gone on without
  std::uint32_t tainted = 0;     ///< packets used though nobody vouches for them
  std::uint32_t nacks = 0;       ///< that were sent
  std::uint64_t bytes = 0;       ///< of UDP payload, of all copies
  /// Samples before it would have been gone on without, of the packet that came closest to that; below 0: it was late,
  /// and the part had waited (after a stall). kNoMargin: nothing came yet.
  std::int32_t margin_min = kNoMargin;
  std::uint32_t jitter = 0;  ///< RFC 3550, 6.4.1: sixteenths of a sample
  Delays came;  ///< of the received, without repaired and tainted ones: reached the board
  FixedVector<Dropout, kDropoutsKept> dropouts;  ///< the last ones, newest last

  static constexpr std::int32_t kNoMargin = 0x7fffffff;
};

/// What one part sends. Copies to several nodes count for each.
struct Said {
  std::uint32_t packets = 0;
  std::uint32_t repairs = 0;  ///< of them: sent again because somebody had asked
  std::uint64_t bytes = 0;    ///< of UDP payload
  Delays computed;            ///< each packet once
};

struct HearingWish {
  Incarnation part = 0;
  std::uint8_t input = 0;
};
/// The answer, as soon as the block interrupt has been.
struct HearingTold {
  Incarnation part = 0;
  std::uint8_t input = 0, inputs = 0;  ///< which one, of how many
  Said said;
  Heard heard;
};

/// As those of frame.h.
std::size_t EncodeHearingWish(const HearingWish& wish, std::span<std::uint8_t> out);
std::size_t EncodeHearingTold(const HearingTold& told, std::span<std::uint8_t> out);
bool ParseHearingWish(std::span<const std::uint8_t> payload, HearingWish& wish);
bool ParseHearingTold(std::span<const std::uint8_t> payload, HearingTold& told);

}  // namespace continuo::mcu
