// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <charconv>
#include <string>
#include <string_view>

#include "dsp/base/units.h"

namespace continuo::coordinator {

/// A name as a sentence has it.
inline std::string Quoted(std::string_view name) {
  return "\"" + std::string(name) + "\"";
}

/// The shortest decimal that reads back as this value: "800", "-3.5".
inline std::string NumberText(float value) {
  char text[32];
  const auto end = std::to_chars(text, text + sizeof text, value).ptr;
  return {text, end};
}

/// Thousandths: 112500 is "112.5".
inline std::string ThousandthsText(std::int64_t value) {
  std::string text = std::to_string(value / 1000);
  if (value % 1000 == 0) return text;
  std::string rest = std::to_string(1000 + value % 1000).substr(1);
  rest.erase(rest.find_last_not_of('0') + 1);
  return text + "." + rest;
}

/// Samples as milliseconds with one decimal, rounded down: "12.3 ms".
inline std::string TenthsOfMsText(Frames frames) {
  const Frames tenths = frames * 10'000 / kSampleRate;
  const Frames size = tenths < 0 ? -tenths : tenths;
  return (tenths < 0 ? "-" : "") + std::to_string(size / 10) + "." + std::to_string(size % 10) +
         " ms";
}

}  // namespace continuo::coordinator
