// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "agent/handoff/counters.h"
#include "agent/rt/outbox.h"
#include "agent/rt/part_memory.h"
#include "agent/rt/program.h"
#include "agent/rt/received_stream.h"
#include "agent/rt/stream_sender.h"
#include "agent/rt/task_body.h"
#include "dsp/base/arena.h"
#include "dsp/base/realtime.h"
#include "proto/replica/replica.h"

namespace continuo::agent::rt {

/// One replica at work. Packet k is computed as soon as its inputs are here untainted and its
/// events are proven; at its hold deadline it is computed with what there is, and from then on the
/// replica says that it is tainted. It never stops for a missing input: continuity beats
/// correctness, and the receivers prefer its fellows.
class ReplicaRunner {
 public:
  /// Not real time. nullptr, and a sentence in `error`, if it cannot be computed here.
  static std::unique_ptr<ReplicaRunner> Make(const Program& program, const ReplicaSpec& spec,
                                             const Material& material, std::string& error);
  /// What it hears and to whom it sends, from now on. `spec` is of the same replica; all outlive what is
  /// wired to them. `received` as in program.received.
  void Wire(const Program& program, const ReplicaSpec& spec,
            ReceivedStreams& received) CONTINUO_REALTIME;

  void Start(MediaTime now) CONTINUO_REALTIME;
  /// Once per quantum, after what came in.
  void Tick(MediaTime now) CONTINUO_REALTIME { replica_.Tick(now); }
  /// Computes and sends one packet, if one can be. `grace`: inputs that are overdue are waited for
  /// until then.
  bool Step(MediaTime now, MediaTime grace, Outbox& outbox) CONTINUO_REALTIME;
  /// Tells its inputs what it still needs.
  void ClaimInputs() CONTINUO_REALTIME;

  replica::Replica& replica() { return replica_; }
  const replica::Replica& replica() const { return replica_; }
  const ReplicaSpec& spec() const { return *spec_; }
  plan::TaskId task() const { return task_->description.id; }
  std::vector<StreamSender>& senders() { return senders_; }
  plan::NodeId NodeOf(Incarnation member) const CONTINUO_REALTIME;
  /// Cost of a packet, in nanoseconds, measured by the engine.
  void CountCost(Nanoseconds cost) CONTINUO_REALTIME;
  void Publish(handoff::ReplicaCounters& out) CONTINUO_REALTIME;

  /// What the engine has last told of it.
  struct Told {
    replica::State state = replica::State::kInSync;
    int live = 0;
  };
  Told told;

 private:
  enum class Input : std::uint8_t { kClean, kTainted, kMissing };
  Input StateOf(const Feed& feed, PacketIndex k) const CONTINUO_REALTIME;
  Input StateOfInputs(PacketIndex k) const CONTINUO_REALTIME;
  std::string Prepare(Arena& arena);
  void TakeBuffers(Arena& arena);
  void GatherControl(PacketIndex k) CONTINUO_REALTIME;
  void GatherAudio(PacketIndex k) CONTINUO_REALTIME;
  void Send(PacketIndex k, std::uint8_t flags, std::uint32_t evseq, MediaTime now,
            Outbox& outbox) CONTINUO_REALTIME;
  bool IsConductor() const { return spec_->control < 0; }

  PartMemory memory_;
  const Program* program_ = nullptr;
  const ReplicaSpec* spec_ = nullptr;
  const plan::Task* task_ = nullptr;
  ReceivedStreams* received_ = nullptr;
  replica::Replica replica_;
  std::vector<StreamSender> senders_;
  std::unique_ptr<TaskBody> body_;   // nullptr: waits for one
  session::ControlQuantum control_;  // of the packet being computed
  float** in_ = nullptr;             // [wire * channels + channel], a quantum each
  float** out_ = nullptr;            // [channel]
  std::uint64_t cost_max_[2] = {}, cost_sum_[2] = {}, cost_count_[2] = {};  // this second, the last
  int publications_ = 0;
};

using ReplicaRunners = std::vector<std::unique_ptr<ReplicaRunner>>;

}  // namespace continuo::agent::rt
