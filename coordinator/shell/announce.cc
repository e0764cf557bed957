// SPDX-License-Identifier: Apache-2.0
#include "coordinator/shell/announce.h"

#include <unistd.h>

#include <array>
#include <string>
#include <utility>

#include "coordinator/shell/log.h"
#include "proto/transport/build_id.h"

namespace continuo::coordinator {

std::unique_ptr<discovery::Announcer> Announce(const Options& options) {
  std::array<char, 256> host{};
  gethostname(host.data(), host.size() - 1);
  discovery::Service service = discovery::DescribeCoordinator(
      host.data(), options.listen, options.beats, std::string(transport::BuildId()));
  if (!options.announce || service.port == 0) return nullptr;
  return discovery::Announcer::Start(std::move(service),
                                     [](const std::string& text) { Log(Severity::kInfo, text); });
}

}  // namespace continuo::coordinator
