// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "agent/handoff/counters.h"
#include "agent/rt/part_memory.h"
#include "agent/rt/program.h"
#include "dsp/base/arena.h"
#include "dsp/base/realtime.h"
#include "proto/stream/merge.h"
#include "proto/stream/repair.h"

namespace continuo::agent::rt {

/// A stream as this node receives it: one merge, shared by all who consume it here, and the asking
/// for what is missing. A packet is kept until the slowest of its consumers is done with it.
class ReceivedStream {
 public:
  /// Not real time. nullptr if the stream makes no sense.
  static std::unique_ptr<ReceivedStream> Make(const ReceivedSpec& spec, const Program& program);
  /// A successor's program says now who produces the stream. `spec` is of the same stream, and
  /// outlives what is wired to it.
  void Rewire(const ReceivedSpec& spec) CONTINUO_REALTIME;
  /// Nobody here needs packets below k. Before the first Take.
  void BeginAt(PacketIndex k) CONTINUO_REALTIME;

  /// A copy came in at `now`, over `network` or (local) from a replica of this node.
  stream::Offer Take(const wire::RtpPacket& packet, int network, MediaTime now) CONTINUO_REALTIME;
  bool At(PacketIndex k, stream::Selected& selected) const CONTINUO_REALTIME {
    return merge_.At(k, selected);
  }
  /// When the copy now held for packet k came in. Only if At(k) holds.
  MediaTime ArrivalOf(PacketIndex k) const CONTINUO_REALTIME { return arrivals_[k & mask_]; }

  /// One who comes late needs packets that the others are done with: those from k on that are still
  /// here are kept again. Before it claims anything.
  void KeepAgain(PacketIndex k) CONTINUO_REALTIME { merge_.Reopen(k); }

  /// Consumers say, once per tick, the first packet they still need; then Release forgets what
  /// nobody needs.
  void StillNeeds(PacketIndex k) CONTINUO_REALTIME {
    if (k < needed_) needed_ = k;
  }
  /// `floor`: packets below it go, needed or not, so that one who waits for ever does not block the
  /// others.
  void Release(PacketIndex floor) CONTINUO_REALTIME;

  /// True: `nack` is to be sent to all producers.
  bool Ask(PacketIndex expected_end, MediaTime now, wire::Nack& nack) CONTINUO_REALTIME;
  /// That asks for something that was asked for before, and has not come.
  bool insists() const { return asker_.insists(); }

  void CountConcealed() { ++concealed_; }
  void CountTainted() { ++tainted_; }
  /// The next divergence that was not told yet; false: none.
  bool TakeDivergence(stream::Merge::Divergence& divergence) CONTINUO_REALTIME {
    return merge_.TakeDivergence(divergence);
  }
  /// Who sends on that leg; 0 if nobody is known.
  plan::NodeId NodeOfLeg(int leg) const CONTINUO_REALTIME;

  /// First packet that was not released: what is below is gone for ever.
  PacketIndex first_kept() const { return merge_.next(); }
  /// Has a copy of that replica come since the plan names it?
  bool Heard(Incarnation incarnation) const CONTINUO_REALTIME;
  const ReceivedSpec& spec() const { return *spec_; }
  int slots() const { return static_cast<int>(mask_ + 1); }
  /// Four times a second.
  void Publish(handoff::StreamCounters& out) CONTINUO_REALTIME;

 private:
  void NoteArrival(const wire::RtpPacket& packet, int leg, PacketIndex k,
                   MediaTime now) CONTINUO_REALTIME;
  bool Prepare(const ReceivedSpec& spec, const Program& program, Arena& arena);

  PartMemory memory_;
  const ReceivedSpec* spec_ = nullptr;
  stream::Merge merge_;
  stream::RepairAsker asker_;
  MediaTime* arrivals_ = nullptr;  // [k & mask_]
  PacketIndex mask_ = 0;
  PacketIndex needed_ = 0;
  PacketIndex end_ = 0;
  std::uint64_t concealed_ = 0, tainted_ = 0, nacks_ = 0;
  std::uint64_t selected_before_[4][stream::kMaxLegs] = {};  // at the last four publications
  int publication_ = 0;
  handoff::LegDelays delays_[stream::kMaxLegs];
};

using ReceivedStreams = std::vector<std::unique_ptr<ReceivedStream>>;

/// Packets that a receiver and a sender keep: two seconds of a stream. A power of two.
int RingSlots(int quantum);

}  // namespace continuo::agent::rt
