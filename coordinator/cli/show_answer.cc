// SPDX-License-Identifier: Apache-2.0
#include "coordinator/cli/show_answer.h"

#include <cstdio>

#include "coordinator/cli/json_text.h"
#include "coordinator/cli/show_source.h"

namespace continuo::coordinator::cli {

int TellShow(const Invocation& invocation, const std::string& file, const Reply& reply) {
  if (invocation.json) {
    std::printf("%s\n", ShowJson(reply, file).c_str());
  } else {
    for (const Issue& issue : reply.issues)
      std::fprintf(stderr, "%s\n", IssueLine(file, issue).c_str());
    if (!reply.text.empty()) std::fprintf(reply.ok() ? stdout : stderr, "%s\n", reply.text.c_str());
  }
  return reply.ok() ? kDone : kFailed;
}

}  // namespace continuo::coordinator::cli
