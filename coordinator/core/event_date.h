// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "coordinator/core/input.h"
#include "coordinator/core/ledger.h"

namespace continuo::coordinator {

/// When an event shall happen: at the position that was asked for, else as soon as the lead allows.
struct EventDate {
  MediaTime at = 0;
  std::string error;  ///< not empty: there is no such sample; why, and what to do
};
EventDate DateEvent(const Ledger& ledger, const EventRequested& requested, Nanoseconds time);

}  // namespace continuo::coordinator
