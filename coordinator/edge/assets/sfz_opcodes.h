// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "coordinator/edge/assets/kit.h"

// What the opcodes of SFZ say about a zone.

namespace continuo::coordinator::sfz {

struct Opcode {
  std::string value;
  std::size_t line = 0;
};

/// The name of today for one that is known under an older one.
std::string RightName(const std::string& name);

/// Whether an opcode only says when a region sounds at all; `LeavesOut`: and this value says that no plain stroke of
/// its key will do, or that another region comes first.
bool Selects(std::string_view name);
bool LeavesOut(std::string_view name, std::string_view value);

/// False: an opcode that is not known. `wrong` becomes what its value must be, if it is not.
bool Apply(std::string_view name, const std::string& value, KitZone& zone, std::string& wrong);

bool ReadWhole(std::string_view text, std::int64_t& value);

}  // namespace continuo::coordinator::sfz
