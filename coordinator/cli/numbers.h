// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "dsp/base/units.h"
#include "proto/session/timeline.h"

// Numbers as people write and read them. Parsers take the whole text or nothing.

namespace continuo::coordinator::cli {

/// "17.3.240"
std::string BarBeatText(const session::BarBeat& at);
/// "112" or "112.5" beats per minute, in thousandths; at most three decimals, 10 to 999.
std::optional<std::uint32_t> ParseTempo(std::string_view text);
/// "12.4 s"
std::string SecondsText(Frames frames);
/// "212 ms"
std::string MillisecondsText(Frames frames);
/// "1.3 kB" or "3.4 MB"
std::string SizeText(std::uint64_t bytes);
/// A percentage as a factor: 520 is "5.2".
std::string FactorText(std::uint32_t percent);

}  // namespace continuo::coordinator::cli
