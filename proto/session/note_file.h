// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <span>

#include "proto/session/timeline.h"

namespace continuo::session {

/// One note message of a file, in file order.
struct FileNote {
  Ticks tick = 0;             ///< from the beginning of the file
  std::uint8_t on = 0;        ///< 1 note on, 0 note off
  std::uint8_t channel = 0;   ///< 0..15
  std::uint8_t key = 0;       ///< 0..127
  std::uint8_t velocity = 0;  ///< 1..127 for on
};

/// A Standard MIDI File after import: notes only, ticks only (its tempo is the session's business). Sorted by tick,
/// offs before ons of the same tick. Read-only view over memory of the asset.
struct NoteFile {
  std::span<const FileNote> notes;
  Ticks length = 0;  ///< rounded up to a whole beat
};

}  // namespace continuo::session
