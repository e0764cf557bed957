// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "agent/handoff/device_ring.h"
#include "agent/handoff/line.h"
#include "agent/handoff/sample_ring.h"
#include "agent/rt/crew.h"
#include "agent/rt/fellow_exchange.h"
#include "agent/rt/outbox.h"
#include "agent/rt/output_player.h"
#include "agent/rt/program.h"
#include "agent/rt/received_stream.h"
#include "agent/rt/replica_runner.h"
#include "agent/rt/task_body.h"
#include "dsp/base/realtime.h"
#include "proto/clock/clock.h"
#include "proto/plan/lead.h"
#include "proto/plan/prompt.h"

namespace continuo::agent::rt {

/// One node's part of one plan, ready to sound. Made off the audio thread, with all memory it will
/// ever need; handed over; ticked by the audio thread once per quantum; handed back and freed. It
/// knows no clock of its own but for measuring cost: media time is handed in, so a simulator drives
/// the same engine.
///
/// An engine is made of parts (received streams, replicas, outputs), each with memory of its own.
/// One that is made to succeed another, by a plan of the same performance, is made without the
/// parts that the other has already; Succeed takes them over, as they are, between two ticks. No
/// sample changes by that: it only changes who computes, and who sends to whom.
class Engine {
 public:
  struct Wiring {
    Ports ports{};
    const clock::Clock* clock = nullptr;  ///< for costs
    handoff::Line* line = nullptr;        ///< where verdicts, incidents and counters go
    Crew* crew = nullptr;                 ///< nullptr: the audio thread computes alone
    /// Of program.outputs; nullptr for those that are taken over.
    std::vector<std::shared_ptr<handoff::SampleRing>> outputs;
    /// Likewise, for those that play on a device; empty where there is none.
    std::vector<std::shared_ptr<handoff::DeviceRing>> devices;
    /// In prompt shows outputs play what is sound as soon as it is there, and not at its deadline: who plays it on
    /// keeps it in hand for as long as it likes to.
    bool early = false;
  };

  /// Not real time. nullptr, and a sentence in `error`, if the plan cannot be played here.
  /// `predecessor`: the program of the engine whose parts it will take over; nullptr if it takes
  /// over nothing. `materials` of plan.tasks[i]; empty where no replica runs here.
  static std::unique_ptr<Engine> Make(std::shared_ptr<const Program> program,
                                      const std::vector<Material>& materials, const Wiring& wiring,
                                      std::shared_ptr<const Program> predecessor,
                                      std::string& error);

  const std::shared_ptr<const Program>& program() const { return program_; }
  const plan::Plan& plan() const { return program_->plan; }
  plan::NodeId self() const { return program_->self; }
  /// When to begin ticking: the longest promise ahead of the first sample.
  MediaTime begins() const { return plan().start_n - plan::LongestPromise(plan()); }

  /// It cannot play before it has taken over the parts of another engine.
  bool waits_for_predecessor() const { return waits_; }
  /// Is that the engine it was made to succeed?
  bool IsSuccessorOf(const Engine& engine) const { return predecessor_ == engine.program_; }
  /// Takes over, and goes on where `before` is; that one is left with the parts nobody needs any
  /// more, and is not ticked again. Only if IsSuccessorOf(before).
  void Succeed(Engine& before, MediaTime now) CONTINUO_REALTIME;
  /// It is not ticked again: what it has not sent yet leaves now.
  void Leave() CONTINUO_REALTIME { outbox_.Flush(); }

  /// Once per quantum. Ticks may be missed; they are not made up for.
  void Tick(MediaTime now) CONTINUO_REALTIME;
  /// The show plays out so soon that what comes between two ticks must not lie there until the next: then Hurry is to
  /// be called. It takes in what has come, computes what can be computed, and sends and plays that; all else has time.
  bool prompt() const { return plan::IsPrompt(plan().timing.playout); }
  void Hurry(MediaTime now) CONTINUO_REALTIME;
  /// What comes before media time `until`, when it will look by itself, should be looked at when it comes: others hear
  /// what is computed here and may ask for it again, an output plays it at once, or a replica has to go on without it a
  /// quantum after that.
  bool WaitsForOthers(MediaTime until) const CONTINUO_REALTIME;
  /// When an output plays next, for which Hurry is to be called as well. dsp::kForever: never.
  MediaTime NextDue() const CONTINUO_REALTIME;
  /// A dated event for the replica of `task`; its verdict is told when known. The same event may
  /// come again.
  void Submit(plan::TaskId task, const Event& event, MediaTime now) CONTINUO_REALTIME;
  /// The replica of `task` that computes here writes its state into the slot.
  void Snapshot(plan::TaskId task, handoff::SnapshotSlot& slot) CONTINUO_REALTIME;
  /// To the replica that it was made for (Command::kLearn, kCheckpoint, kResume). What became of it
  /// is said in `learned`.
  void Learn(Learned& learned, MediaTime now) CONTINUO_REALTIME;
  void Checkpoint(Learned& learned, MediaTime now) CONTINUO_REALTIME;
  void Resume(Learned& learned, MediaTime now) CONTINUO_REALTIME;
  /// Flips one bit of one packet on the wire, of a task that feeds an output if there is one.
  void Corrupt() CONTINUO_REALTIME;

