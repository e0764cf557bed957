// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <bit>
#include <cstdint>

#include "agent-mcu/core/hearing.h"
#include "dsp/base/arena.h"
#include "dsp/base/realtime.h"
#include "proto/mcu/slice.h"
#include "proto/stream/merge.h"
#include "proto/stream/repair.h"

namespace continuo::mcu {

/// Packets of each stream that a board keeps, received and sent: two seconds, as everywhere. A power of two.
constexpr int SlotsOf(int quantum) {
  return static_cast<int>(std::bit_ceil(static_cast<unsigned>(2 * kSampleRate / quantum)));
}

/// One stream that the board hears: merged and asked for again by the same rules as on Linux. The block interrupt's.
class Input {
 public:
  /// Not real time. False if there is no room.
  bool Prepare(const Slice& slice, const Received& received, Arena& arena);
  /// Other replicas make the same stream from now on.
  void Adopt(const Received& received) CONTINUO_REALTIME;
  /// `came`, `hold`: as of Hearing::Took.
  stream::Offer Take(const wire::RtpPacket& packet, MediaTime came, Frames hold) CONTINUO_REALTIME;
  bool At(PacketIndex k, stream::Selected& selected) const CONTINUO_REALTIME {
    return merge_.At(k, selected);
  }
  /// As At, by who goes on with it, or without.
  bool Use(PacketIndex k, stream::Selected& selected) CONTINUO_REALTIME;
  /// Packets below k are needed no more.
  void Release(PacketIndex k) CONTINUO_REALTIME;
  /// Packet k can come no more.
  bool GoneAt(PacketIndex k) const CONTINUO_REALTIME {
    return k < received_.end && merge_.next() > k;
  }
  /// True: `nack` is to be sent to all producers.
  bool Ask(PacketIndex expected_end, MediaTime now, wire::Nack& nack) CONTINUO_REALTIME;

  std::uint32_t ssrc() const { return received_.stream.ssrc; }
  int channels() const { return received_.stream.channels; }
  const Members& producers() const { return received_.producers; }
  const Heard& heard() const { return hearing_.heard(); }

 private:
  Received received_;
  stream::Merge merge_;
  stream::RepairAsker asker_;
  Hearing hearing_;
};

}  // namespace continuo::mcu
