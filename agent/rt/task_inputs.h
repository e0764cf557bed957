// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "agent/rt/program.h"
#include "agent/rt/received_stream.h"
#include "dsp/base/realtime.h"
#include "dsp/graph/wire_gain.h"
#include "proto/session/conductor.h"

namespace continuo::agent::rt {

/// What one replica hears: the conductor's stream and those of its wires.
class TaskInputs {
 public:
  enum class State : std::uint8_t { kClean, kTainted, kMissing };

  /// `received` as in program.received; all outlive what is wired to them.
  void Wire(const Program& program, const ReplicaSpec& spec, ReceivedStreams& received) {
    program_ = &program;
    spec_ = &spec;
    received_ = &received;
  }
  /// The worst of what there is of packet k.
  State StateAt(PacketIndex k) const CONTINUO_REALTIME;
  /// When the last of what there is of packet k came; 0: there is nothing.
  MediaTime ArrivalOf(PacketIndex k) const CONTINUO_REALTIME;
  /// Some of packet k was given up here already: it will never be complete.
  bool GoneAt(PacketIndex k) const CONTINUO_REALTIME;
  /// Packets from k on are still needed, also of wires that will only sound later.
  void Claim(PacketIndex k) CONTINUO_REALTIME;
  /// What is still here of packets before `end`, as many as a ring holds, is kept again.
  void KeepAgain(PacketIndex end) CONTINUO_REALTIME;
  /// The session of packet k; without a word from the conductor, `control` as it goes on from the
  /// packet before.
  void GatherControl(PacketIndex k, session::ControlQuantum& control) CONTINUO_REALTIME;
  /// Planar samples of packet k, [wire * channels + channel]; silence where nothing came. Nothing
  /// is written where the wire does not sound.
  void GatherAudio(PacketIndex k, float** channels) CONTINUO_REALTIME;

 private:
  bool has_inputs() const { return spec_->control >= 0; }  // the conductor has none
  ReceivedStream& stream(int index) const { return *(*received_)[static_cast<std::size_t>(index)]; }
  const auto& wires() const {
    return program_->plan.tasks[static_cast<std::size_t>(spec_->task)].description.wires;
  }
  /// Does anything of packet k come through that wire?
  bool SoundsAt(PacketIndex k, std::size_t wire) const {
    const int quantum = program_->plan.quantum;
    return dsp::Sounds(wires()[wire], k * quantum, quantum);
  }
  /// Calls `use` with each stream that packet k needs, the conductor's first.
  template <typename Use>
  void ForEach(PacketIndex k, const Use& use) const {
    if (!has_inputs()) return;
    use(stream(spec_->control));
    for (std::size_t i = 0; i < spec_->wires.size(); ++i) {
      if (!SoundsAt(k, i)) continue;
      const Feed& feed = spec_->wires[i];
      for (int group = 0; group < feed.groups; ++group) use(stream(feed.first + group));
    }
  }

  /// Calls `use` with each stream that any packet needs.
  template <typename Use>
  void ForAll(const Use& use) const {
    if (!has_inputs()) return;
    use(stream(spec_->control));
    for (const Feed& feed : spec_->wires) {
      for (int group = 0; group < feed.groups; ++group) use(stream(feed.first + group));
    }
  }

  const Program* program_ = nullptr;
  const ReplicaSpec* spec_ = nullptr;
  ReceivedStreams* received_ = nullptr;
};

}  // namespace continuo::agent::rt
