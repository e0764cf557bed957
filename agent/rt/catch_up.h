// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cstdint>

#include "dsp/base/units.h"

namespace continuo::agent::rt {

/// How fast a replica that learned a state comes up to its fellows. Packets and samples; no clock
/// of its own.
class CatchUp {
 public:
  /// The state before packet `next` was learned.
  void Begin(PacketIndex next, MediaTime now) {
    from_ = next;
    begun_ = now;
    done_ = false;
    percent_ = 0;
  }
  /// Once per tick. `head`: first packet that no member is known to have computed.
  void Note(PacketIndex next, PacketIndex head, int quantum, MediaTime now) {
    behind_ = std::max<PacketIndex>(0, head - next);
    if (done_) return;
    if (now > begun_) {
      percent_ = static_cast<std::uint32_t>((next - from_) * quantum * 100 / (now - begun_));
    }
    done_ = next > from_ && behind_ <= kNear;
  }
  bool done() const { return done_; }                 ///< it has been near the head once
  PacketIndex from() const { return from_; }          ///< 0: nothing learned yet
  PacketIndex behind() const { return behind_; }      ///< packets to the head
  std::uint32_t percent() const { return percent_; }  ///< speed; 100: real time

 private:
  /// What is on its way from a member that computes packet after packet.
  static constexpr PacketIndex kNear = 8;

  PacketIndex from_ = 0, behind_ = 0;
  MediaTime begun_ = 0;
  bool done_ = false;
  std::uint32_t percent_ = 0;
};

}  // namespace continuo::agent::rt
