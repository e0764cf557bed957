// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "coordinator/core/name_hints.h"
#include "proto/plan/plan.h"

// What a person asked for, as written: names, not ids; nothing here has been checked against the fleet, the kernels
// or the disk. show_check.h finds everything that is wrong with it, compile.h turns it into tasks of a plan.

namespace continuo::coordinator {

enum class AssetKind : std::uint8_t {
  kAudio,
  kNotes,
  kHydrogen,  ///< a kit of the Hydrogen drum machine
  kSfz,       ///< a kit in SFZ
};

constexpr bool IsKit(AssetKind kind) {
  return kind == AssetKind::kHydrogen || kind == AssetKind::kSfz;
}

/// An entry of `assets:`.
struct ShowAsset {
  std::string name;
  AssetKind kind = AssetKind::kAudio;
  std::string path;  ///< as written; relative paths are relative to the show's file
  bool operator==(const ShowAsset&) const = default;
};

struct ShowWire {
  std::string from;  ///< name of a task
  int port = 0;      ///< of the task that has this input, from 0 (the YAML counts from 1)
  bool operator==(const ShowWire&) const = default;
};

struct ShowParam {
  std::string name;
  float value = 0;
  bool operator==(const ShowParam&) const = default;
};

struct ShowSample {
  int key = 60;  ///< MIDI key that plays it
  std::string asset;
  bool operator==(const ShowSample&) const = default;
};

struct ShowNotes {
  std::string file;           ///< name of an asset of kind kNotes
  std::vector<int> channels;  ///< MIDI channels 1..16; empty: all
  int transpose = 0;          ///< semitones
  int key_min = 0, key_max = 127;
  bool loop = false;
  bool operator==(const ShowNotes&) const = default;
};

struct ShowPoint {
  session::BarBeat at;
  float value = 0;
  dsp::CurveShape curve =
      dsp::CurveShape::kAsKnob;  ///< of the way that leads here from the point before
  bool operator==(const ShowPoint&) const = default;
};

/// Where a parameter goes along the music.
struct ShowCurve {
  std::string param;
  std::vector<ShowPoint> points;  ///< in the order of the file
  bool operator==(const ShowCurve&) const = default;
};

struct ShowTask {
  std::string name;
  std::string kind;
  int channels = 2;
  int redundancy = 0;  ///< 0: follows from the tier
  /// After a death the lower one is made good first. 0: three replicas where there is room; 1: as
  /// many as the show says; 2: one.
  int tier = 1;
  std::vector<ShowWire> inputs;
  std::vector<ShowParam> params;
  std::vector<ShowCurve> automation;
  std::vector<ShowSample> samples;
  std::optional<ShowNotes> notes;
  /// Names of the nodes that its replicas and witnesses run on, and on no others; empty: on any.
  std::vector<std::string> on;
  /// How far it runs ahead of time; its commands take as much longer. 0: as far as the promise.
  Frames lead = 0;
  bool operator==(const ShowTask&) const = default;
};

struct ShowFeed {
  std::string name;
  std::string on;  ///< name of its node; empty: any that can record
  bool operator==(const ShowFeed&) const = default;
};

/// A place where sound leaves the cluster. Each feed is an output of its own, on a node of its own, named
/// "<name>-<feed>".
struct ShowOutput {
  std::string name;
  std::string from;
  std::vector<ShowFeed> feeds;
  Frames offset = 0;  ///< it is heard so much later than the others
  bool operator==(const ShowOutput&) const = default;
};

/// Where the music goes by, its tempo changes.
struct TempoChange {
  session::BarBeat at;
  std::int64_t tempo_mbpm = 120'000;
  bool operator==(const TempoChange&) const = default;
};

/// What a scene sets of one task.
struct ShowSceneTask {
  std::string task;  ///< name
  std::vector<ShowParam> params;
  bool operator==(const ShowSceneTask&) const = default;
};

/// Parameters of many tasks that are set on one sample when it is recalled; what it does not name stays as it is.
struct ShowScene {
  std::string name;
  std::vector<ShowSceneTask> tasks;
  bool operator==(const ShowScene&) const = default;
};

struct Show {
  std::string name;
  int redundancy = 2;
  int quantum = 48;
  std::int64_t tempo_mbpm = 120'000;       ///< at first
  std::vector<TempoChange> tempo_changes;  ///< later ones, in the order of the file
  int meter_num = 4, meter_den = 4;
  bool play = true;   ///< roll from the first sample
  Frames length = 0;  ///< 0: until stopped
  plan::Timing timing;
  std::vector<ShowAsset> assets;
  std::vector<ShowTask> tasks;  ///< in the order of the file; ids follow it
  std::vector<ShowOutput> outputs;
  std::vector<ShowScene> scenes;  ///< numbered in this order, from 1
  NameHints hints = {};           ///< of `tasks`
  bool operator==(const Show&) const = default;
};

/// An asset after import: what its canonical form holds.
struct ImportedAsset {
  std::string name;  ///< as in the show
  AssetKind kind = AssetKind::kAudio;
  std::string hash;         ///< SHA-256 of the canonical file, lower-case hex
  int channels = 0;         ///< audio
  Frames frames = 0;        ///< audio
  std::uint32_t notes = 0;  ///< notes: messages
  std::uint64_t bytes = 0;  ///< of the canonical file
  bool operator==(const ImportedAsset&) const = default;
};

/// Something that is wrong with a show, or (warning) worth knowing.
struct Issue {
  std::string field;  ///< path: "tasks.bass.params.cutoff"; empty: the show as a whole
  std::string text;   ///< a sentence: what is wrong, what is allowed, what was probably meant
  int line = 0;       ///< of the show's file, from 1; 0: not known
  bool warning = false;
  bool operator==(const Issue&) const = default;
};

/// True if an issue forbids playing.
inline bool HasErrors(const std::vector<Issue>& issues) {
  for (const Issue& issue : issues) {
    if (!issue.warning) return true;
  }
  return false;
}

}  // namespace continuo::coordinator
