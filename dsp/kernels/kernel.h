// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <new>
#include <span>

#include "dsp/base/arena.h"
#include "dsp/base/bytes.h"
#include "dsp/base/realtime.h"
#include "dsp/base/units.h"
#include "dsp/kernels/zone.h"

// A kernel is one musical idea: a pure function of (its state, its input samples, its events). Which node runs it,
// in blocks of which size, how often and in how many copies never changes a bit of what it computes. The rules
// that make this true (D0.1 to D0.9) are in dsp/README.md; the gates in tests/dsp/gates check every kernel that
// registry.cc lists.

namespace continuo::dsp {

/// How far a kernel's output can be trusted to be equal between machines.
enum class Determinism : std::uint8_t {
  kD0,  ///< equal on every machine
  kD1,  ///< equal on the same binary and kind of CPU
  kD2,  ///< not deterministic: no hitless promise
};

/// What a replica that joins can begin with.
enum class Handover : std::uint8_t {
  kExact,    ///< the whole state
  kSettled,  ///< less than that, but what it computes depends on no input older than tail_frames: once a newcomer has
             ///< heard so much, it is equal
};

/// How a knob should be drawn and turned, so that equal turns sound like equal steps. It changes no sample.
enum class Curve : std::uint8_t {
  kLinear,
  kLog,   ///< frequencies, times, ratios: equal turns are equal factors; min > 0
  kStep,  ///< whole numbers: a choice, a switch, a count
};

/// One parameter of a kernel: feeds validation of shows, the CLI and the docs.
struct ParamDescription {
  const char* name;  ///< as written in a show
  const char* unit;  ///< "dB", "Hz", "ms", "" ...
  float min, max;    ///< inclusive; a value outside is refused, never clamped silently
  float initial;
  const char* help;  ///< one sentence
  Curve curve = Curve::kLinear;
  float glide_ms =
      0;  ///< how long the sound takes to follow a change; 0: at once, or where the next note begins
};

/// What a kernel measures, for people to look at. It changes no sample, and as a function of the state it is equal in
/// all replicas. A maximum covers the last 100 ms or more: who looks ten times a second misses none.
struct ReadingDescription {
  const char* name;  ///< "reduction", "momentary" ...; of a channel it is "peak.1", "peak.2" ...
  const char* unit;  ///< "dB", "dBFS", "dBTP", "LUFS", "LU"
  const char* help;  ///< one sentence
  bool per_channel = false;  ///< a value for each channel, side by side; else one
  bool is_maximum = false;   ///< the highest lately: who hands it on less often keeps the highest
};

/// What the level of silence reads, and of whatever is lower.
inline constexpr float kSilenceDb = -144.0f;

/// Most values that the readings of one instance have together. Tested for every kernel.
inline constexpr int kMaxReadings = 40;

/// Decoded material, 48 kHz float, interleaved. Immutable and shared by all who play it.
struct AudioAsset {
  const float* samples = nullptr;
  Frames frames = 0;
  int channels = 0;
  std::span<const Zone>
      zones{};  ///< a kit cut out of the recording; empty: the recording is one thing
};

enum class EventKind : std::uint8_t {
  kParam,        ///< target = parameter index, value = float
  kNoteOn,       ///< target = MIDI key 0..127, value = velocity (0, 1]
  kNoteOff,      ///< target = MIDI key
  kAllNotesOff,  ///< stop, locate, panic: sounding notes go to their release
  kRoll,  ///< the transport begins to roll here; RollPosition() says from where. Most kernels ignore it
  kTempo,  ///< value = quarter notes per minute, from here on; before the first sample, then with every change
};

/// What happens to a kernel at one exact sample.
struct KernelEvent {
  MediaTime at = 0;
  EventKind kind = EventKind::kParam;
  std::uint16_t target = 0;
  float value = 0;
};

/// A position travels in an event exactly: 2^24 is where floats stop counting single samples, so `target` carries
/// what lies above it. Good for 2^40 samples, 265 days.
constexpr KernelEvent RollEvent(MediaTime at, Frames position) {
  return {.at = at,
          .kind = EventKind::kRoll,
          .target = static_cast<std::uint16_t>((position >> 24) & 0xffff),
          .value = static_cast<float>(static_cast<std::int32_t>(position & 0xffffff))};
}
constexpr Frames RollPosition(const KernelEvent& event) {
  return (static_cast<Frames>(event.target) << 24) + static_cast<Frames>(event.value);
}

/// A parameter, by its place in the description, and a value within its range.
struct ParamSetting {
  std::uint16_t index = 0;
  float value = 0;
  bool operator==(const ParamSetting&) const = default;
};

/// What a kernel is made for. Valid during Prepare, but for `assets`, which outlives the kernel.
struct KernelConfig {
  int channels = 2;        ///< of every port of this instance
  int input_ports = 1;     ///< wires may feed several ports (mixer); 0 for sources
  std::uint64_t seed = 0;  ///< key of its random numbers: a function of the task's identity
  std::span<const AudioAsset> assets;  ///< in the order of the show
  std::span<const std::uint8_t>
      asset_keys;  ///< sampler: the MIDI key of each asset; else empty. A kit has its own
  /// What differs from the initial values. It is so from the first sample on: nothing glides there.
  std::span<const ParamSetting> params = {};
};

/// One stretch of samples without events. Planar; buffers never alias.
struct Block {
  MediaTime n = 0;                   ///< of the first sample
  int frames = 0;                    ///< 1..kMaxQuantum
  const float* const* in = nullptr;  ///< [port * channels + channel]; channels as configured
  float* const* out = nullptr;       ///< [channel]
};

class Kernel {
 public:
  /// Takes all memory it will ever need from the arena and sets parameters as the configuration says. Not real
  /// time. Called twice: with a measuring arena, where every Take returns nullptr (it must take the same amounts
  /// and touch none of it, and returns true), then for real. False: the configuration cannot work.
  virtual bool Prepare(const KernelConfig& config, Arena& arena) = 0;
  /// Computes block.frames samples. Inputs are finite; outputs must be (Finite() in dsp/base/math.h).
  virtual void Process(const Block& block) CONTINUO_REALTIME = 0;
  /// Takes effect on the next sample processed (smoothing included). Values are within range.
  virtual void Apply(const KernelEvent& event) CONTINUO_REALTIME = 0;
  /// The whole state, so that Restore on any machine goes on with equal bits. Defined order, little-endian. Where the
  /// handover is kSettled: what can be written of it, at least all that events have set.
  virtual void Snapshot(ByteWriter& out) const = 0;
  /// On a prepared kernel of equal configuration. False if the bytes cannot be this kernel's state.
  virtual bool Restore(ByteReader& in) = 0;
  /// The values of all readings in the order of the description, as of the last sample processed; `out` has room for
  /// ReadingCount() of them. Finite. Between two calls of Process.
  virtual void Read(std::span<float> /*out*/) const CONTINUO_REALTIME {}

