// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "agent/handoff/counters.h"
#include "agent/handoff/image.h"
#include "agent/rt/catch_up.h"
#include "agent/rt/learned.h"
#include "agent/rt/live_source.h"
#include "agent/rt/outbox.h"
#include "agent/rt/part_memory.h"
#include "agent/rt/program.h"
#include "agent/rt/received_stream.h"
#include "agent/rt/sent_digest.h"
#include "agent/rt/stream_sender.h"
#include "agent/rt/task_body.h"
#include "agent/rt/task_inputs.h"
#include "dsp/base/arena.h"
#include "dsp/base/realtime.h"
#include "proto/replica/replica.h"

namespace continuo::agent::rt {

/// One replica at work. Packet k is computed as soon as its inputs are here untainted and its
/// events are proven; at its hold deadline it is computed with what there is, and from then on the
/// replica says that it is tainted. It never stops for a missing input: continuity beats
/// correctness, and the receivers prefer its fellows.
///
/// A joiner begins without a state. It hears its inputs and its fellows, waits until it is given
/// what a member had (Learn), computes what the members have computed since, and then goes on
/// beside them: its packets say that they are a joiner's, and are compared and not played, until
/// its fellows have found its state equal and agreed on the packet from which it counts. It never
/// conceals: what it cannot get fails the join.
///
/// A witness hears inputs and fellows, too, and computes nothing until it is the last.
class ReplicaRunner {
 public:
  /// Not real time. nullptr, and a sentence in `error`, if it cannot be computed here.
  static std::unique_ptr<ReplicaRunner> Make(const Program& program, const ReplicaSpec& spec,
                                             const Material& material, std::string& error);
  /// What it hears and to whom it sends, from now on, and what the plan says of it and its fellows.
  /// `spec` is of the same replica; all outlive what is wired to them. `received` as in
  /// program.received. Called again while what it was wired to before still lives.
  /// `late`: as TaskBody::Rewire.
  void Wire(const Program& program, const ReplicaSpec& spec, ReceivedStreams& received,
            LateDelays* late) CONTINUO_REALTIME;

  /// `end_of_rings`: inputs before it by more than a ring cannot be kept.
  void Start(MediaTime now, PacketIndex end_of_rings) CONTINUO_REALTIME;
  /// Has begun, and its join has not failed: it speaks to its fellows.
  bool active() const { return started_ && *failure_ == 0; }
  /// No part of the task any more, or not yet.
  bool gone() const {
    return !active() || replica_.state() == replica::State::kEmpty ||
           replica_.state() == replica::State::kClosed;
  }
  /// Once per quantum, before what came in.
  void Tick(MediaTime now) CONTINUO_REALTIME;
  /// What a fellow says.
  void OnFellow(const wire::FellowMessage& message, MediaTime now) CONTINUO_REALTIME;
  /// What it has to say to a fellow; false: nothing.
  bool MessageFor(Incarnation fellow, wire::FellowMessage& message) CONTINUO_REALTIME;
  /// A packet is computed in three steps, of which only the second takes long; it touches nothing but this replica,
  /// so that others may be in theirs at the same time.
  /// First: can one be computed? Then all it needs is taken. `grace`: inputs that are overdue are waited for until
  /// then.
  bool Begin(MediaTime now, MediaTime grace) CONTINUO_REALTIME;
  void Work() CONTINUO_REALTIME;
  void End(MediaTime now, Outbox& outbox) CONTINUO_REALTIME;
  /// Nothing of what it computes is played yet: others come first.
  bool shadows() const { return !resumed_ && replica_.next() < replica_.joined_from(); }
  /// When it computes its next packet, whatever is there. dsp::kForever: it knows of no such time.
  MediaTime Deadline() const CONTINUO_REALTIME;
  /// Some of its sound is heard on other nodes.
  bool SoundsAway() const CONTINUO_REALTIME;
  /// Tells its inputs what it still needs.
  void ClaimInputs() CONTINUO_REALTIME;

  /// Writes the state before the next packet.
  void Snapshot(handoff::SnapshotSlot& slot) const CONTINUO_REALTIME;
  /// Begins to catch up from `learned`, and says in it whether it does.
  void Learn(Learned& learned, MediaTime now) CONTINUO_REALTIME;
  /// Of a witness: `learned` is kept for it. The first one tells a witness that joins what it needs
  /// to hear its fellows.
  void Checkpoint(Learned& learned, MediaTime now) CONTINUO_REALTIME;
  /// Of a witness: it is the last, and waits for its checkpoint. True once every half second. One
  /// that was there from the first packet on, and was told of no checkpoint yet, goes on from there
  /// by itself.
  bool WantsToResume(MediaTime now) CONTINUO_REALTIME;
  /// Goes on from `learned`, and says in it whether it does.
  void Resume(Learned& learned, MediaTime now) CONTINUO_REALTIME;

