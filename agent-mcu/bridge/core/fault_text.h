// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "proto/mcu/frame.h"

namespace continuo::mcu {

/// For people: what happened, where, in which life of the board. Empty: nothing.
std::string FaultText(const Fault& fault);

}  // namespace continuo::mcu
