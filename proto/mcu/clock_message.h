// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "proto/mcu/clock_told.h"
#include "proto/mcu/messages.h"

namespace continuo::mcu {

/// Of a report that has something to say.
void Put(const ClockReport& report, message::ClockReport& into);
/// False, and `report` unspecified: a field is out of its range.
bool Take(const message::ClockReport& from, ClockReport& report);

}  // namespace continuo::mcu
