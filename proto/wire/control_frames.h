// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "dsp/base/fixed.h"
#include "dsp/base/units.h"
#include "proto/wire/event.h"

// What shares the audio socket with RTP. A first byte of 0xC0 + type cannot be RTP (version 3). All numbers are
// little-endian. A frame of an unknown type or version, or with bytes left over, is refused whole.

namespace continuo::wire {

inline constexpr std::uint8_t kFrameNack = 0xC1;
inline constexpr std::uint8_t kFrameFellows = 0xC2;
inline constexpr std::uint8_t kFrameVersion = 3;

/// Asks for packets again: bit b of `mask` means packet first + b. Sent to every replica of the stream's task.
struct Nack {
  std::uint16_t from_node = 0;  ///< where the repair is to be sent
  std::uint32_t ssrc = 0;
  PacketIndex first = 0;
  std::uint64_t mask = 1;  ///< bit 0 is always set
};
inline constexpr std::size_t kNackBytes = 24;
/// Bytes written (kNackBytes), or 0 if they do not fit. Real-time safe.
std::size_t EncodeNack(const Nack& nack, std::span<std::uint8_t> out);
/// False, and `nack` unspecified, if it is no NACK. Real-time safe.
bool ParseNack(std::span<const std::uint8_t> frame, Nack& nack);

inline constexpr int kMaxMembers =
    6;  ///< replicas of a task, joiners and those that leave included
inline constexpr int kMaxExcluded = 8;
inline constexpr int kMaxEntriesPerMessage = 16;
inline constexpr std::size_t kMaxFellowMessageBytes =
    75 + 27 * kMaxEntriesPerMessage + 4 * kMaxExcluded;
/// `next` of a joiner that has no state yet.
inline constexpr PacketIndex kBare = -1;
/// The promise of one that has left: a media time that no event reaches.
inline constexpr MediaTime kForever = kMediaTimeLimit - 1;

/// What part a replica takes in its task, by its own word.
enum class Standing : std::uint8_t {
  kMember,
  kLearner,  ///< joins: its promises and acknowledgements do not count yet
  kClosing,  ///< a member that wants to leave, and waits until it has been heard
  kClosed,   ///< has left: its log is complete for ever
};

/// What one replica tells a fellow of the same task, once per period (DESIGN: events; rules R2 to R5, R9, R10).
struct FellowMessage {
  std::uint32_t task = 0;
  Incarnation from = 0, to = 0;
  std::uint32_t seq = 0;  ///< sender's period counter
  std::uint32_t echo =
      0;  ///< highest `seq` the sender has seen from `to`: proves that it heard us since
  bool fenced = false;   ///< sender woke from a stall and waits for its fellows' word
  bool tainted = false;  ///< sender's packets are flagged
  bool witness = false;  ///< sender keeps the log and computes nothing
  Standing standing = Standing::kMember;
  PacketIndex hash_next =
      0;  ///< newest aligned state hash: of the state before that packet; 0: none
  std::uint64_t state_hash = 0;
  PacketIndex next = 0;       ///< first packet the sender has not computed; kBare
  MediaTime promise = 0;      ///< W: no first-contact admission below this, ever
  std::uint32_t log_end = 0;  ///< L: entries in the sender's log, counted from its beginning
  std::uint32_t ack = 0;      ///< entries of `to`'s log that the sender holds
  std::uint32_t base = 0;     ///< index in the sender's log of entries[0]
  /// Latest change of the task's wires in the sender's plan; 0: none. Who has not heard of it from the coordinator by
  /// then is no twin any more.
  MediaTime rewired = 0;
  FixedVector<Event, kMaxEntriesPerMessage> entries;
  FixedVector<Incarnation, kMaxExcluded> excluded;
};

/// A datagram of such messages between two nodes: {0xC2, version, from_node u16, message...}. Begin, Add until it
/// says no, Size. Real-time safe.
class FellowFrameWriter {
 public:
  FellowFrameWriter(std::span<std::uint8_t> out, std::uint16_t from_node);
  /// False, and nothing written, if the message does not fit any more.
  bool Add(const FellowMessage& message);
  bool empty() const { return count_ == 0; }
  std::size_t size() const { return used_; }

 private:
  std::span<std::uint8_t> out_;
  std::size_t used_ = 0;
  int count_ = 0;
};

/// Reads such a datagram. Real-time safe.
class FellowFrameReader {
 public:
  /// Walks the whole frame once: if any message in it is malformed, none is given out.
  explicit FellowFrameReader(std::span<const std::uint8_t> frame);
  bool ok() const { return ok_; }
  std::uint16_t from_node() const { return from_node_; }
  /// False at the end, or if !ok().
  bool Next(FellowMessage& message);

 private:
  std::span<const std::uint8_t> left_;
  std::uint16_t from_node_ = 0;
  bool ok_ = false;
};

}  // namespace continuo::wire
