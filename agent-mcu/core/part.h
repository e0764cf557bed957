// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <span>

#include "agent-mcu/core/input.h"
#include "dsp/base/arena.h"
#include "dsp/base/realtime.h"
#include "dsp/graph/task_processor.h"
#include "proto/mcu/frame.h"
#include "proto/mcu/slice.h"
#include "proto/replica/replica.h"
#include "proto/session/timeline.h"

namespace continuo::mcu {

/// The way out. Never waits: what does not fit is lost, as on any network.
class Exit {
 public:
  virtual void Send(const Place& to, std::span<const std::uint8_t> datagram) CONTINUO_REALTIME = 0;
  /// Whether so many datagrams of so many bytes each would leave now, and not be lost: what may wait waits else.
  virtual bool HasRoom(std::size_t /*count*/, std::size_t /*bytes*/) const CONTINUO_REALTIME {
    return true;
  }
  /// A packet, for the other parts of this board that hear it.
  virtual void Loop(std::span<const std::uint8_t> packet) CONTINUO_REALTIME = 0;

 protected:
  ~Exit() = default;
};

/// What a board plays: one replica of one task, that of a slice. It hears its inputs and its fellows, computes a packet
/// when its inputs are there and its events proven, and sends it: the same bytes as its fellows on Linux, since merge,
/// agreement and kernels are the same code. At the hold deadline it computes with what there is, and says from then on
/// that it is tainted.
///
/// A founder begins with the show. One that joins in mid-show hears inputs and fellows, waits for the state that a
/// member had (Restore, Learn), computes what the members have computed since, is compared, and counts from the packet
/// on that its fellows have agreed on. It never conceals: what it cannot get fails the join. Both give their state to
/// who joins (Snapshot).
///
/// A board has one network. A part that gave up fellows while it heard nothing at all may have been cut off from them,
/// and they go on: so when it hears again it first asks, for 20 ms, whether any of them has given up this part, and
/// stops if one says so. Else they would play on apart, and who is older would win, were it tainted. (It hears nothing
/// either where a node stops that had a fellow of all that it hears, since they wait for it: then nobody answers.)
///
/// Once a block: Wake, Take for each datagram that came, Exchange, Compute as long as it does something and there is
/// time, Finish. All memory is the arena's; about 130 kB are its own. The block interrupt's, but for Prepare.
class Part {
 public:
  /// Not real time; twice, with a measuring arena first. nullptr, or a sentence.
  const char* Prepare(const Slice& slice, Arena& arena);
  /// A later slice of the same replica, with equal streams: other fellows, producers and receivers.
  bool MayAdopt(const Slice& slice) const;
  void Adopt(const Slice& slice) CONTINUO_REALTIME;

  /// `now` is media time, read after waking; it never decreases.
  void Wake(MediaTime now) CONTINUO_REALTIME;
  /// `came`: media time when it reached the board, at most `now`. False: it is none of ours, or malformed.
  bool Take(std::span<const std::uint8_t> datagram, MediaTime came, MediaTime now,
            Exit& exit) CONTINUO_REALTIME;
  /// A packet of another part of this board.
  void TakeOwn(std::span<const std::uint8_t> packet, MediaTime now) CONTINUO_REALTIME;
  /// Tells its fellows what there is to tell.
  void Exchange(Exit& exit) CONTINUO_REALTIME;
  /// Computes and sends the next packet. False: it is not its time yet.
  bool Compute(MediaTime now, Exit& exit) CONTINUO_REALTIME;
  /// Asks for what is missing, and lets go of what is not needed any more.
  void Finish(MediaTime now, Exit& exit) CONTINUO_REALTIME;
  void Submit(const Event& event, MediaTime now) CONTINUO_REALTIME;
  /// kNone also while it doubts, and once it has stopped: others may have decided otherwise.
  Verdict VerdictOf(const Event& event) const CONTINUO_REALTIME {
    return doubts_ || !active() ? Verdict::kNone : replica_.VerdictOf(event.id, event.at);
  }

