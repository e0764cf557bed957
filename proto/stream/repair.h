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
/// and says what to ask for. A hole is asked for first when it is `after` to 2 * `after` old, then every `again`, until
/// it is filled or released. A packet of which there are only tainted copies is a hole, too, but is asked for once: if
/// every replica is tainted, nobody has a better one. One NACK covers up to 64 packets; each call continues where the
/// last one ended, so a hole that nobody can fill does not keep others from being asked for.
class RepairAsker {
 public:
  struct Config {
    Frames after = 0;  ///< age of a hole before it is asked for: above the path skew
    Frames again =
        0;  ///< pause between two requests for the same stretch; at least 3/4 of a quantum
  };
  void Start(const Config& config, int quantum);
  /// `expected_end`: packets below this should have been sent by now, though nothing newer may have been seen (a dead
  /// stream is a hole, too). `now` is media time and does not step back. True: send `nack` (from_node is left to the
  /// caller). At most one NACK per call: call at least once per quantum.
  bool Ask(const Merge& merge, PacketIndex expected_end, MediaTime now,
           wire::Nack& nack) CONTINUO_REALTIME;
  std::uint64_t asked() const { return asked_; }  ///< NACKs so far
  /// The last NACK asked for something that had been asked for before, and has not come.
  bool insists() const { return insists_; }

 private:
  void Ripen(PacketIndex horizon, MediaTime now);
  bool IsHole(const Merge& merge, PacketIndex k) const;

  Config config_;
  bool started_ = false;
  // Packets below `young_end_` could be holes at `young_since_`; those below `ripe_end_` have been old enough.
  PacketIndex young_end_ = 0, ripe_end_ = 0;
  MediaTime young_since_ = 0;
  // One round looks at each ripe packet once; `cursor_` is the first it has not looked at.
  PacketIndex cursor_ = 0;
  MediaTime round_since_ = 0;
  PacketIndex asked_end_ = 0;  // packets below this have had their turn in some round
  std::uint64_t asked_ = 0;
  bool insists_ = false;
};

/// Sender's side: the last two seconds of a stream as they were sent, to answer NACKs from. Keeps whole datagrams.
class SenderRing {
 public:
  /// `slots` is a power of two. False if there is no room. Not real time.
  bool Prepare(int slots, std::size_t datagram_bytes_max, Arena& arena);
  /// Room for packet k's datagram (datagram_bytes_max), overwriting the oldest. Fill, then Commit its size; until then
  /// it is not found.
  std::span<std::uint8_t> Room(PacketIndex k) CONTINUO_REALTIME;
  void Commit(PacketIndex k, std::size_t bytes) CONTINUO_REALTIME;
  /// The datagram of packet k, or empty if it is gone or was never sent.
  std::span<std::uint8_t> Find(PacketIndex k) CONTINUO_REALTIME;

 private:
  struct Slot {
    PacketIndex k = -1;
    std::size_t bytes = 0;
  };
  std::size_t IndexOf(PacketIndex k) const { return static_cast<std::size_t>(k & (count_ - 1)); }

  Slot* slots_ = nullptr;
  std::uint8_t* bytes_ = nullptr;  // one after the other, stride_ each
  int count_ = 0;
  std::size_t stride_ = 0;
};

}  // namespace continuo::stream