 protected:
  ~Kernel() = default;
};

/// What a parameter is set to in a kernel that has to work.
struct ParamAtWork {
  std::uint16_t target;
  float value;
};

struct KernelDescription {
  const char* kind;  ///< as written in a show
  const char* help;  ///< one sentence
  Determinism determinism;
  int input_ports_min;  ///< 0: a source
  int input_ports_max;
  int channels_min, channels_max;
  bool takes_notes;  ///< reacts to kNoteOn ... and hears the transport: kAllNotesOff, kRoll
  int assets_min, assets_max;  ///< audio assets it plays
  int latency_frames;  ///< look-ahead: output sample n is what became of input sample n - latency_frames
  int tail_frames;  ///< rings at most this long after its input ends; -1: for ever
  int snapshot_version;
  int cost_ns_per_frame;  ///< of a KernelLoad on a 3 GHz x86 core; believed of nodes that have not measured it
  std::span<const ParamDescription> params;
  std::size_t bytes;               ///< of an instance
  Kernel* (*create)(void* place);  ///< constructs in `bytes` bytes aligned to 16
  Handover handover = Handover::kExact;
  std::span<const ReadingDescription> readings = {};
  bool hears_tempo = false;  ///< reacts to kTempo, which is a part of its state
  bool takes_kits = false;   ///< its assets may have zones
  bool rolls = false;        ///< sounds while the transport rolls, notes or not
  /// Set where its cost is measured, if it has little to do without.
  std::span<const ParamAtWork> at_work = {};
  bool live = false;  ///< its one port hears a device of its node, and no wires
};

/// How many values Kernel::Read() writes for an instance with so many channels.
constexpr int ReadingCount(const KernelDescription& kernel, int channels) {
  int count = 0;
  for (const ReadingDescription& reading : kernel.readings) {
    count += reading.per_channel ? channels : 1;
  }
  return count;
}

/// KernelDescription::create of kernel K.
template <typename K>
Kernel* CreateKernel(void* place) {
  static_assert(alignof(K) <= 16);
  return new (place) K;
}

/// Whether `value` may be set; false for NaN.
constexpr bool InRange(const ParamDescription& param, float value) {
  return value >= param.min && value <= param.max;
}

}  // namespace continuo::dsp
