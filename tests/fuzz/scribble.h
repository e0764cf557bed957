// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>

#include "fuzz/material.h"

namespace continuo::fuzz {

/// Writes into a text that was good, here and there, and behind it, until the material is used up.
inline void Scribble(Material& material, std::string& text) {
  while (!text.empty() && !material.empty()) {
    const std::size_t at = material.Take<std::uint16_t>() % text.size();
    const std::size_t taken = material.Below(16);
    const auto put = material.Bytes(material.Below(16));
    text.replace(at, taken, std::string(put.begin(), put.end()));
  }
  const auto rest = material.Rest();
  text.append(rest.begin(), rest.end());
}

}  // namespace continuo::fuzz
