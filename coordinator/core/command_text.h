// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "coordinator/core/input.h"

namespace continuo::coordinator {

/// What an operator asks with this input, in a few words: "ana@desk applies \"evening\"". Empty: it is no wish.
std::string CommandText(const Input& input);

}  // namespace continuo::coordinator
