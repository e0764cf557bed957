// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"

namespace continuo::coordinator {

/// A Standard MIDI File cut down to note messages and ends of tracks, in which every message has its status byte.
struct MidiNotes {
  std::string file;
  int ticks_per_quarter = 0;  ///< 1..32767
  int tracks = 0;
  std::uint32_t messages = 0;  ///< notes and ends of tracks
};

/// Checks all of `file` and cuts it down. What comes out is safe to give to libsmf, which by itself (1.3) ends the
/// process on some broken files by assert(), and drops without an error all that follows a text of more than 127
/// bytes in a track. Ticks of a track stay below 2^28. Error: goes on after the file's name.
absl::StatusOr<MidiNotes> CutDownToNotes(std::string_view file);

}  // namespace continuo::coordinator
