// SPDX-License-Identifier: Apache-2.0
#include "coordinator/cli/whereabouts.h"

#include <chrono>
#include <cstdio>

#include "coordinator/cli/discovery_text.h"
#include "proto/discovery/browser.h"
#include "proto/transport/tcp_probe.h"

namespace continuo::coordinator::cli {
namespace {

constexpr std::uint16_t kUsualPort = 7400;
constexpr std::chrono::milliseconds kPatience{2000};

/// Where nobody is found the usual place is asked all the same: then it is told that nobody is there.
std::string Find() {
  const std::string here = UsualCoordinator();
  if (transport::ListensHere(kUsualPort)) return here;
  const auto known =
      discovery::CoordinatorsAmong(discovery::Browse(discovery::kCoordinatorType, kPatience).found);
  if (known.size() == 1) {
    std::fprintf(stderr, "continuo: asking \"%s\" at %s\n", known[0].name.c_str(),
                 known[0].listen.c_str());
    return known[0].listen;
  }
  if (known.size() > 1) {
    std::fprintf(stderr,
                 "continuo: several coordinators are on this network; which one? "
                 "--coordinator");
    for (const auto& one : known) std::fprintf(stderr, " %s", one.listen.c_str());
    std::fprintf(stderr, "\n");
  }
  return here;
}

}  // namespace

std::string UsualCoordinator() {
  return "127.0.0.1:" + std::to_string(kUsualPort);
}

const std::string& CoordinatorOf(const Invocation& invocation) {
  if (!invocation.coordinator.empty()) return invocation.coordinator;
  static const std::string found = Find();
  return found;
}

int RunDiscover(const Invocation& invocation) {
  const discovery::Look coordinators = discovery::Browse(discovery::kCoordinatorType, kPatience);
  const discovery::Look nodes = discovery::Browse(discovery::kNodeType, kPatience);
  if (!coordinators.error.empty()) return Fail(invocation, coordinators.error);
  if (!nodes.error.empty()) return Fail(invocation, nodes.error);
  const auto known = discovery::CoordinatorsAmong(coordinators.found);
  if (invocation.json) {
    std::printf("%s\n", DiscoveryJson(known, nodes.found).c_str());
  } else {
    for (const std::string& line : DiscoveryLines(known, nodes.found)) {
      std::printf("%s\n", line.c_str());
    }
  }
  return kDone;
}

}  // namespace continuo::coordinator::cli
