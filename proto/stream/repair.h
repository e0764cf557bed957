// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "dsp/base/arena.h"
#include "dsp/base/realtime.h"
#include "dsp/base/units.h"
#include "proto/stream/merge.h"
#include "proto/wire/control_frames.h"

namespace continuo::stream {

/// Receiver's side of repair: looks for holes below the newest packet (or below what must have been sent by now)
/// and says what to ask for. A hole is asked for first when it is `after` old, then every `again`, until released.
/// Tainted-only packets are holes too. One NACK at a time covers up to 64 packets.
class RepairAsker {
 public:
  struct Config {
    Frames after = 0;   ///< age of a hole before it is asked for: above the path skew
    Frames again = 0;   ///< pause between two requests for the same stretch
  };
  void Start(const Config& config, int quantum);
  /// `expected_end`: packets below this should have been sent by now, though nothing newer may have been seen (a dead
  /// stream is a hole, too). `now` is media time. True: send `nack` (from_node is left to the caller).
  bool Ask(const Merge& merge, PacketIndex expected_end, MediaTime now, wire::Nack& nack) CONTINUO_REALTIME;
  std::uint64_t asked() const { return asked_; }

 private:
  Config config_;
  int quantum_ = 48;
  MediaTime hole_since_ = 0;   // when the oldest hole was first seen
  PacketIndex hole_ = -1;
  MediaTime last_ask_ = 0;
  std::uint64_t asked_ = 0;
};

/// Sender's side: the last two seconds of a stream as they were sent, to answer NACKs from. Keeps whole datagrams.
class SenderRing {
 public:
  bool Prepare(int slots, std::size_t datagram_bytes_max, Arena& arena);  ///< slots: power of two
  /// Room for packet k's datagram, overwriting the oldest. Fill, then Commit its size.
  std::span<std::uint8_t> Room(PacketIndex k) CONTINUO_REALTIME;
  void Commit(PacketIndex k, std::size_t bytes) CONTINUO_REALTIME;
  /// The datagram of packet k, or empty if it is gone or was never sent.
  std::span<std::uint8_t> Find(PacketIndex k) CONTINUO_REALTIME;

 private:
  struct Slot;
  Slot* slots_ = nullptr;
  std::uint8_t* bytes_ = nullptr;
  int count_ = 0;
  std::size_t stride_ = 0;
};

}  // namespace continuo::stream
