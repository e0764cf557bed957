// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace continuo::coordinator::cli {

/// A show to begin with: YAML that says what each line is for, and plays as it is, with StarterSong beside it under the
/// name `song`.
std::string StarterShow(const std::string& name, const std::string& song);

/// Four bars for it, to be looped: a bass on MIDI channel 1, broken chords on channel 2. A standard MIDI file, format
/// 0.
std::vector<std::uint8_t> StarterSong();

}  // namespace continuo::coordinator::cli
