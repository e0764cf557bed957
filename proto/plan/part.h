// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <memory>

#include "proto/plan/part_index.h"
#include "proto/plan/plan.h"

// What of a large plan concerns one node. From its part a node derives the same streams, receivers and holds as from
// the whole. In it are
//  - the tasks that have a replica on the node, as they are;
//  - foreign ones: what these hear, and what the node's outputs play; who hears these; one witnessed task of those who
//    hear the same (a witness of it may come here); for who conducts, a task on each node. What a foreign task is made
//    of is left out, and of its wires those that come from tasks that are not in the part;
//  - outputs on the node, and those that play what it computes;
//  - the nodes of all of these.
// Parts of one plan differ, and have its version: no node holds two of them. Pure; not real time.

namespace continuo::plan {

/// Plans of at most so many tasks are sent whole.
inline constexpr std::size_t kWholePlanTasks = 64;

/// Of a foreign task all that is told but its wires, which depend on the part.
Task ForeignWithoutWires(const Task& of);

/// The parts of one plan. Making it costs what reading the plan costs; a part costs what is in it.
class Parts {
 public:
  /// `plan` is one that Validate accepts, and whole.
  explicit Parts(const Plan& plan) : index_(plan) {}
  Plan Of(NodeId node) const;
  /// What is in them, for who writes parts without making them.
  const PartIndex& index() const { return index_; }

 private:
  Task Foreign(PartIndex::Index task, const PartIndex::Selection& chosen) const;

  const PartIndex index_;
};

/// The parts of the plan that was asked for last. A memory of what follows from a plan: all of them are equal.
class PartsMemory {
 public:
  std::shared_ptr<const Parts> Of(const Plan& plan);
  bool operator==(const PartsMemory&) const { return true; }

 private:
  std::shared_ptr<const Parts> parts_;
};

}  // namespace continuo::plan
