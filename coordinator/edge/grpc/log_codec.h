// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "coordinator/core/event_log.h"
#include "proto/transport/field_place.h"

namespace continuo::v1 {
class GetLogReply;
}

namespace continuo::coordinator {

inline constexpr std::size_t kLogEntriesMax = 5000;  ///< of one reply

void ToProto(const LogPage& page, v1::GetLogReply& out);
void FromProto(const v1::GetLogReply& in, LogPage& page, const transport::FieldPlace& place);

}  // namespace continuo::coordinator
