// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "dsp/base/realtime.h"
#include "dsp/base/units.h"
#include "proto/mcu/hearing.h"
#include "proto/stream/merge.h"
#include "proto/wire/rtp.h"

namespace continuo::mcu {

/// Keeps count of how one input is heard. Decides nothing. The block interrupt's.
class Hearing {
 public:
  void Start(int quantum) {
    *this = Hearing();
    quantum_ = quantum;
  }
  /// A copy of packet k came at `came`, and the merge has judged it. `hold`: so long after its end it would be gone on
  /// without; below 0: there is no telling, for who hears it is still behind.
  void Took(const wire::RtpPacket& packet, stream::Offer offer, PacketIndex k, MediaTime came,
            Frames hold) CONTINUO_REALTIME;
  /// Packet k was needed. It was tainted, or there was none.
  void Used(PacketIndex k, bool found, bool tainted) CONTINUO_REALTIME;
  void Asked() CONTINUO_REALTIME { ++heard_.nacks; }
  const Heard& heard() const { return heard_; }

 private:
  void NoteDelay(PacketIndex k, MediaTime came);

  int quantum_ = 1;
  Heard heard_;
  PacketIndex newest_ = -1;
  bool timed_ = false;  // last_transit_ is one
  Frames last_transit_ = 0;
};

}  // namespace continuo::mcu
