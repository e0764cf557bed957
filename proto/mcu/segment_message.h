// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "proto/mcu/messages.h"
#include "proto/session/timeline.h"

namespace continuo::mcu {

void Put(const session::Segment& segment, message::Segment& into);
/// False, and `segment` unspecified: a field is out of its range.
bool Take(const message::Segment& from, session::Segment& segment);

}  // namespace continuo::mcu
