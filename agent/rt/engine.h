// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "agent/handoff/line.h"
#include "agent/handoff/sample_ring.h"
#include "agent/rt/fellow_exchange.h"
#include "agent/rt/outbox.h"
#include "agent/rt/output_player.h"
#include "agent/rt/program.h"
#include "agent/rt/received_stream.h"
#include "agent/rt/replica_runner.h"
#include "dsp/base/realtime.h"
#include "dsp/graph/task_processor.h"
#include "proto/clock/clock.h"

namespace continuo::agent::rt {

/// One node's part of one plan, ready to sound. Made off the audio thread, with all memory it will
/// ever need; handed over; ticked by the audio thread once per quantum; handed back and freed. It
/// knows no clock of its own but for measuring cost: media time is handed in, so a simulator drives
/// the same engine.
class Engine {
 public:
  struct Wiring {
    Ports ports{};
    const clock::Clock* clock = nullptr;        ///< for costs
    handoff::Line* line = nullptr;              ///< where verdicts, incidents and counters go
    std::vector<handoff::SampleRing*> outputs;  ///< of program.outputs
  };

  /// Not real time. `material` of plan.tasks[i]; what it points to outlives the engine. nullptr,
  /// and a sentence in `error`, if the plan cannot be played here.
  static std::unique_ptr<Engine> Make(const Program& program,
                                      const std::vector<dsp::TaskMaterial>& material,
                                      const Wiring& wiring, std::string& error);

  const plan::Plan& plan() const { return program_.plan; }
  plan::NodeId self() const { return program_.self; }
  /// When to begin ticking: the promise ahead of the first sample.
  MediaTime begins() const { return program_.plan.start_n - program_.plan.timing.promise; }

  /// Once per quantum. Ticks may be missed; they are not made up for.
  void Tick(MediaTime now) CONTINUO_REALTIME;
  /// A dated event for the replica of `task`; its verdict is told when known. The same event may
  /// come again.
  void Submit(plan::TaskId task, const Event& event, MediaTime now) CONTINUO_REALTIME;
  /// Flips one bit of one packet on the wire, of a task that feeds an output if there is one.
  void Corrupt() CONTINUO_REALTIME;

  const std::vector<ReplicaRunner>& runners() const { return runners_; }

 private:
  struct Pending {
    plan::TaskId task = 0;
    EventId id = 0;
    MediaTime at = 0;
  };
  struct Route {
    std::uint32_t ssrc = 0;
    ReceivedStream* received = nullptr;
    StreamSender* sender = nullptr;
  };
  /// What was last told about a replica.
  struct Told {
    replica::State state = replica::State::kInSync;
    int live = 0;
    bool concealing = false, tainted = false;
  };

  Engine(const Program& program, const Wiring& wiring);
  std::string Prepare(const std::vector<dsp::TaskMaterial>& material, Arena& arena);
  void MakeRoutes();

  void Start(MediaTime now) CONTINUO_REALTIME;
  void Drain(MediaTime now) CONTINUO_REALTIME;
  void TakeDatagram(std::span<const std::uint8_t> plain, int network,
                    MediaTime now) CONTINUO_REALTIME;
  bool TakeRtp(std::span<const std::uint8_t> plain, int network, MediaTime now) CONTINUO_REALTIME;
  bool TakeNack(std::span<const std::uint8_t> plain) CONTINUO_REALTIME;
  bool TakeFellows(std::span<const std::uint8_t> plain, MediaTime now) CONTINUO_REALTIME;
  void Compute(MediaTime now) CONTINUO_REALTIME;
  void AskRepairs(MediaTime now) CONTINUO_REALTIME;
  void ReleaseInputs(MediaTime now) CONTINUO_REALTIME;
  void ReleasePast(MediaTime now) CONTINUO_REALTIME;
  void TellVerdicts() CONTINUO_REALTIME;
  void TellIncidents(MediaTime now) CONTINUO_REALTIME;
  void TellReplica(const ReplicaRunner& runner, Told& told, MediaTime now) CONTINUO_REALTIME;
  void TellOutput(const OutputPlayer& output, Told& told) CONTINUO_REALTIME;
  void Tell(const handoff::IncidentNote& note) CONTINUO_REALTIME;
  void Publish(MediaTime now) CONTINUO_REALTIME;
  Route* RouteOf(std::uint32_t ssrc) CONTINUO_REALTIME;
  ReplicaRunner* RunnerOf(plan::TaskId task) CONTINUO_REALTIME;
  const Peer* PeerOf(plan::NodeId node) const CONTINUO_REALTIME;

  const Program program_;
  const Wiring wiring_;
  std::unique_ptr<std::uint8_t[]> memory_;
  std::vector<ReceivedStream> received_;
  std::vector<ReplicaRunner> runners_;  // topological order
  std::vector<OutputPlayer> outputs_;
  std::vector<Route> routes_;  // by SSRC
  Outbox outbox_;
  transport::PacketSeal seal_;
  FellowExchange fellows_;
  FixedVector<Pending, 128> pending_;
  std::vector<Told> told_replicas_, told_outputs_;

  bool started_ = false;
  MediaTime last_tick_ = 0, grace_ = 0, next_publication_ = 0;
  int repair_budget_ = 0;  // of this tick
  handoff::Totals totals_;
};

}  // namespace continuo::agent::rt
