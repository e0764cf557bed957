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
      : fleet_(fleet), roster_(tasks, occupancy), packing_(fleet, occupancy) {
    for (const FleetNode& node : fleet) {
      dearest_ns_.resize(std::max(dearest_ns_.size(), node.costs_ns.size()), 0);
      for (std::size_t i = 0; i < node.costs_ns.size(); ++i) {
        dearest_ns_[i] = std::max(dearest_ns_[i], node.costs_ns[i]);
      }
    }
  }

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

  /// Seen without a trial, which looks at every node for every replica: more nodes have room for the dearest of these
  /// replicas than could be spoilt for it, one by each of the others that is placed, and by each of its own task.
  bool SurelyFindPlaces(std::span<const plan::NodeId> nodes) const {
    std::int64_t cost_ns = 0, memory_bytes = 0;
    std::size_t leavers = 0, fellows = 0;
    for (const plan::NodeId node : nodes) {
      for (const Occupant& leaver : roster_.OnNode(node)) {
        const PlacementTask* const task = roster_.Find(leaver.task);
        if (task == nullptr) continue;
        if (!task->on.empty()) return false;
        cost_ns = std::max(cost_ns, DearestOf(*task));
        memory_bytes = std::max(memory_bytes, task->memory_bytes);
        fellows = std::max(fellows, roster_.OfTask(task->id).size());
        ++leavers;
      }
    }
    std::size_t roomy = 0;
    for (std::size_t i = 0; i < fleet_.size() && roomy < leavers + fellows; ++i) {
      const bool leaves = std::ranges::find(nodes, fleet_[i].id) != nodes.end();
      roomy += packing_.IsOpen(i) && !fleet_[i].only_named && !leaves &&
               packing_.load_ns(i) + cost_ns <= kBudgetNsPerFrame &&
               packing_.memory_left(i) >= memory_bytes && packing_.HasSeat(i);
    }
    return roomy == leavers + fellows;
  }

  /// On whichever node; at least that.
  std::int64_t DearestOf(const PlacementTask& task) const {
    const auto number = static_cast<std::size_t>(task.kernel);  // -1 is beyond all
    if (number >= dearest_ns_.size()) return task.cost_ns;
    return std::max(task.cost_ns, CostFrom(dearest_ns_[number], task.channels));
  }

  Loss Lose(std::string of, std::span<const plan::NodeId> nodes) {
    Evacuation gone = EvacuateOnto(packing_, roster_, nodes, true);
    std::erase_if(gone.stranded, [](const Stranded& stranded) { return stranded.spare; });
    return {std::move(of), gone.moves.size() + gone.stranded.size(), std::move(gone.stranded)};
  }

  void LoseNode(const FleetNode& node) {
    if (SurelyFindPlaces({&node.id, 1})) return;
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
    if (SurelyFindPlaces(nodes)) return;
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
  std::vector<std::int64_t>
      dearest_ns_;  ///< by kernel: on the node where a stereo instance takes most
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
