// SPDX-License-Identifier: Apache-2.0
#include "agent/shell/neighbours.h"

#include <chrono>
#include <cstdio>
#include <thread>
#include <vector>

#include "proto/discovery/browser.h"
#include "proto/transport/build_id.h"

namespace continuo::agent {
namespace {

constexpr std::chrono::milliseconds kPatience{2000};
constexpr std::chrono::milliseconds kPause{500};

}  // namespace

std::string FindCoordinator(Options& options, const std::function<bool()>& ends) {
  for (bool told = false; options.coordinator.empty() && !ends();) {
    const discovery::Look look = discovery::Browse(discovery::kCoordinatorType, kPatience);
    if (!look.error.empty()) return look.error + " Or give --coordinator HOST:PORT";
    const std::vector<discovery::CoordinatorAddress> known =
        discovery::CoordinatorsAmong(look.found);
    if (known.size() > 1) {
      std::string text = "several coordinators are on this network; give one with --coordinator:";
      for (const auto& one : known) text += " " + one.listen + " (\"" + one.name + "\")";
      return text;
    }
    if (known.empty()) {
      if (!told) std::fprintf(stderr, "continuo-agent: looking for a coordinator on the network\n");
      told = true;
      std::this_thread::sleep_for(kPause);
      continue;
    }
    options.coordinator = known[0].listen;
    if (options.beats.empty()) options.beats = known[0].beats;
    std::fprintf(stderr, "continuo-agent: found \"%s\" at %s\n", known[0].name.c_str(),
                 known[0].listen.c_str());
  }
  return {};
}

std::unique_ptr<discovery::Announcer> AnnounceNode(const Options& options,
                                                   const transport::Address& at) {
  constexpr std::uint32_t kLoopback = 127;
  if (at.ip == 0 || at.ip >> 24 == kLoopback) return nullptr;
  return discovery::Announcer::Start(
      {discovery::kNodeType,
       options.name,
       at.port,
       {{"txtvers", "1"},
        {"coordinator", options.coordinator},
        {"build", std::string(transport::BuildId())}}},
      [](const std::string& text) { std::fprintf(stderr, "continuo-agent: %s\n", text.c_str()); });
}

}  // namespace continuo::agent
