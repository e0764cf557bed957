// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "coordinator/core/admission.h"
#include "coordinator/core/compile.h"
#include "coordinator/core/did_you_mean.h"
#include "coordinator/core/show_check.h"
#include "coordinator/core/show_rules.h"
#include "proto/plan/plan.h"

namespace continuo::coordinator {
namespace {

std::vector<std::string> NamesOf(const Fleet& fleet, bool FleetNode::*ability) {
  std::vector<std::string> names;
  for (const FleetNode& node : fleet) {
    if (node.*ability && !node.drained) names.push_back(node.name);
  }
  return names;
}

std::string Those(const std::vector<std::string>& names) {
  if (names.empty()) return "there is none";
  return (names.size() == 1 ? "there is only "
                            : "there are only " + std::to_string(names.size()) + ": ") +
         Listed(names);
}

std::string Advice(std::size_t nodes) {
  return nodes == 0 ? "; start agents first"
                    : "; ask for at most " + std::to_string(nodes) + ", or start more agents";
}

/// nullptr if it is not there.
const FleetNode* NodeNamed(const std::string& name, const Fleet& fleet) {
  const auto found =
      std::ranges::find_if(fleet, [&name](const FleetNode& node) { return node.name == name; });
  return found == fleet.end() ? nullptr : &*found;
}

std::string NoSuchNode(const std::string& name, const Fleet& fleet) {
  std::vector<std::string> names;
  for (const FleetNode& node : fleet) names.push_back(node.name);
  return "there is no node \"" + name + "\"" + DidYouMean(name, names);
}

void CheckReplicas(const std::string& field, int wanted, const std::vector<std::string>& nodes,
                   Issues& issues) {
  if (wanted <= static_cast<int>(nodes.size()) || wanted > plan::kMaxRedundancy) return;
  const char* need = wanted == 1 ? " replica needs a node" : " replicas need as many nodes";
  issues.Error(field, std::to_string(wanted) + need + " that can compute, but " + Those(nodes) +
                          Advice(nodes.size()));
}

/// Where the show says that a task runs.
void CheckOn(const Show& show, const ShowTask& task, const Fleet& fleet, Issues& issues) {
  if (task.on.empty()) return;
  const std::string field = "tasks." + task.name + ".on";
  std::vector<std::string> computing, missing;
  for (const std::string& name : task.on) {
    const FleetNode* node = NodeNamed(name, fleet);
    if (node == nullptr) missing.push_back(name);
    if (node != nullptr && node->can_compute && !node->drained) computing.push_back(name);
  }
  const int wanted = RedundancyOf(show, task);
  const bool enough = wanted <= static_cast<int>(computing.size());
  // One that is dead just now must not keep a show from being changed.
  for (const std::string& name : missing) {
    enough ? issues.Warning(field, NoSuchNode(name, fleet))
           : issues.Error(field, NoSuchNode(name, fleet));
  }
  if (enough || wanted > plan::kMaxRedundancy) return;
  issues.Error(field, std::to_string(wanted) +
                          (wanted == 1 ? " replica needs a node" : " replicas need as many nodes") +
                          " that can compute, but of those that are named " + Those(computing) +
                          "; name more, or ask for less redundancy");
}

void CheckFeed(const std::string& field, const ShowFeed& feed, const Fleet& fleet, Issues& issues) {
  if (feed.on.empty()) return;
  const FleetNode* node = NodeNamed(feed.on, fleet);
  if (node == nullptr) {
    issues.Error(field, NoSuchNode(feed.on, fleet));
  } else if (!node->can_output) {
    issues.Error(field, "\"" + feed.on + "\" cannot record; start its agent with --record");
  } else if (node->drained) {
    issues.Error(field, "\"" + feed.on +
                            "\" is drained; allow it again with: continuo node undrain " + feed.on);
  }
}

}  // namespace

void CheckFleet(const Show& show, const Fleet& fleet, Issues& issues) {
  const std::vector<std::string> computing = NamesOf(fleet, &FleetNode::can_compute);
  CheckReplicas("redundancy", show.redundancy, computing, issues);
  for (const ShowTask& task : show.tasks) {
    if (task.redundancy != 0) {
      CheckReplicas("tasks." + task.name + ".redundancy", task.redundancy, computing, issues);
    }
    CheckOn(show, task, fleet, issues);
  }
  const std::vector<std::string> outputs = NamesOf(fleet, &FleetNode::can_output);
  if (CountFeeds(show) > static_cast<int>(outputs.size())) {
    issues.Error("outputs", std::to_string(CountFeeds(show)) +
                                " feeds need as many nodes that can record, but " + Those(outputs) +
                                Advice(outputs.size()) + " with --record");
  }
  for (const ShowOutput& output : show.outputs) {
    for (const ShowFeed& feed : output.feeds) {
      CheckFeed("outputs." + output.name + ".feeds." + feed.name, feed, fleet, issues);
    }
  }
}

Arrangement CheckRoom(const Show& show, std::span<const ImportedAsset> assets, const Fleet& fleet,
                      Issues& issues) {
  Arrangement found;
  found.wishes = Wishes(show, assets, fleet);
  found.placement = Admit(found.wishes, FeedNodesOf(show), fleet);
  if (!found.placement.error.empty()) issues.Error("", found.placement.error);
  for (const std::string& warning : found.placement.warnings) issues.Warning("", warning);
  return found;
}

}  // namespace continuo::coordinator
