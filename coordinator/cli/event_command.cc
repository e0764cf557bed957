// SPDX-License-Identifier: Apache-2.0
#include <cstdio>

#include "coordinator/cli/commands.h"
#include "coordinator/cli/json_text.h"
#include "coordinator/cli/progress.h"
#include "coordinator/cli/terminal.h"
#include "coordinator/cli/whereabouts.h"
#include "coordinator/edge/grpc/operator_client.h"

namespace continuo::coordinator::cli {

int RunEvent(const Invocation& invocation, const EventRequested& wish) {
  OperatorClient client(CoordinatorOf(invocation));
  const auto reply =
      WithProgress([&] { return client.Request(wish); },
                   [] { return "dated; waiting for the verdict (Ctrl-C leaves it dated)"; });
  if (!reply.ok()) return Fail(invocation, reply.status());
  const bool committed = reply->verdict == Verdict::kCommitted;
  if (invocation.json) {
    std::printf("%s\n", EventJson(*reply).c_str());
  } else {
    const Terminal terminal;
    const std::string verdict = committed                             ? terminal.Good("COMMITTED")
                                : reply->verdict == Verdict::kExpired ? terminal.Bad("EXPIRED")
                                                                      : terminal.Warn("UNDECIDED");
    std::printf("%s  %s\n", verdict.c_str(), reply->text.c_str());
  }
  return committed ? kDone : kFailed;
}

}  // namespace continuo::coordinator::cli
