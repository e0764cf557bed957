// SPDX-License-Identifier: Apache-2.0
#include "coordinator/cli/invocation.h"

#include <pwd.h>
#include <unistd.h>

#include <cstdio>

#include "coordinator/cli/json_text.h"

namespace continuo::coordinator::cli {

std::string Caller() {
  const passwd* const user = getpwuid(geteuid());
  char host[64] = {};
  if (gethostname(host, sizeof host - 1) != 0) host[0] = 0;
  std::string name = user == nullptr ? std::to_string(geteuid()) : user->pw_name;
  name += std::string("@") + host;
  return name.substr(0, 64);  // the most that the protocol takes
}

int Fail(const Invocation& invocation, const std::string& text) {
  if (invocation.json) std::printf("%s\n", ErrorJson(text).c_str());
  std::fprintf(stderr, "continuo: %s\n", text.c_str());
  return kFailed;
}

int Fail(const Invocation& invocation, const absl::Status& status) {
  return Fail(invocation, std::string(status.message()));
}

}  // namespace continuo::coordinator::cli
