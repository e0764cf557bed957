// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "agent/handoff/counters.h"
#include "agent/handoff/device_ring.h"
#include "agent/handoff/sample_ring.h"
#include "agent/rt/part_memory.h"
#include "agent/rt/program.h"
#include "agent/rt/received_stream.h"
#include "dsp/base/arena.h"
#include "dsp/base/realtime.h"
#include "proto/stream/conceal.h"

namespace continuo::agent::rt {

/// A place where sound leaves the cluster. Sample n leaves at time n + playout, whatever is there:
/// the selected copy, else a tainted one, else what a concealer makes of the last one. If it plays early, what nothing
/// could better leaves as soon as it has come and its time is over, and the playout is only how long the rest is waited
/// for.
class OutputPlayer {
 public:
  /// Not real time. `ring` takes what is played, and `device` as well, unless it is nullptr.
  static std::unique_ptr<OutputPlayer> Make(const Program& program, const OutputSpec& spec,
                                            std::shared_ptr<handoff::SampleRing> ring,
                                            std::shared_ptr<handoff::DeviceRing> device);
  /// Where it hears what it plays, from now on. `spec` is of the same output; all outlive what is
  /// wired to them.
  void Wire(const Program& program, const OutputSpec& spec,
            ReceivedStreams& received) CONTINUO_REALTIME {
    program_ = &program;
    spec_ = &spec;
    received_ = &received;
  }
  /// From packet `first` on; later than the plan's first if this node came late.
  void Start(PacketIndex first) CONTINUO_REALTIME;
  /// Plays every packet that is due.
  void Play(MediaTime now, bool early) CONTINUO_REALTIME;
  /// When it plays next, unless something comes before; dsp::kForever: never.
  MediaTime NextDue(bool early) const CONTINUO_REALTIME {
    if (next_ >= program_->end) return dsp::kForever;
    return early && IsAllHere() ? EarliestOf(next_) : DeadlineOf(next_);
  }
  void ClaimInputs() CONTINUO_REALTIME;

  plan::TaskId task() const { return spec_->from; }
  Frames offset() const { return spec_->offset; }
  /// The packet with which the last stretch began that was concealed, or tainted; -1: none so far.
  PacketIndex concealed_from() const { return concealed_from_; }
  PacketIndex tainted_from() const { return tainted_from_; }
  PacketIndex next() const { return next_; }
  /// Not real time.
  const std::shared_ptr<handoff::SampleRing>& ring() const { return ring_; }
  const std::shared_ptr<handoff::DeviceRing>& device() const { return device_; }
  void Publish(handoff::OutputCounters& out) const CONTINUO_REALTIME;

  /// What the engine has last told of it.
  struct Told {
    PacketIndex concealed_from = -1, tainted_from = -1;
  };
  Told told;

 private:
  std::string Prepare(Arena& arena);
  bool IsAllHere() const CONTINUO_REALTIME;
  void PlayOne(MediaTime late) CONTINUO_REALTIME;
  void PlayGroup(int group, bool missed) CONTINUO_REALTIME;
  bool Fetch(ReceivedStream& stream, stream::Selected& copy) CONTINUO_REALTIME;
  void Copy(const stream::Selected& copy, const StreamSpec& group) CONTINUO_REALTIME;
  void Mix(const stream::Selected& copy, const StreamSpec& group,
           const dsp::Wire& wire) CONTINUO_REALTIME;
  ReceivedStream& StreamOf(const Feed& feed, int group) const {
    const int index = feed.first + group;
    return *(*received_)[static_cast<std::size_t>(index)];
  }
  MediaTime EarliestOf(PacketIndex k) const {
    return (k + 1) * program_->plan.quantum + spec_->offset;
  }
  MediaTime DeadlineOf(PacketIndex k) const {
    return EarliestOf(k) + program_->plan.timing.playout;
  }

  PartMemory memory_;
  const Program* program_ = nullptr;
  const OutputSpec* spec_ = nullptr;
  ReceivedStreams* received_ = nullptr;
  std::shared_ptr<handoff::SampleRing> ring_;
  std::shared_ptr<handoff::DeviceRing> device_;
  float* interleaved_ = nullptr;               // one quantum
  std::vector<stream::Concealer> concealers_;  // one for each channel group
  PacketIndex first_ = 0, next_ = 0;
  PacketIndex concealed_from_ = -1, tainted_from_ = -1;
  Frames frames_ = 0;
  std::uint64_t concealed_ = 0, tainted_ = 0;
  bool concealing_ = false, playing_tainted_ = false, finished_ = false;
  Frames margin_min_ = 0;
};

}  // namespace continuo::agent::rt
