// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <vector>

#include "proto/plan/plan.h"

// Which tasks, outputs and nodes of a large plan are in the part of a node (part.h). Pure; not real time.

namespace continuo::plan {

/// Some of the places of a list.
class PlaceSet {
 public:
  explicit PlaceSet(std::size_t of) : words_((of + kBits - 1) / kBits, 0) {}
  void Add(std::size_t place) { words_[place / kBits] |= std::uint64_t{1} << place % kBits; }
  void Add(const std::vector<std::size_t>& places) {
    for (const std::size_t place : places) Add(place);
  }
  bool Has(std::size_t place) const { return (words_[place / kBits] >> place % kBits & 1) != 0; }
  std::vector<std::size_t> InOrder() const;

 private:
  static constexpr std::size_t kBits = 64;
  std::vector<std::uint64_t> words_;
};

/// What is in the parts of one plan, by place. Making it costs what reading the plan costs; a selection costs what is
/// in the part.
class PartIndex {
 public:
  using Index = std::size_t;  ///< of a task, an output or a node in the plan
  struct ChosenTask {
    Index task = 0;
    bool own = false;  ///< it has a replica on the part's node; else it is foreign
  };
  /// What is in a part, in the order of the plan.
  struct Selection {
    std::vector<ChosenTask> tasks;
    std::vector<Index> outputs, nodes;
    PlaceSet all_tasks;  ///< those of `tasks`
  };

  /// `plan` is one that Validate accepts, and whole.
  explicit PartIndex(const Plan& plan);
  Selection Select(NodeId node) const;

  const Plan& plan() const { return plan_; }
  int depth(Index task) const { return depths_[task]; }
  int deepest() const { return deepest_; }
  /// The task from which that wire of the task comes.
  Index SourceOf(Index task, std::size_t wire) const { return sources_[task][wire]; }

  /// The same tasks, outputs and nodes are in `plan`, by identity: its parts differ in nothing but their head.
  bool AreOf(const Plan& plan) const;

 private:
  struct Sounding {  // what an output plays
    Index from = 0;
    std::optional<Index> before;
  };
  void AddHeard(Index task, PlaceSet& tasks) const;
  void AddNeighbours(const std::vector<Index>& own, PlaceSet& tasks, PlaceSet& outputs) const;
  void AddThoseWhoHearTheConductor(PlaceSet& tasks) const;
  std::vector<Index> NodesOf(NodeId node, const Selection& chosen) const;

  const Plan plan_;
  const std::vector<int> depths_;
  const int deepest_;
  std::vector<std::vector<Index>> sources_, hearers_;  // of each task
  std::vector<std::vector<Index>> hosts_;              // nodes of its replicas
  std::vector<Index> players_;                         // the node of each output
  std::vector<Index> witnessed_;            // a hearer of each task that has witnesses; else itself
  std::vector<std::vector<Index>> played_;  // outputs that play each task
  std::vector<Sounding> sounding_;          // of each output
  std::map<NodeId, std::vector<Index>> tasks_on_, outputs_on_;
};

}  // namespace continuo::plan
