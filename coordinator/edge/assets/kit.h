// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "dsp/kernels/zone.h"

// A kit as its file says it, before its recordings are decoded.

namespace continuo::coordinator {

struct KitZone {
  /// Without where its recording lies; loop points in frames of the file. `play` may be what `loops` leaves open.
  dsp::Zone zone;
  std::string file;           ///< of the recording, relative to the kit's
  std::size_t line = 0;       ///< of the kit's file where it begins, for errors
  bool loop_of_file = false;  ///< loop points come from the recording, if it has any
  bool play_of_file = false;  ///< it loops if the recording says so
  std::size_t offset = 0;     ///< frames of the file that are left out at its beginning
};

struct Kit {
  std::vector<KitZone> zones;
  std::vector<std::string> warnings;  ///< sentences: what was left out
};

/// Longer texts are no kits.
inline constexpr std::size_t kKitBytesMax = 4 << 20;

/// A Hydrogen drum kit (drumkit.xml, versions 0.9.7 to 1.2): instruments by their MIDI key, layers by force. Error:
/// "line N: ...".
absl::StatusOr<Kit> ParseHydrogen(std::string_view xml);

/// A subset of SFZ: <control> default_path, <global>, <master>, <group>, <region>; sample, key, lokey, hikey, lovel,
/// hivel, pitch_keycenter, pitch_keytrack, tune, transpose, volume, amplitude, pan, amp_veltrack, offset, loop_mode,
/// loop_start, loop_end, group, off_by, ampeg_delay, ampeg_attack, ampeg_hold, ampeg_decay, ampeg_sustain,
/// ampeg_release. Regions for other triggers, random choices and all but the first of a round robin are left out, with
/// a warning; so are other opcodes. Error: "line N: opcode=value: ...".
absl::StatusOr<Kit> ParseSfz(std::string_view text);

}  // namespace continuo::coordinator
