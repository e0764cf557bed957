// SPDX-License-Identifier: Apache-2.0
#include <cstdio>
#include <optional>

#include "coordinator/cli/commands.h"
#include "coordinator/cli/follow.h"
#include "coordinator/cli/interrupt.h"
#include "coordinator/cli/json_text.h"
#include "coordinator/cli/operation_text.h"
#include "coordinator/cli/terminal.h"
#include "coordinator/cli/whereabouts.h"
#include "coordinator/edge/grpc/operator_client.h"

namespace continuo::coordinator::cli {
namespace {

constexpr std::size_t kEndedShown = 20;

/// What a move means for the sound. Said before the newcomer is heard.
std::string ClassOf(OperatorClient& client, OperationId id) {
  const auto view = client.Look();
  const OperationView* operation = view.ok() ? FindOperation(*view, id) : nullptr;
  return operation == nullptr ? "" : ClassText(operation->kernel_class);
}

void PrintAccepted(OperatorClient& client, const Reply& reply, bool wait) {
  std::printf("%s\n", reply.text.c_str());
  PrintLines(MoveLines(reply.moves));
  if (reply.operation == 0) return;
  const std::string kind = ClassOf(client, reply.operation);
  if (!kind.empty()) std::printf("%s\n", kind.c_str());
  if (!wait) {
    std::printf("see it: continuo operation list; call it off: continuo operation cancel %llu\n",
                static_cast<unsigned long long>(reply.operation));
  }
  std::fflush(stdout);
}

}  // namespace

int RunOperation(const Invocation& invocation, const OperationWish& wish, bool wait) {
  std::optional<Interrupt> interrupt;
  if (wait) interrupt.emplace();  // from before it begins: no Ctrl-C is to leave it behind unseen
  OperatorClient client(CoordinatorOf(invocation));
  const auto reply = std::visit([&](const auto& what) { return client.Request(what); }, wish);
  if (!reply.ok()) return Fail(invocation, reply.status());
  const bool follow = wait && reply->operation != 0;
  if (!invocation.json) {
    PrintAccepted(client, *reply, wait);
  } else if (!follow) {
    std::printf("%s\n", AcceptedJson(*reply).c_str());
  }
  return follow ? Follow(invocation, reply->operation, *interrupt) : kDone;
}

int RunOperationList(const Invocation& invocation) {
  OperatorClient client(CoordinatorOf(invocation));
  const auto view = client.Look();
  if (!view.ok()) return Fail(invocation, view.status());
  if (invocation.json) {
    std::printf("%s\n", OperationsJson(*view).c_str());
    return kDone;
  }
  const Lines lines = OperationLines(*view, Terminal(), kEndedShown);
  PrintLines(lines.empty() ? Lines{"no operations; nothing has been moved or healed yet"} : lines);
  return kDone;
}

int RunOperationCancel(const Invocation& invocation, OperationId operation) {
  OperatorClient client(CoordinatorOf(invocation));
  const auto reply = client.Request(OperationCancelled{.operation = operation});
  if (!reply.ok()) return Fail(invocation, reply.status());
  std::printf("%s\n", invocation.json ? AcceptedJson(*reply).c_str() : reply->text.c_str());
  return kDone;
}

}  // namespace continuo::coordinator::cli
