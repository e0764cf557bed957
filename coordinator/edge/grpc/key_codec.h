// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "coordinator/core/command.h"
#include "proto/transport/field_place.h"

namespace continuo::coordinator {

/// The `key` of a request in continuo/v1/control.proto: 16 bytes, big-endian, or none.
CommandKey ReadKey(const std::string& key, const transport::FieldPlace& place);
std::string WriteKey(const CommandKey& key);

}  // namespace continuo::coordinator
