// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "dsp/base/fixed.h"
#include "dsp/base/units.h"
#include "dsp/graph/description.h"
#include "proto/session/timeline.h"
#include "proto/wire/control_frames.h"

// What one board has to do to play its part of a plan: one replica of one task, with all that follows from the plan
// already worked out by the bridge. A board keeps no plan, finds no routes and reads no names.

namespace continuo::mcu {

inline constexpr int kMaxReceived = 8;    ///< streams, the conductor's included
inline constexpr int kMaxSent = 2;        ///< channel groups
inline constexpr int kMaxPlaces = 16;     ///< nodes that it speaks with
inline constexpr int kMaxSliceWires = 6;  ///< into its task

/// Where a node's audio socket is reached. IPv4, host byte order.
struct Place {
  std::uint16_t node = 0;
  std::uint32_t ip = 0;
  std::uint16_t port = 0;
  bool operator==(const Place&) const = default;
};

/// A replica: of this task, or of one that it hears.
struct Member {
  Incarnation incarnation = 0;
  std::uint16_t node = 0;
  bool founder = true;
  bool witness = false;
  bool operator==(const Member&) const = default;
};
using Members = FixedVector<Member, wire::kMaxMembers>;

struct Stream {
  std::uint32_t ssrc = 0;
  std::uint32_t epoch = 0;
  std::uint16_t generation = 0;
  bool control = false;            ///< the conductor's
  std::uint8_t first_channel = 0;  ///< of the port
  std::uint8_t channels = 0;       ///< 0: control
  bool operator==(const Stream&) const = default;
};

struct Received {
  Stream stream;
  Members producers;
  PacketIndex first = 0, end = 0;  ///< packets that exist
  bool operator==(const Received&) const = default;
};

/// The streams of one wire: `groups` of them from received[first] on.
struct Feed {
  std::uint8_t first = 0;
  std::uint8_t groups = 0;
  bool operator==(const Feed&) const = default;
};

struct Slice {
  std::uint32_t version = 0;  ///< of the plan
  std::uint16_t node = 0;     ///< this board
  std::uint8_t quantum = 48;
  Frames promise = 0, silence = 0, repair_after = 0;
  /// An input of packet k that is still missing at the end of k plus this is concealed.
  Frames hold = 0;
  session::Segment session;  ///< in force at the first sample
  dsp::TaskDescription task;
  MediaTime rewired = 0;
  Incarnation self = 0;
  bool leaving = false;
  std::uint8_t wanted = 1;
  PacketIndex first = 0, end = 0;
  Members members;                               ///< self included
  FixedVector<Received, kMaxReceived> received;  ///< the conductor's is the first
  FixedVector<Feed, kMaxSliceWires> feeds;       ///< of task.wires[i]
  FixedVector<Stream, kMaxSent> sent;
  FixedVector<std::uint16_t, kMaxPlaces> receivers;  ///< nodes that hear it
  FixedVector<Place, kMaxPlaces> places;             ///< by node
  bool operator==(const Slice&) const = default;
};

/// Bytes written, or 0 if they do not fit.
std::size_t EncodeSlice(const Slice& slice, std::span<std::uint8_t> out);
/// nullptr, or what is wrong: the field, and what is allowed. `slice` is unspecified then. Whatever is let through
/// can be played; of the task, its kernel has the last word.
const char* ParseSlice(std::span<const std::uint8_t> bytes, Slice& slice);

}  // namespace continuo::mcu
