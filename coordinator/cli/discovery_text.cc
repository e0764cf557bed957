// SPDX-License-Identifier: Apache-2.0
#include "coordinator/cli/discovery_text.h"

#include "coordinator/cli/json_view.h"
#include "coordinator/cli/table.h"

namespace continuo::coordinator::cli {
namespace {

std::string CoordinatorOfNode(const discovery::Found& node) {
  const auto found = node.texts.find("coordinator");
  return found == node.texts.end() ? std::string() : found->second;
}

}  // namespace

std::vector<std::string> DiscoveryLines(
    const std::vector<discovery::CoordinatorAddress>& coordinators,
    const std::vector<discovery::Found>& nodes) {
  if (coordinators.empty() && nodes.empty()) {
    return {
        "nobody announces anything here: start `continuo-coordinator --listen 0.0.0.0:7400`, "
        "or give addresses with --coordinator"};
  }
  std::vector<std::string> lines;
  const auto add = [&lines](const char* title, const Table& table) {
    if (table.empty()) return;
    lines.emplace_back(title);
    for (std::string& line : table.Lines()) lines.push_back(std::move(line));
  };
  Table known({"name", "address"});
  for (const auto& one : coordinators) known.Add({one.name, one.listen});
  add("coordinators", known);
  Table seen({"name", "machine", "audio at", "coordinator"});
  for (const auto& one : nodes) {
    seen.Add(
        {one.name, one.host, one.address + ":" + std::to_string(one.port), CoordinatorOfNode(one)});
  }
  add("nodes", seen);
  return lines;
}

std::string DiscoveryJson(const std::vector<discovery::CoordinatorAddress>& coordinators,
                          const std::vector<discovery::Found>& nodes) {
  Json json = {{"coordinators", Json::array()}, {"nodes", Json::array()}};
  for (const auto& one : coordinators) {
    json["coordinators"].push_back(
        {{"name", one.name}, {"listen", one.listen}, {"beats", one.beats}});
  }
  for (const auto& one : nodes) {
    json["nodes"].push_back({{"name", one.name},
                             {"host", one.host},
                             {"address", one.address},
                             {"port", one.port},
                             {"coordinator", CoordinatorOfNode(one)}});
  }
  return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

}  // namespace continuo::coordinator::cli
