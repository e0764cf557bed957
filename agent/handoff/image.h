// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "dsp/base/realtime.h"
#include "dsp/base/units.h"
#include "proto/plan/plan.h"

// The image of a task's state: what a replica hands to another one so that it can go on from packet
// `next` as if it had computed all packets before. Little-endian:
//
//   "CTNI", u16 version, u16 generation, u32 task, i64 next, u32 evseq, u32 replica bytes, u32 body
//   bytes, then what replica::Replica::Snapshot wrote, then the conductor's or the processor's
//
// It carries no check sum: who moves it between nodes adds a hash.

namespace continuo::agent::handoff {

struct ImageHead {
  plan::TaskId task = 0;
  std::uint16_t generation = 0;
  PacketIndex next = 0;     ///< first packet that is not in the state
  std::uint32_t evseq = 0;  ///< events applied so far
  std::uint32_t replica_bytes = 0, body_bytes = 0;
};
inline constexpr std::size_t kImageHeadBytes = 32;

/// Views into the bytes it was parsed from.
struct Image {
  ImageHead head;
  std::span<const std::uint8_t> replica;
  std::span<const std::uint8_t> body;
};

/// The first bytes of an image.
void EncodeImageHead(const ImageHead& head,
                     std::span<std::uint8_t, kImageHeadBytes> out) CONTINUO_REALTIME;
/// nullptr if these bytes are one whole image and nothing else; if not, what is wrong with them.
const char* ParseImage(std::span<const std::uint8_t> bytes, Image& image);

/// Where a donor writes an image. Owned by who sends it over the line; while it is on the other
/// side (from kSnapshot until it is back in Line::snapshots) nobody on this side touches it. The
/// audio thread keeps it for no longer than it takes to obey the command.
struct SnapshotSlot {
  enum class Result : std::uint8_t {
    kPending,
    kWritten,   ///< bytes[0, used) is an image
    kTooSmall,  ///< try again with `needed` bytes
    kNotHere,   ///< no replica of that task computes here, or it has no state yet
    kNotYet,    ///< it has not come to `not_before`
  };

  explicit SnapshotSlot(std::size_t room) : bytes(room) {}
  std::vector<std::uint8_t> bytes;  ///< its size never changes on the other side
  PacketIndex not_before = 0;       ///< an older state is not wanted

  // The answer.
  Result result = Result::kPending;
  std::size_t used = 0, needed = 0;
  plan::TaskId task = 0;
  Incarnation incarnation = 0;  ///< whose state it is
  PacketIndex next = 0;
};

}  // namespace continuo::agent::handoff
