// SPDX-License-Identifier: Apache-2.0
#include "proto/transport/build_id.h"

namespace continuo::transport {

std::string_view BuildId() {
  return CONTINUO_BUILD_ID;
}

}  // namespace continuo::transport
