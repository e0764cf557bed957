// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "dsp/offline/oracle.h"
#include "proto/plan/plan.h"

// A take is a folder with everything a proof needs; any machine that has `continuo` can judge it.
//
//   take.json          format version, build id, show, SHA-256 of each text file below
//   show.yaml          as written by the person
//   plan-<version>.json  every dated version of the plan (continuo.v1.Plan as JSON)
//   events.jsonl       acknowledged events, one a line, in order of (at, id)
//   assets/<sha256>    canonical assets
//   <output>.f32       what the output played: interleaved 32-bit float, little-endian, before any quantising
//   <output>.json      {output, node, first_n, channels, quantum, build_id}
//   <task>.input.f32 and .json   likewise what a live task heard
//   <output>.from-<first n>.f32 and .json  instead, where the folder held a recording of that output already
//   faults.json        optional: what was done to the cluster on purpose

namespace continuo::coordinator {

inline constexpr int kTakeFormat = 1;

/// All of a take but its sound.
struct Take {
  std::string build_id;
  std::string show_yaml;
  std::vector<plan::Plan> plans;       ///< dated, by version
  std::vector<dsp::TaskEvent> events;  ///< committed, ordered by (at, id)
};

/// Writes the take's texts into `folder` (made if absent). Assets and feeds are the callers'.
absl::Status WriteTake(const Take& take, const std::filesystem::path& folder);

/// Reads the texts back. Every error names the file and the field. A text that no longer has the hash that
/// take.json states is an error too: somebody changed the take.
absl::StatusOr<Take> ReadTake(const std::filesystem::path& folder);

/// What a recorder says about one feed.
struct FeedRecord {
  std::string output;
  std::string node;
  MediaTime first_n = 0;
  int channels = 0;
  int quantum = 0;
  std::string build_id;
  std::filesystem::path sound;  ///< the .f32 file
  Frames frames = 0;            ///< that it holds
};

/// What the folder holds of `output` in the show that begins at `start_n` and is `length` long (0: until further
/// notice). A folder may hold recordings of shows before it. Nothing if this show was not recorded.
absl::StatusOr<std::optional<FeedRecord>> FindFeed(const std::filesystem::path& folder,
                                                   const std::string& output, MediaTime start_n,
                                                   Frames length);

/// An intended fault, as the one who did it wrote it down.
struct Fault {
  std::string kind;  ///< kill, stop, cut, corrupt ...
  std::string node;
  MediaTime at_n = 0;  ///< media time when it struck
};
/// Empty if there is no faults.json.
absl::StatusOr<std::vector<Fault>> ReadFaults(const std::filesystem::path& folder);

/// Lower-case hex.
std::string Sha256Hex(std::string_view bytes);

}  // namespace continuo::coordinator
