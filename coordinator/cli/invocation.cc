// SPDX-License-Identifier: Apache-2.0
#include "coordinator/cli/invocation.h"

#include <cstdio>

#include "coordinator/cli/json_text.h"

namespace continuo::coordinator::cli {

int Fail(const Invocation& invocation, const std::string& text) {
  if (invocation.json) std::printf("%s\n", ErrorJson(text).c_str());
  std::fprintf(stderr, "continuo: %s\n", text.c_str());
  return kFailed;
}

int Fail(const Invocation& invocation, const absl::Status& status) {
  return Fail(invocation, std::string(status.message()));
}

}  // namespace continuo::coordinator::cli
