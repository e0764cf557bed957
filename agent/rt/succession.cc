// SPDX-License-Identifier: Apache-2.0
// Which plans may succeed each other, and which parts live on.
#include <algorithm>

#include "agent/rt/program.h"

namespace continuo::agent::rt {
namespace {

bool SameTask(const plan::Task& a, const plan::Task& b) {
  return a.description == b.description && a.generation == b.generation && a.epoch == b.epoch;
}

}  // namespace

bool SamePart(const ReceivedSpec& a, const ReceivedSpec& b) {
  return a.stream == b.stream;
}

bool SamePart(const Program& of_a, const ReplicaSpec& a, const Program& of_b,
              const ReplicaSpec& b) {
  const auto id = [](const Program& program, const ReplicaSpec& replica) {
    return program.plan.tasks[static_cast<std::size_t>(replica.task)].description.id;
  };
  return id(of_a, a) == id(of_b, b) && a.self == b.self;
}

bool SamePart(const OutputSpec& a, const OutputSpec& b) {
  return a.id == b.id && a.name == b.name && a.from == b.from;
}

std::string CheckSuccession(const Program& before, const Program& after) {
  const plan::Plan& a = before.plan;
  const plan::Plan& b = after.plan;
  if (before.self != after.self) return "the plans are not of the same node";
  if (a.run == 0 || a.run != b.run) return "the plans are not of the same performance";
  if (a.quantum != b.quantum || !(a.timing == b.timing) || a.start_n != b.start_n ||
      a.length != b.length || !(a.session == b.session)) {
    return "a plan of the same performance cannot change its quantum, timing, start, length or "
           "session";
  }
  if (!std::equal(a.tasks.begin(), a.tasks.end(), b.tasks.begin(), b.tasks.end(), SameTask)) {
    return "a plan of the same performance cannot change what is computed";
  }
  return {};
}

}  // namespace continuo::agent::rt
