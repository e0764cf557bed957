// SPDX-License-Identifier: Apache-2.0
#include "coordinator/core/n_plus_one.h"

#include <algorithm>
#include <iterator>
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

/// Nodes from the emptiest on, to see without trying that nothing of a dying node could be stranded: that is so if each
/// of its replicas may go to some node that would still have room with all of them. It need not go there. Of a roomy
/// fleet that is all that has to be known, and a trial looks at every node for every replica.
class Emptiest {
 public:
  Emptiest(const Fleet& fleet, const Packing& packing) : fleet_(fleet), packing_(packing) {
    for (std::size_t i = 0; i < fleet.size(); ++i) {
      if (packing.IsOpen(i) && !fleet[i].only_named) nodes_.push_back(i);
    }
    std::ranges::stable_sort(nodes_, {}, [&](std::size_t i) { return packing.load_ns(i); });
    if (nodes_.size() > kMost) nodes_.resize(kMost);
  }

  /// False: not known.
  bool TakeAllOf(plan::NodeId node, const Roster& roster) const {
    std::int64_t cost_ns = 0, memory_bytes = 0;
    for (const Occupant& leaver : roster.OnNode(node)) {
      const PlacementTask* const task = roster.Find(leaver.task);
      if (task == nullptr) continue;
      if (!task->on.empty()) return false;
      cost_ns += DearestOf(*task);
      memory_bytes += task->memory_bytes;
    }
    const auto takes = [&](std::size_t i) {
      return fleet_[i].id != node && packing_.load_ns(i) + cost_ns <= kBudgetNsPerFrame &&
             packing_.memory_left(i) >= memory_bytes;
    };
    std::vector<std::size_t> roomy;
    std::ranges::copy_if(nodes_, std::back_inserter(roomy), takes);
    return std::ranges::all_of(roster.OnNode(node), [&](const Occupant& leaver) {
      return std::ranges::any_of(roomy, [&](std::size_t i) {
        const auto holds = [&](const Occupant& one) { return one.node == fleet_[i].id; };
        return std::ranges::none_of(roster.OfTask(leaver.task), holds);
      });
    });
  }

 private:
  static constexpr std::size_t kMost = 16;

  std::int64_t DearestOf(const PlacementTask& task) const {
    std::int64_t most = 0;
    for (const std::size_t i : nodes_) most = std::max(most, CostOn(task, fleet_[i]));
    return most;
  }

  const Fleet& fleet_;
  const Packing& packing_;
  std::vector<std::size_t> nodes_;
};

class Trial {
 public:
  Trial(const std::vector<PlacementTask>& tasks, const Fleet& fleet, const Occupancy& occupancy)
      : fleet_(fleet),
        roster_(tasks, occupancy),
        packing_(fleet, occupancy),
        emptiest_(fleet, packing_) {}

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
    if (emptiest_.TakeAllOf(node.id, roster_)) return;
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
  const Emptiest emptiest_;  // as packed before anybody dies
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
