// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "dsp/base/units.h"
#include "proto/session/timeline.h"

// The texts that values of a show are written as. None: the text is no such value.

namespace continuo::coordinator {

std::optional<std::int64_t> ParseInteger(std::string_view text);
/// Decimal or exponent; "inf" and "nan" are no numbers here.
std::optional<float> ParseNumber(std::string_view text);
/// NaN and infinities as YAML and people write them (".nan", "-inf"), and numbers too large for a float ("1e99").
std::optional<float> ParseNonFinite(std::string_view text);
/// "112.5" is 112500; at most three decimals.
std::optional<std::int64_t> ParseThousandths(std::string_view text);
/// "17", "17.3" or "17.3.240".
std::optional<session::BarBeat> ParseBarBeat(std::string_view text);
/// true, false, yes, no, on, off.
std::optional<bool> ParseSwitch(std::string_view text);
/// "300ms", "1.5s", "2min", in samples, rounded down.
std::optional<Frames> ParseDuration(std::string_view text);
/// A duration, or a distance ("8.5m", at most a millimetre fine) as the samples that sound takes for it, to the
/// nearest: 343 m/s, as in dry air of 20 degrees Celsius. A blank before the unit is allowed.
std::optional<Frames> ParseOffset(std::string_view text);

}  // namespace continuo::coordinator