  const ReplicaRunners& runners() const { return runners_; }
  /// The rings of the outputs it has: of one that came back, those that nothing is written to any
  /// more.
  std::vector<std::shared_ptr<handoff::SampleRing>> Rings() const;
  std::vector<std::shared_ptr<handoff::DeviceRing>> DeviceRings() const;

 private:
  struct Pending {
    plan::TaskId task = 0;
    EventId id = 0;
    MediaTime at = 0;
  };
  /// Indexes; -1: none.
  struct Route {
    std::uint32_t ssrc = 0;
    int received = -1;
    int runner = -1, sender = -1;
  };

  Engine(std::shared_ptr<const Program> program, const Wiring& wiring,
         std::shared_ptr<const Program> predecessor);
  std::string MakeParts(const std::vector<Material>& materials);
  std::string MakeReceived();
  std::string MakeRunners(const std::vector<Material>& materials);
  std::string MakeOutputs();
  void MakeRoutes();
  void WireParts() CONTINUO_REALTIME;
  void StartReceived(ReceivedStream& stream, MediaTime now) CONTINUO_REALTIME;
  void StartRunner(ReplicaRunner& runner, MediaTime now) CONTINUO_REALTIME;
  void StartOutput(OutputPlayer& output, MediaTime now) CONTINUO_REALTIME;

  bool PlaysEarly() const { return wiring_.early && prompt(); }
  bool SoundsAway() const CONTINUO_REALTIME;
  void Start(MediaTime now) CONTINUO_REALTIME;
  void Drain(MediaTime now) CONTINUO_REALTIME;
  void TakeDatagram(std::span<const std::uint8_t> plain, int network,
                    MediaTime now) CONTINUO_REALTIME;
  bool TakeRtp(std::span<const std::uint8_t> plain, int network, MediaTime now) CONTINUO_REALTIME;
  bool TakeNack(std::span<const std::uint8_t> plain) CONTINUO_REALTIME;
  bool TakeFellows(std::span<const std::uint8_t> plain, MediaTime now) CONTINUO_REALTIME;
  void Compute(MediaTime now) CONTINUO_REALTIME;
  bool ComputeRound(MediaTime now, bool shadows, Nanoseconds& clock) CONTINUO_REALTIME;
  bool ComputeTogether(MediaTime now, bool shadows) CONTINUO_REALTIME;
  void AskRepairs(MediaTime now) CONTINUO_REALTIME;
  /// What somebody waits for, and all that lies there with it.
  void FlushSound() CONTINUO_REALTIME;
  void ReleaseInputs(MediaTime now) CONTINUO_REALTIME;
  void ReleasePast(MediaTime now) CONTINUO_REALTIME;
  PacketIndex EndOfRings(MediaTime now) const CONTINUO_REALTIME;
  void TellVerdicts(MediaTime now) CONTINUO_REALTIME;
  /// False: it is not known yet, or there is no room to say it.
  bool TellVerdict(const ReplicaRunner& runner, const Pending& asked) CONTINUO_REALTIME;
  void TellIncidents(MediaTime now) CONTINUO_REALTIME;
  void TellReplica(ReplicaRunner& runner, MediaTime now) CONTINUO_REALTIME;
  void TellJoin(ReplicaRunner& runner, MediaTime now) CONTINUO_REALTIME;
  void TellOutput(OutputPlayer& output) CONTINUO_REALTIME;
  void Tell(const handoff::IncidentNote& note) CONTINUO_REALTIME;
  void Publish(MediaTime now) CONTINUO_REALTIME;
  const Route* RouteOf(std::uint32_t ssrc) const CONTINUO_REALTIME;
  ReplicaRunner* RunnerOf(plan::TaskId task) CONTINUO_REALTIME;
  ReplicaRunner* RunnerOf(plan::TaskId task, Incarnation incarnation) CONTINUO_REALTIME;
  const Peer* PeerOf(plan::NodeId node) const CONTINUO_REALTIME;

  const std::shared_ptr<const Program> program_;
  const Wiring wiring_;
  const std::shared_ptr<const Program> predecessor_;
  bool waits_ = false;
  // As in the program. nullptr: the predecessor's, or taken over by the successor.
  ReceivedStreams received_;
  ReplicaRunners runners_;  // topological order
  std::vector<std::unique_ptr<OutputPlayer>> outputs_;
  // For each part, which of the predecessor's it is; -1: its own.
  std::vector<int> received_from_, runner_from_, output_from_;
  std::vector<std::unique_ptr<LateDelays>>
      late_;                   // of the runners that are taken over; mostly none
  std::vector<Route> routes_;  // by SSRC
  Outbox outbox_;
  transport::PacketSeal seal_;
  FellowExchange fellows_;
  FixedVector<Pending, 128> pending_;
  // One round with a crew: who has had his packet, and those who are computing theirs.
  std::vector<char> had_;             // of runners_[i]
  std::vector<ReplicaRunner*> wave_;  // room for all of runners_

  bool started_ = false;
  // What need not leave at once goes with the next sound where there was some since the last tick, or a tick later: by
  // itself it would wake who hears it.
  bool sounded_ = false, holds_back_ = false;
  MediaTime last_tick_ = 0, grace_ = 0, next_publication_ = 0;
  int repair_budget_ = 0;  // of this tick
  handoff::Totals totals_;
};

}  // namespace continuo::agent::rt
