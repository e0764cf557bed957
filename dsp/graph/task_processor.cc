// SPDX-License-Identifier: Apache-2.0
#include "dsp/graph/task_processor.h"

#include <algorithm>
#include <cstring>

#include "dsp/base/hash.h"
#include "dsp/base/lanes.h"
#include "dsp/base/math.h"
#include "dsp/graph/mute_gain.h"
#include "dsp/graph/wire_gain.h"
#include "dsp/kernels/registry.h"

namespace continuo::dsp {
namespace {

constexpr std::uint32_t kMagic = 0x4B545443;  // "CTTK"
constexpr std::uint16_t kVersion = 4;

KernelEvent ToKernel(const session::SequencedNote& note) {
  switch (note.kind) {
    case session::NoteKind::kAllOff:
      return {.at = note.at, .kind = EventKind::kAllNotesOff};
    case session::NoteKind::kRoll:
      return RollEvent(note.at, note.position);
    case session::NoteKind::kOff:
      return {.at = note.at, .kind = EventKind::kNoteOff, .target = note.key};
    case session::NoteKind::kOn:
      break;
  }
  return {.at = note.at,
          .kind = EventKind::kNoteOn,
          .target = note.key,
          .value = static_cast<float>(note.velocity) / 127.0f};
}

const char* CheckNotes(const NotesDescription& notes, const TaskMaterial& material,
                       const KernelDescription& kernel) {
  if (notes.file.empty()) return nullptr;
  if (!kernel.takes_notes) return "this kind plays no notes";
  if (material.notes == nullptr) return "the file of its notes is missing";
  if (notes.transpose < -48 || notes.transpose > 48) return "transpose is outside -48..48";
  if (notes.key_max > 127 || notes.key_min > notes.key_max) return "its range of keys is empty";
  return nullptr;
}

const char* CheckAssets(const TaskDescription& task, const TaskMaterial& material,
                        const KernelDescription& kernel) {
  const int count = static_cast<int>(task.assets.size());
  if (count < kernel.assets_min) return "it plays fewer assets than this kind needs";
  if (count > kernel.assets_max) return "it plays more assets than this kind can";
  if (material.audio.size() != task.assets.size()) return "an asset it plays is missing";
  for (const AudioAsset& asset : material.audio) {
    if (asset.samples == nullptr || asset.frames <= 0 || asset.channels <= 0) {
      return "an asset it plays is empty";
    }
  }
  return nullptr;
}

void AddFaded(const Wire& wire, MediaTime n, const float* from, float* sum, int frames) {
  for (int i = 0; i < frames; ++i) {
    // Outside the wire's life there may be no sample at all, not even a finite one.
    if (const float gain = WireGain(wire, n + i); gain != 0.0f) sum[i] += gain * from[i];
  }
}

/// Where the segment in force at n ends, or `end` if that comes first.
MediaTime NextTempo(const session::ControlQuantum& control, MediaTime n, MediaTime end) {
  for (const session::Segment& segment : control.segments) {
    if (segment.n0 > n) return std::min(segment.n0, end);
  }
  return end;
}

}  // namespace

const char* TaskProcessor::Prepare(const TaskDescription& task, const TaskMaterial& material,
                                   Arena& arena) {
  kernel_ = nullptr;
  description_ = FindKernel(task.kind.view());
  if (description_ == nullptr) return "there is no kernel of this kind";
  if (const char* error = Check(task, material)) return error;
  channels_ = task.channels;
  input_ports_ = task.input_ports;
  wires_ = task.wires;
  scenes_ = task.scenes;
  scrubbed_ = refused_ = 0;
  tempo_mbpm_ = 0;
  port_samples_ =
      arena.Take<float>(static_cast<std::size_t>(input_ports_) * channels_ * kMaxQuantum);
  notes_ =
      description_->takes_notes ? arena.Take<session::SequencedNote>(kMaxNotesPerQuantum) : nullptr;
  automation_.Prepare({task.automation.data(), task.automation.size()}, *description_, arena);
  sequencer_.Start(task.notes.file.empty() ? nullptr : material.notes,
                   {.channel_mask = task.notes.channel_mask,
                    .transpose = task.notes.transpose,
                    .key_min = task.notes.key_min,
                    .key_max = task.notes.key_max,
                    .loop = task.notes.loop});
  if (const char* error = delays_.Prepare(wires_, channels_, arena)) return error;
  return MakeKernel(task, material, arena);
}

const char* TaskProcessor::Check(const TaskDescription& task, const TaskMaterial& material) const {
  const KernelDescription& kernel = *description_;
  if (task.channels < kernel.channels_min || task.channels > kernel.channels_max ||
      task.channels > kMaxChannels) {
    return "this kind cannot have that many channels";
  }
  if (task.input_ports < kernel.input_ports_min || task.input_ports > kernel.input_ports_max ||
      task.input_ports > kMaxPorts) {
    return "this kind cannot have that many input ports";
  }
  if (kernel.live && !task.wires.empty()) return "a live input has no wires";
  for (const Wire& wire : task.wires) {
    if (wire.port >= task.input_ports) return "a wire leads to an input port it does not have";
  }
  for (const ParamSetting& setting : task.params) {
    if (setting.index >= kernel.params.size()) return "it sets a parameter this kind does not have";
    if (!InRange({.target = setting.index, .value = setting.value})) {
      return "it sets a parameter out of its range";
    }
  }
  const std::span points(task.automation.data(), task.automation.size());
  if (const char* error = CheckAutomation(points, kernel)) return error;
  for (const SceneSetting& setting : task.scenes) {
    if (setting.index >= kernel.params.size() ||
        !InRange({.target = setting.index, .value = setting.value})) {
      return "a scene sets a parameter that it does not have, or out of its range";
    }
  }
  if (const char* error = CheckAssets(task, material, kernel)) return error;
  return CheckNotes(task.notes, material, kernel);
}

const char* TaskProcessor::MakeKernel(const TaskDescription& task, const TaskMaterial& material,
                                      Arena& arena) {
  if (description_->bytes > kMaxKernelBytes) return "an instance of this kind is too large";
  // Only measuring: the kernel tells its needs from a place that does not outlive this call.
  alignas(16) std::uint8_t passing[kMaxKernelBytes];
  void* place = arena.TakeBytes(description_->bytes);
  if (place == nullptr && !arena.measuring()) return "there is not enough memory";
  Kernel* kernel = description_->create(place != nullptr ? place : passing);

  std::uint8_t keys[kMaxAssetsPerTask] = {};
  for (std::size_t i = 0; i < task.assets.size(); ++i) keys[i] = task.assets[i].key;
  const KernelConfig config{.channels = channels_,
                            .input_ports = input_ports_,
                            .seed = Mix64(task.id),
                            .assets = material.audio,
                            .asset_keys = {keys, task.assets.size()},
                            .params = {task.params.data(), task.params.size()}};
  if (!kernel->Prepare(config, arena)) return "the kernel cannot work with this configuration";
  if (arena.measuring()) return nullptr;
  if (arena.exhausted()) return "there is not enough memory";
  kernel_ = kernel;
  return nullptr;
}

void TaskProcessor::Process(const session::ControlQuantum& control,
                            std::span<const KernelEvent> params, const float* const* in,
                            float* const* out) {
  const MediaTime n = control.n;
  const int frames = std::min(control.frames, kMaxQuantum);
  if (description_->live) {
    TakeLive(in, frames);
  } else {
    SumWires(n, in, frames);
  }
  const int note_count =
      notes_ == nullptr ? 0 : sequencer_.Run(control, {notes_, kMaxNotesPerQuantum});

  std::size_t recall = 0, param = 0;
  int note = 0;
  for (int done = 0; done < frames;) {
    const MediaTime now = n + done;
    const session::Segment& segment = session::SegmentAt(control, now);
    ApplyTempo(segment, now);
    automation_.Run(segment, now, *kernel_);
    while (recall < control.recalls.size() && control.recalls[recall].at <= now) {
      Recall(control.recalls[recall++]);
    }
    while (param < params.size() && params[param].at <= now) ApplyParam(params[param++]);
    while (note < note_count && notes_[note].at <= now) kernel_->Apply(ToKernel(notes_[note++]));
    MediaTime next = automation_.Next(segment, now, NextTempo(control, now, n + frames));
    if (recall < control.recalls.size()) next = std::min(next, control.recalls[recall].at);
    if (param < params.size()) next = std::min(next, params[param].at);
    if (note < note_count) next = std::min(next, notes_[note].at);
    const int stretch = static_cast<int>(next - now);
    Compute(now, done, stretch, out);
    done += stretch;
  }
  for (int c = 0; c < channels_; ++c) Scrub(out[c], out[c], frames);
  Mute(control, out);
}

void TaskProcessor::Mute(const session::ControlQuantum& control, float* const* out) const {
  const auto plain = [&control](const session::Segment& segment) {
    return IsPlain(segment, control.n);
  };
  if (std::all_of(control.segments.begin(), control.segments.end(), plain)) return;
  for (int i = 0; i < control.frames; ++i) {
    const MediaTime n = control.n + i;
    const float gain = MuteGain(session::SegmentAt(control, n), n);
    for (int c = 0; c < channels_; ++c) out[c][i] *= gain;
  }
}

void TaskProcessor::SumWires(MediaTime n, const float* const* in, int frames) {
  for (int port = 0; port < input_ports_; ++port) {
    const int alone = OnlyWire(port, n, frames);
    for (int c = 0; c < channels_; ++c) {
      float* const sum = port_samples_ + (port * channels_ + c) * kMaxQuantum;
      if (alone >= 0) {
        Scrub(in[alone * channels_ + c], sum, frames);
      } else {
        SumWires(port, c, n, in, frames, sum);
        Scrub(sum, sum, frames);
      }
    }
  }
  delays_.Passed(n + frames);
}

int TaskProcessor::OnlyWire(int port, MediaTime n, int frames) const {
  int only = -1;
  for (std::size_t w = 0; w < wires_.size(); ++w) {
    const Wire& wire = wires_[w];
    if (wire.port != port || !IsHeard(wire, n, frames)) continue;
    if (only >= 0 || !IsPlain(wire, n, frames) || delays_.Delays(w)) return -1;
    only = static_cast<int>(w);
  }
  return only;
}

/// Wires are added in the order of the description: float addition is not associative, and every replica must get
/// the same bits.
void TaskProcessor::SumWires(int port, int channel, MediaTime n, const float* const* in, int frames,
                             float* sum) {
  std::fill_n(sum, frames, 0.0f);
  for (std::size_t w = 0; w < wires_.size(); ++w) {
    const Wire& wire = wires_[w];
    if (wire.port != port || !IsHeard(wire, n, frames)) continue;
    const float* from = in[static_cast<int>(w) * channels_ + channel];
    if (delays_.Delays(w)) {
      AddDelayed(w, channel, n, from, frames, sum);
    } else if (IsPlain(wire, n, frames)) {
      for (int i = 0; i < frames; ++i) sum[i] += from[i];
    } else {
      AddFaded(wire, n, from, sum, frames);
    }
  }
}

void TaskProcessor::AddDelayed(std::size_t wire, int channel, MediaTime n, const float* from,
                               int frames, float* sum) {
  float passing[kMaxQuantum] = {};
  if (IsPlain(wires_[wire], n, frames)) {
    Scrub(from, passing, frames);
  } else if (Sounds(wires_[wire], n, frames)) {
    AddFaded(wires_[wire], n, from, passing, frames);
    Scrub(passing, passing, frames);
  }
  delays_.Pass(wire, channel, n, passing, frames);
  for (int i = 0; i < frames; ++i) sum[i] += passing[i];
}

void TaskProcessor::TakeLive(const float* const* in, int frames) {
  for (int c = 0; c < channels_; ++c) Scrub(in[c], port_samples_ + c * kMaxQuantum, frames);
}

void TaskProcessor::ApplyTempo(const session::Segment& segment, MediaTime n) {
  if (!description_->hears_tempo) return;
  const std::uint32_t tempo = segment.tempo_mbpm;
  if (tempo == tempo_mbpm_) return;
  tempo_mbpm_ = tempo;
  kernel_->Apply(
      {.at = n, .kind = EventKind::kTempo, .value = static_cast<float>(tempo) / 1000.0f});
}

void TaskProcessor::Recall(const session::Recall& recall) {
  for (const SceneSetting& setting : scenes_) {
    if (setting.scene != recall.scene) continue;
    ApplyParam({.at = recall.at, .target = setting.index, .value = setting.value});
  }
}

bool TaskProcessor::InRange(const KernelEvent& param) const {
  if (param.target >= description_->params.size()) return false;
  const ParamDescription& range = description_->params[param.target];
  return param.value >= range.min && param.value <= range.max;  // false for NaN
}

void TaskProcessor::ApplyParam(const KernelEvent& param) {
  if (param.kind == EventKind::kParam && InRange(param)) {
    kernel_->Apply(param);
    automation_.Hold(param.target, param.value);
  } else {
    ++refused_;
  }
}

void TaskProcessor::Compute(MediaTime n, int offset, int frames, float* const* out) {
  // Sized for the most ports a description can wire: every wire a port of its own, and some idle.
  const float* inputs[kMaxPorts * kMaxChannels];
  float* outputs[kMaxChannels];
  for (int i = 0; i < input_ports_ * channels_; ++i) {
    inputs[i] = port_samples_ + i * kMaxQuantum + offset;
  }
  for (int c = 0; c < channels_; ++c) outputs[c] = out[c] + offset;
  kernel_->Process({.n = n, .frames = frames, .in = inputs, .out = outputs});
}

void TaskProcessor::Scrub(const float* from, float* to, int frames) {
  if (AreSurelyClean(from, frames)) [[likely]] {
    if (from != to) std::copy_n(from, frames, to);
    return;
  }
  LaneBits finite = {};  // in each lane, the number of those that are, negative
  int i = 0;
  for (; i + kLanes <= frames; i += kLanes) {
    const Lanes x = LoadLanes(from + i);
    finite += AbsLanes(x) <= 0x1.fffffep127f;
    StoreLanes(CleanLanes(x), to + i);
  }
  int bad = i + finite[0] + finite[1] + finite[2] + finite[3];
  for (; i < frames; ++i) {
    bad += IsFinite(from[i]) ? 0 : 1;
    to[i] = Clean(from[i]);
  }
  scrubbed_ += static_cast<std::uint64_t>(bad);
}

void TaskProcessor::Snapshot(ByteWriter& out) const {
  out.Le(kMagic);
  out.Le(kVersion);
  out.Le(Hash64(description_->kind));
  out.Le(static_cast<std::uint16_t>(description_->snapshot_version));
  out.Le(tempo_mbpm_);
  delays_.Snapshot(wires_, out);
  automation_.Snapshot(out);
  sequencer_.Snapshot(out);
  kernel_->Snapshot(out);
}

bool TaskProcessor::Restore(ByteReader& in) {
  if (in.Le<std::uint32_t>() != kMagic || in.Le<std::uint16_t>() != kVersion) return false;
  if (in.Le<std::uint64_t>() != Hash64(description_->kind)) return false;
  if (in.Le<std::uint16_t>() != description_->snapshot_version) return false;
  tempo_mbpm_ = in.Le<std::uint32_t>();
  if (tempo_mbpm_ > session::kTempoMaxMilliBpm) return false;
  return delays_.Restore(wires_, in) && automation_.Restore(in) && sequencer_.Restore(in) &&
         kernel_->Restore(in) && in.ok();
}

}  // namespace continuo::dsp
