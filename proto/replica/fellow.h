// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <limits>

#include "dsp/base/fixed.h"
#include "dsp/base/units.h"
#include "proto/replica/marks.h"
#include "proto/wire/control_frames.h"

namespace continuo::replica {

/// The first packet of a replica that is no member yet.
inline constexpr PacketIndex kNotYet = std::numeric_limits<PacketIndex>::max();

/// Is sequence number a newer than b? Right across the wrap of 32 bits.
constexpr bool Newer(std::uint32_t a, std::uint32_t b) {
  return static_cast<std::int32_t>(a - b) > 0;
}

/// A hash of the task's state before packet `next`.
struct StateHash {
  PacketIndex next = 0;  ///< 0: none
  std::uint64_t hash = 0;
};

/// What one replica knows of another replica of its task, all of it from that replica's own mouth (R4) but for what
/// the log says: from when on it is a member.
struct Fellow {
  Incarnation incarnation = 0;
  PacketIndex from = kNotYet;  ///< first packet that needs its word; kNotYet: a learner
  bool listed = false;         ///< the plan lists it
  bool excluded = false;

  std::uint32_t seq = 0;    ///< of its newest message; 0: never heard
  std::uint32_t echo = 0;   ///< newest message of mine that it has heard
  int quiet = 0;            ///< own periods since
  std::uint32_t held = 0;   ///< so many entries of its log are in mine; what I acknowledge
  std::uint32_t acked = 0;  ///< so many entries of my log are in its

  // From its newest message, together: a promise speaks of the log it came with and of the view it was given in.
  MediaTime promise = 0;
  std::uint32_t log_end = 0;
  PacketIndex next = 0;
  wire::Standing standing = wire::Standing::kMember;
  bool fenced = false, tainted = false, witness = false;
  Marks shown = 0;  ///< whom it has ever named

  std::uint32_t shown_at = 0;  ///< my newest message when it last named someone new

  bool vouched = false;  ///< it has said, since my last wake-up, that I am not excluded

  // Excluded.
  int untold = 0;                ///< own periods since I said so to its face
  bool spoke = false;            ///< it has spoken since I said so
  std::uint32_t listed_seq = 0;  ///< every message of mine after this one names it
  Marks told = 0;                ///< who has named it, too, and heard me name it
  bool settled = false;          ///< all live fellows have
  bool finished = false;         ///< all on record have

  FixedVector<Incarnation, wire::kMaxExcluded> recalled;  ///< those it names whom I have forgotten

  // While either of us joins.
  bool begun = false;  ///< self joins: I hold its log from entry `base` on
  std::uint32_t base = 0;
  Marks shown_before = 0;  ///< self joins: whom it had named by message `shown_seq`, says the donor
  std::uint32_t shown_seq = 0;
  MediaTime passed_over =
      std::numeric_limits<MediaTime>::min();  ///< latest date not adopted from its log
  static constexpr std::size_t kClaims = 16;
  std::array<StateHash, kClaims> claims{};  ///< a learner's newest hashes, in a ring
  std::size_t claimed = 0;
  bool equal = false, differs = false, reported = false;
  int ready = 0;  ///< periods for which it could have been admitted

  /// A member that goes on: its promise, its log, its acknowledgements and its view are needed.
  bool Live() const { return from != kNotYet && !excluded && standing != wire::Standing::kClosed; }
  bool Closed() const {
    return from != kNotYet && !excluded && standing == wire::Standing::kClosed;
  }
  bool Learns() const { return from == kNotYet && !excluded; }
  /// In sync by its own word, and it has computed as a member.
  bool Computes() const { return Live() && !witness && !fenced && next > from; }

  /// Takes over what supersedes the older messages. Messages may arrive twice and in any order. `names`: whom it
  /// excludes.
  void Hear(const wire::FellowMessage& message, Marks names) {
    acked = std::max(acked, message.ack);
    shown |= names;
    Claim({message.hash_next, message.state_hash});
    if (!Newer(message.seq, seq)) return;
    seq = message.seq;
    TakeShown();
    echo = message.echo;
    quiet = 0;
    promise = message.promise;
    log_end = message.log_end;
    next = message.next;
    standing = message.standing;
    fenced = message.fenced;
    tainted = message.tainted;
    witness = message.witness;
  }
  /// What I have heard of it is newer than what the donor had.
  void TakeShown() {
    if (!Newer(shown_seq, seq)) shown |= shown_before;
  }
  void Claim(const StateHash& hash) {
    if (hash.next == 0 || !Learns()) return;
    for (const StateHash& known : claims) {
      if (known.next == hash.next) return;
    }
    claims[claimed++ % kClaims] = hash;
  }
};

/// What stands between a fellow and the proof of the packet that ends at a given sample (R5).
enum class Gap : std::uint8_t {
  kNone,
  kPromise,  ///< it may still admit an event into that packet
  kEntries,  ///< I do not hold all that its promise speaks of
  kAck,      ///< it does not hold all that I would apply
  kView,  ///< it has not spoken since an exclusion: it may hold entries of the excluded that I lack
};

/// Of a member. `limit`: first sample after the packet. `need`: so much of my log must be in its. `excluded`: whom it
/// must have named, too. Exclusions are never taken back, so each message after the first that named someone was given
/// without him. One that has left (R11) owes nothing but its log.
inline Gap GapOf(const Fellow& fellow, MediaTime limit, std::uint32_t need, Marks excluded) {
  if (!fellow.Closed() && fellow.promise < limit) return Gap::kPromise;
  if (fellow.held < fellow.log_end) return Gap::kEntries;
  if (fellow.Closed()) return Gap::kNone;
  if (fellow.acked < need) return Gap::kAck;
  if ((excluded & ~fellow.shown) != 0) return Gap::kView;
  return Gap::kNone;
}

}  // namespace continuo::replica