  /// The state before the next packet; between two packets.
  StateOutcome Snapshot(PacketIndex not_before, std::span<std::uint8_t> out,
                        StateHead& head) const CONTINUO_REALTIME;
  /// One that waits for a state: the part of it after head.replica_bytes. Not real time; nothing else may use the part
  /// but the interrupt, which leaves this alone until Learn. False: it is no state of that task.
  bool Restore(std::span<const std::uint8_t> body);
  /// The part of it before: from then on it catches up. False, and nothing changed: it does not fit to what was heard,
  /// and one of later may.
  bool Learn(std::span<const std::uint8_t> replica, PacketIndex next,
             MediaTime now) CONTINUO_REALTIME;
  JoinStage join_stage() const CONTINUO_REALTIME;
  PacketIndex behind() const { return behind_; }
  /// How it hears that input, and what it sends. False: there is no such input.
  bool Tell(std::uint8_t input, HearingTold& told) const CONTINUO_REALTIME;
  const char* failure() const {
    return failure_;
  }  ///< why it stopped, or its join failed; empty: it has not

  const Slice& slice() const { return slice_; }
  const replica::Replica& replica() const { return replica_; }
  std::uint32_t concealed() const { return concealed_; }

 private:
  enum class Heard : std::uint8_t { kClean, kTainted, kMissing };

  /// Somebody who was in the plan, or is not yet, and must be answered as long as it is on record.
  struct Unlisted {
    Incarnation incarnation = 0;
    Place place;
  };

  void Start(MediaTime now);
  void StartToHear(MediaTime now);
  void Heed();
  void WatchJoin();
  void Tick(MediaTime now);
  bool Doubts(Incarnation fellow) const;
  void Tell(const Place& place, wire::FellowMessage& message, Exit& exit);
  bool active() const { return started_ && *failure_ == 0; }
  bool HasState() const;
  bool Shadows() const { return replica_.next() < replica_.joined_from(); }
  void Meet(Incarnation fellow, const Place* place);
  const Place* PlaceFor(Incarnation fellow) const;
  bool TakeRtp(std::span<const std::uint8_t> datagram, MediaTime came);
  bool TakeNack(std::span<const std::uint8_t> datagram, Exit& exit);
  bool TakeFellows(std::span<const std::uint8_t> datagram, MediaTime now);
  Heard HeardAt(PacketIndex k) const;
  bool SoundsAt(PacketIndex k, std::size_t wire) const;
  void SendTo(const Place& to, std::span<const std::uint8_t> packet, Exit& exit);
  void GatherControl(PacketIndex k);
  void GatherAudio(PacketIndex k);
  /// How many events it applied.
  std::uint32_t Process(PacketIndex k);
  /// Of the longest datagram that it sends.
  std::size_t PacketBytes() const;
  void Send(PacketIndex k, std::uint8_t flags, std::uint32_t evseq, Exit& exit);
  void HashState();
  void AskRepairs(MediaTime now, Exit& exit);
  const Place* PlaceOf(std::uint16_t node) const;
  std::uint16_t NodeOf(Incarnation member) const;

  Slice slice_;
  bool started_ = false, joins_ = false, caught_up_ = false;
  const char* failure_ = "";
  PacketIndex behind_ = 0;
  FixedVector<Unlisted, 8> unlisted_;  // newest last
  MediaTime woke_ = 0, grace_ = 0;
  MediaTime heard_ = 0;         // when anything last came over the network
  bool doubts_ = false;         // fellows were given up while nothing was heard
  MediaTime doubts_until_ = 0;  // 0: nothing was heard yet
  replica::Replica replica_;
  dsp::TaskProcessor processor_;
  session::ControlQuantum control_;
  std::array<Input, kMaxReceived> inputs_;
  std::array<stream::SenderRing, kMaxSent> rings_;
  float** in_ = nullptr;   // [wire * channels + channel]
  float** out_ = nullptr;  // [channel]
  std::array<std::uint8_t, wire::kMaxDatagramBytes> datagram_{};
  int repair_budget_ = 0;
  std::size_t asked_ = 0;  // requests so far
  std::uint32_t concealed_ = 0;
  Said said_;
};

}  // namespace continuo::mcu