  replica::Replica& replica() { return replica_; }
  const replica::Replica& replica() const { return replica_; }
  const ReplicaSpec& spec() const { return *spec_; }
  plan::TaskId task() const { return task_->description.id; }
  std::vector<StreamSender>& senders() { return senders_; }
  /// As the plan lists it; 0: it does not.
  plan::NodeId NodeOf(Incarnation member) const CONTINUO_REALTIME;
  /// Plans do not reach all nodes at once. A fellow that a newer plan drops, or an older one does not list yet, must be
  /// answered as long as it is on record: else it thinks all others dead.
  struct Unlisted {
    Incarnation incarnation = 0;
    Peer at;
  };
  const FixedVector<Unlisted, replica::kMaxKnown>& unlisted() const { return unlisted_; }
  /// That fellow has spoken from that node.
  void Met(Incarnation fellow, const Peer& at) CONTINUO_REALTIME;
  const LiveSource& live() const { return live_; }
  const char* failure() const { return failure_; }  ///< why the join failed, if it did
  bool resumed() const { return resumed_; }
  /// Cost of a packet, in nanoseconds, measured by the engine.
  void CountCost(Nanoseconds cost) CONTINUO_REALTIME;
  void Publish(handoff::ReplicaCounters& out) CONTINUO_REALTIME;

  /// What the engine has last told of it.
  struct Told {
    replica::State state = replica::State::kInSync;
    int live = 0;
    bool joined = false, failed = false, resumed = false;
  };
  Told told;

 private:
  std::string Prepare(Arena& arena);
  void TakeBuffers(Arena& arena);
  /// `before` and `peers`: what the plan before this one said.
  void Heed(const ReplicaSpec& before, const std::vector<Peer>& peers) CONTINUO_REALTIME;
  bool IsLate(PacketIndex k, MediaTime now, MediaTime grace) CONTINUO_REALTIME;
  bool MayCompute(TaskInputs::State inputs, bool late) CONTINUO_REALTIME;
  /// Packet k falls after a change of its wires that only its fellows have heard of.
  bool MissesChange(PacketIndex k) const CONTINUO_REALTIME;
  void Gather(PacketIndex k) CONTINUO_REALTIME;
  std::uint8_t FlagsOf(TaskInputs::State inputs) const CONTINUO_REALTIME;
  void Send(PacketIndex k, std::uint8_t flags, std::uint32_t evseq, MediaTime now,
            Outbox& outbox) CONTINUO_REALTIME;
  bool ResumeAt(PacketIndex next, std::uint32_t evseq, MediaTime now) CONTINUO_REALTIME;
  void CountGap(PacketIndex k, MediaTime now) CONTINUO_REALTIME;
  void HashState() CONTINUO_REALTIME;
  bool Settles() const CONTINUO_REALTIME;
  void BeginToSettle() CONTINUO_REALTIME;
  bool HasState() const CONTINUO_REALTIME;
  std::size_t RoomForImage() const CONTINUO_REALTIME;
  void PublishJoin(handoff::JoinCounters& out) const CONTINUO_REALTIME;
  plan::ReplicaState PlanState() const CONTINUO_REALTIME;
  bool IsConductor() const { return spec_->control < 0; }
  bool IsJoiner() const { return spec_->origin == plan::Origin::kJoiner; }

  PartMemory memory_;
  const Program* program_ = nullptr;
  const ReplicaSpec* spec_ = nullptr;
  const plan::Task* task_ = nullptr;
  TaskInputs inputs_;
  LiveSource live_;
  replica::Replica replica_;
  std::vector<StreamSender> senders_;
  std::unique_ptr<TaskBody> body_;   // nullptr: waits for one
  session::ControlQuantum control_;  // of the packet being computed
  float** in_ = nullptr;             // [wire * channels + channel], a quantum each
  float** out_ = nullptr;            // [channel]
  // Between Begin and End:
  FixedVector<Event, replica::Replica::kMaxEventsPerPacket> events_;
  TaskInputs::State inputs_state_ = TaskInputs::State::kClean;

  FixedVector<Unlisted, replica::kMaxKnown> unlisted_;  // newest last
  bool started_ = false;
  const char* failure_ = "";
  CatchUp catch_up_;
  SentDigest sent_;  // of one that settles
  std::uint64_t image_bytes_ = 0;
  bool resumed_ = false;
  PacketIndex dead_head_ = 0;  // witness: first packet that nobody is known to have computed
  MediaTime grace_ = 0;        // resumed: inputs are waited for until then
  MediaTime next_wish_ = 0;
  Frames gap_ = 0;
  std::uint64_t cost_max_[2] = {}, cost_sum_[2] = {}, cost_count_[2] = {};  // this second, the last
  int publications_ = 0;
  MediaTime unheard_change_ =
      dsp::kForever;  // of its wires, that a fellow's plan has and its own does not
};

using ReplicaRunners = std::vector<std::unique_ptr<ReplicaRunner>>;

}  // namespace continuo::agent::rt
