// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <span>
#include <utility>

#include "dsp/base/arena.h"
#include "dsp/base/bytes.h"
#include "dsp/base/realtime.h"
#include "dsp/graph/automation.h"
#include "dsp/graph/description.h"
#include "dsp/graph/wire_delays.h"
#include "dsp/kernels/kernel.h"
#include "proto/session/note_file.h"
#include "proto/session/sequencer.h"
#include "proto/session/timeline.h"

namespace continuo::dsp {

/// What a live input heard, as it was recorded. Interleaved; silence before and after.
struct LiveTrack {
  std::span<const float> samples;
  int channels = 0;
  MediaTime first_n = 0;
};

/// The decoded material a task was given. Outlives the processor.
struct TaskMaterial {
  std::span<const AudioAsset> audio;         ///< in the order of TaskDescription::assets
  const session::NoteFile* notes = nullptr;  ///< of TaskDescription::notes.file, or nullptr
  LiveTrack live{};  ///< offline, of a kernel that is live; in an agent it comes as it is heard
};

/// Most notes one task can begin or end within one quantum; further ones are dropped and counted.
inline constexpr int kMaxNotesPerQuantum = 128;

/// Largest instance of a kernel; what it needs beyond, it takes from the arena. Tested for every kernel.
inline constexpr std::size_t kMaxKernelBytes = 4096;

/// A task, ready to compute: its kernel, the notes it plays, and the summing of its wires. Agents run one for each
/// replica, the oracle one for each task; both get the same bits because this is the only place where a task is
/// computed.
///
/// Order at one sample: the tempo, parameters that follow a curve, scenes, parameters that operators set, then the
/// transport (all notes off, roll), then notes as in the file.
class TaskProcessor {
 public:
  /// Not real time; twice, as Kernel::Prepare. nullptr if it worked, else what does not.
  const char* Prepare(const TaskDescription& task, const TaskMaterial& material, Arena& arena);
  /// Other wires from the next quantum on. The ports they lead to and their channels are those of before. False if some
  /// are to be delayed for which there are no lines: then it makes something else.
  bool Rewire(const FixedVector<Wire, kMaxWires>& wires) CONTINUO_REALTIME {
    wires_ = wires;
    return delays_.Rewire(wires);
  }
  /// `made`, which was prepared for wires that are to come, and the delays of before change places. Rewire follows.
  void Exchange(WireDelays& made) CONTINUO_REALTIME {
    made.TakeOver(delays_);
    std::swap(made, delays_);
  }
  /// Computes one quantum. `in`: [wire * channels + channel], planar, one quantum each; `out`: [channel]. Inputs of a
  /// wire that does not sound in this quantum are not read. Of a live kernel: [channel], what its device hears.
  /// `params`: parameter events within the quantum, in order. Splits the quantum at each event.
  void Process(const session::ControlQuantum& control, std::span<const KernelEvent> params,
               const float* const* in, float* const* out) CONTINUO_REALTIME;
  /// What the kernel measures, as of the last quantum; the first ReadingCount() values. See Kernel::Read().
  void Read(std::span<float, kMaxReadings> out) const CONTINUO_REALTIME { kernel_->Read(out); }
  /// By how much a snapshot may grow: delays of wires are empty in the beginning.
  std::size_t growth() const { return delays_.growth(); }
  /// Between two quanta. The same bytes on every machine.
  void Snapshot(ByteWriter& out) const;
  /// On a processor prepared for the same task. False, and not to be used any more, if the bytes are not of it.
  bool Restore(ByteReader& in);
  const KernelDescription* kernel() const { return description_; }
  /// Samples that were NaN or infinite and became 0, before or after the kernel.
  std::uint64_t scrubbed() const { return scrubbed_; }
  /// Parameter events that named no parameter or were out of its range; they change nothing.
  std::uint64_t refused() const { return refused_; }
  /// Notes that did not fit into a quantum.
  std::uint64_t notes_dropped() const { return sequencer_.dropped(); }

 private:
  const char* Check(const TaskDescription& task, const TaskMaterial& material) const;
  const char* MakeKernel(const TaskDescription& task, const TaskMaterial& material, Arena& arena);
  void SumWires(MediaTime n, const float* const* in, int frames);
  void SumWires(int port, int channel, MediaTime n, const float* const* in, int frames, float* sum);
  /// What is heard of a wire that is delayed.
  void AddDelayed(std::size_t wire, int channel, MediaTime n, const float* from, int frames,
                  float* sum);
  /// The wire that is all the port hears, as it comes; -1 if there are none or several, or it fades or is delayed.
  int OnlyWire(int port, MediaTime n, int frames) const;
  void TakeLive(const float* const* in, int frames);
  /// Tells a kernel that wants to know it the tempo in force at n, if that is news.
  void ApplyTempo(const session::Segment& segment, MediaTime n);
  void Recall(const session::Recall& recall);
  bool InRange(const KernelEvent& param) const;
  void ApplyParam(const KernelEvent& param);
  void Compute(MediaTime n, int offset, int frames, float* const* out);
  void Scrub(const float* from, float* to, int frames);
  void Mute(const session::ControlQuantum& control, float* const* out) const;

  const KernelDescription* description_ = nullptr;
  Kernel* kernel_ = nullptr;
  session::Sequencer sequencer_;
  Automation automation_;
  std::uint32_t tempo_mbpm_ = 0;  // as the kernel was told; 0: not yet
  int channels_ = 0;
  int input_ports_ = 0;
  FixedVector<Wire, kMaxWires> wires_;
  WireDelays delays_;
  FixedVector<SceneSetting, kMaxSceneSettings> scenes_;
  float* port_samples_ = nullptr;  // [port * channels + channel][kMaxQuantum]
  session::SequencedNote* notes_ = nullptr;
  std::uint64_t scrubbed_ = 0;
  std::uint64_t refused_ = 0;
};

}  // namespace continuo::dsp
