// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "dsp/base/units.h"
#include "proto/replica/exclusions.h"
#include "proto/wire/control_frames.h"

namespace continuo::replica {

/// Is sequence number a newer than b? Right across the wrap of 32 bits.
constexpr bool Newer(std::uint32_t a, std::uint32_t b) {
  return static_cast<std::int32_t>(a - b) > 0;
}

/// What one replica knows of another replica of its task, all of it from that replica's own mouth (R4).
struct Fellow {
  Incarnation incarnation = 0;
  bool excluded = false;

  std::uint32_t seq = 0;    ///< of its newest message; 0: never heard
  int quiet = 0;            ///< own periods since
  std::uint32_t held = 0;   ///< so many entries of its log are in mine; what I acknowledge
  std::uint32_t acked = 0;  ///< so many entries of my log are in its

  // From its newest message, together: a promise speaks of the log it came with and of the view it was given in.
  MediaTime promise = 0;
  std::uint32_t log_end = 0;
  Exclusions view;
  PacketIndex next = 0;

  bool vouched = false;  ///< it has said, since my last wake-up, that I am not excluded
  int untold = 0;        ///< excluded: own periods since I said so to its face
  bool spoke = false;    ///< excluded: it has spoken since I said so

  /// Takes over what supersedes the older messages. Messages may arrive twice and in any order.
  void Hear(const wire::FellowMessage& message) {
    if (message.ack > acked) acked = message.ack;
    if (!Newer(message.seq, seq)) return;
    seq = message.seq;
    quiet = 0;
    promise = message.promise;
    log_end = message.log_end;
    view = Exclusions(message.excluded);
    next = message.next;
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

/// `limit`: first sample after the packet. `need`: so much of my log must be in its. `view`: my exclusions.
inline Gap GapOf(const Fellow& fellow, MediaTime limit, std::uint32_t need,
                 const Exclusions& view) {
  if (fellow.promise < limit) return Gap::kPromise;
  if (fellow.held < fellow.log_end) return Gap::kEntries;
  if (fellow.acked < need) return Gap::kAck;
  if (!(fellow.view == view)) return Gap::kView;
  return Gap::kNone;
}

}  // namespace continuo::replica
