// SPDX-License-Identifier: Apache-2.0
#include "coordinator/core/n_plus_one.h"

#include <algorithm>
#include <map>
#include <set>

#include "coordinator/core/did_you_mean.h"
#include "coordinator/core/evacuation.h"
#include "coordinator/core/packing.h"
#include "coordinator/core/roster.h"

namespace continuo::coordinator {
namespace {

/// What would be lost with some nodes and never made good.
struct Loss {
  std::string of;            ///< whose death
  std::size_t replicas = 0;  ///< that they hold
  std::vector<Stranded> stranded;
};

std::string Text(const Loss& loss) {
  const std::size_t count = loss.stranded.size();
  return "nothing makes good the death of " + loss.of + ": of its " +
         std::to_string(loss.replicas) + (loss.replicas == 1 ? " replica " : " replicas ") +
         std::to_string(count) + (count == 1 ? " finds" : " find") +
         " no place on the other nodes (" + loss.stranded.front().reason + ")";
}

class Trial {
 public:
  Trial(const std::vector<PlacementTask>& tasks, const Fleet& fleet, const Occupancy& occupancy)
      : fleet_(fleet), roster_(tasks, occupancy), packing_(fleet, occupancy) {}

  Spareness Run() {
    for (const FleetNode& node : fleet_) {
      if (node.can_compute) LoseNode(node);
    }
    for (const auto& [domain, nodes] : Domains()) LoseDomain(domain, nodes);
    Conclude();
    return std::move(result_);
  }

 private:
  using Nodes = std::vector<plan::NodeId>;

  /// Domains of several nodes, but not of all.
  std::map<std::string, Nodes> Domains() const {
    std::map<std::string, Nodes> domains;
    for (const FleetNode& node : fleet_) {
      if (node.can_compute) domains[node.domain].push_back(node.id);
    }
    if (domains.size() == 1) return {};
    std::erase_if(domains, [](const auto& domain) { return domain.second.size() < 2; });
    return domains;
  }

  Loss Lose(std::string of, std::span<const plan::NodeId> nodes) {
    Evacuation gone = EvacuateOnto(packing_, roster_, nodes, true);
    std::erase_if(gone.stranded, [](const Stranded& stranded) { return stranded.spare; });
    return {std::move(of), gone.moves.size() + gone.stranded.size(), std::move(gone.stranded)};
  }

  void LoseNode(const FleetNode& node) {
    Loss loss = Lose("\"" + node.name + "\"", {&node.id, 1});
    std::erase_if(loss.stranded, [this](const Stranded& stranded) {
      const PlacementTask& task = *roster_.Find(stranded.task);
      if (!stranded.by_room) without_spare_.insert(TextName(task));
      if (stranded.by_room && task.tier == 2) forgone_.insert(TextName(task));
      return !stranded.by_room || task.tier == 2;
    });
    if (loss.stranded.empty()) return;
    ++unbearable_;
    if (loss.stranded.size() > worst_.stranded.size()) worst_ = std::move(loss);
  }

  void LoseDomain(const std::string& domain, const Nodes& nodes) {
    const Loss loss = Lose("the domain \"" + domain + "\"", nodes);
    if (!loss.stranded.empty()) result_.warnings.push_back(Text(loss));
  }

  void Conclude() {
    const auto add = [this](const std::set<std::string>& names, const std::string& text) {
      if (names.empty()) return;
      const std::vector<std::string> list(names.begin(), names.end());
      result_.warnings.insert(result_.warnings.begin(), text + ListedInPart(list));
    };
    add(forgone_, "when a node dies there may be no room for what is of tier 2: ");
    add(without_spare_, "there is no spare node: when one dies, nothing takes its place for ");
    if (unbearable_ == 0) return;
    result_.error = Text(worst_);
    if (unbearable_ > 1) {
      result_.error += ", and " + std::to_string(unbearable_ - 1) + " other node" +
                       (unbearable_ == 2 ? "" : "s") + " could not be spared either";
    }
    result_.error +=
        "; use fewer or cheaper tasks, less redundancy, or more nodes, or give tier 2 to what may "
        "be lost";
  }

  const Fleet& fleet_;
  const Roster roster_;
  Packing packing_;
  std::set<std::string> without_spare_, forgone_;
  Loss worst_;
  int unbearable_ = 0;
  Spareness result_;
};

}  // namespace

Spareness CheckNPlusOne(const std::vector<PlacementTask>& tasks, const Fleet& fleet,
                        const Occupancy& occupancy) {
  return Trial(tasks, fleet, occupancy).Run();
}

}  // namespace continuo::coordinator
