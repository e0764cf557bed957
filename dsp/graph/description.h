// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "dsp/base/fixed.h"
#include "dsp/base/units.h"
#include "dsp/kernels/kernel.h"
#include "proto/session/timeline.h"

// What a show asks for, after it has been checked: plain values, no pointers, no heap, the same on a laptop, a Pi and
// a microcontroller. A task's position in Show::tasks is its index; its TaskId is its identity.

namespace continuo::dsp {

using TaskId = std::uint32_t;
using Name = FixedString<32>;
using AssetHash = FixedString<64>;  ///< SHA-256 of the canonical form, lower-case hex

inline constexpr int kMaxWires = 32;      ///< into one task, those that fade out included
inline constexpr int kMaxShowWires = 16;  ///< into one task, as a show may ask for
inline constexpr int kMaxPorts = 16;      ///< input ports of one task
inline constexpr int kMaxAssetsPerTask = 32;
inline constexpr int kMaxParams = 40;
inline constexpr int kMaxAutomationPoints = 128;  ///< of all curves of one task
inline constexpr int kMaxSceneSettings = 64;      ///< of one task, those of all scenes together
inline constexpr int kMaxTasks = 16384;           ///< in one show

/// The conductor is a task like any other, with this id; it has no kernel and computes the session.
inline constexpr TaskId kConductorId = 1;

/// Longest delay of a wire, samples (171 ms): 170 compressors in a row look less far ahead.
inline constexpr Frames kMaxWireDelay = 8192;

/// A date that never comes.
inline constexpr MediaTime kForever = kMediaTimeLimit - 1;

/// One input of a task: the whole output port of `from` feeds input port `port`. Several wires into one port
/// are summed in the order of Task::wires. A wire may be plugged in and pulled out while the show plays; it fades
/// within kWireFade samples (wire_gain.h).
struct Wire {
  TaskId from = 0;
  std::uint8_t port = 0;
  MediaTime begins = 0;       ///< first sample heard; its fade-in begins here. 0: always was there
  MediaTime ends = kForever;  ///< its fade-out begins here
  /// Each sample is heard so much later than it came (0 to kMaxWireDelay), along with what came to the task by way of
  /// kernels that look ahead. Dates of the wire are those of what comes.
  Frames delay = 0;
  bool operator==(const Wire&) const = default;
};

/// When a task computes. Both are multiples of the quantum.
struct Span {
  MediaTime begins = 0;       ///< its first sample, from its initial state; 0: the show's first
  MediaTime ends = kForever;  ///< first sample it does not compute any more
  bool operator==(const Span&) const = default;
};

/// A parameter set away from its initial value.
/// The way on which a curve comes to a point from the one before it.
enum class CurveShape : std::uint8_t {
  kAsKnob,       ///< as the parameter's knob turns: a straight line, equal factors, or a step
  kLinear,       ///< in equal times equal differences
  kExponential,  ///< in equal times equal factors; both values lie on the same side of zero
  kStep,         ///< stays at the value before, and is there at once
};

/// A point of a parameter's curve along the music.
struct AutomationPoint {
  session::Ticks tick = 0;                 ///< from 0, below session::kTickLimit
  std::uint16_t param = 0;                 ///< index
  CurveShape shape = CurveShape::kAsKnob;  ///< says nothing at the first point of a curve
  float value = 0;                         ///< in the parameter's unit, within its range
  bool operator==(const AutomationPoint&) const = default;
};

/// What a scene sets a parameter to when it is recalled.
struct SceneSetting {
  std::uint16_t scene = 0;  ///< 1 to session::kMaxScenes
  std::uint16_t index = 0;  ///< of the parameter
  float value = 0;
  bool operator==(const SceneSetting&) const = default;
};

/// Notes that a source task plays from a Standard MIDI File on the session's timeline.
struct NotesDescription {
  AssetHash file;                           ///< empty: plays no file
  std::uint16_t channel_mask = 0xffff;      ///< bit c: MIDI channel c (0..15) is heard
  std::int8_t transpose = 0;                ///< semitones, -48..48
  std::uint8_t key_min = 0, key_max = 127;  ///< keys heard, before transposing
  bool loop = false;  ///< start again at the end of the file (rounded up to a bar)
  bool operator==(const NotesDescription&) const = default;
};

struct AssetUse {
  AssetHash hash;
  std::uint8_t key = 60;  ///< sampler: MIDI key that plays it
  bool operator==(const AssetUse&) const = default;
};

struct TaskDescription {
  TaskId id = 0;
  Name name;
  Name kind;  ///< of the kernel; "conductor" for the conductor
  std::uint8_t channels = 2;
  std::uint8_t input_ports = 0;
  FixedVector<Wire, kMaxWires> wires;
  FixedVector<ParamSetting, kMaxParams> params;
  FixedVector<SceneSetting, kMaxSceneSettings> scenes;
  FixedVector<AssetUse, kMaxAssetsPerTask> assets;
  NotesDescription notes;
  FixedVector<AutomationPoint, kMaxAutomationPoints> automation;  ///< by (param, tick)
  bool operator==(const TaskDescription&) const = default;
};

}  // namespace continuo::dsp
