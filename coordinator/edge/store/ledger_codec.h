// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "coordinator/core/coordinator.h"

namespace continuo::coordinator {

/// Equal ledgers have equal bytes, and no others have. They are of kFormat (input_codec.h).
std::string EncodeLedger(const Ledger& ledger);
std::string EncodeLog(const EventLog& log);

/// None if these bytes are no such thing.
std::optional<Ledger> DecodeLedger(std::string_view bytes);
std::optional<EventLog> DecodeLog(std::string_view bytes);

}  // namespace continuo::coordinator
