// SPDX-License-Identifier: Apache-2.0
// Which plans may succeed each other, and which parts live on.
#include <algorithm>

#include "agent/rt/program.h"

namespace continuo::agent::rt {
namespace {

/// `after` is what became of `before`: it may be wired otherwise, and may have been given an end.
/// What a part of a plan leaves out of a foreign task is not known to be another.
bool IsSame(const plan::Task& before, const plan::Task& after) {
  if (before.generation != after.generation || before.epoch != after.epoch ||
      before.span.begins != after.span.begins || before.lead != after.lead) {
    return false;
  }
  const dsp::TaskDescription& a = before.description;
  const dsp::TaskDescription& b = after.description;
  if (before.foreign || after.foreign) {
    return a.name == b.name && a.kind == b.kind && a.channels == b.channels &&
           a.input_ports == b.input_ports;
  }
  dsp::TaskDescription as_before = b;
  as_before.wires = a.wires;
  return as_before == a;
}

bool AllSame(const plan::Plan& before, const plan::Plan& after) {
  return std::all_of(before.tasks.begin(), before.tasks.end(), [&after](const plan::Task& task) {
    const plan::Task* const now = plan::FindTask(after, task.description.id);
    return now == nullptr || IsSame(task, *now);
  });
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
  return a.id == b.id && a.name == b.name && a.offset == b.offset &&
         a.feed().channels == b.feed().channels;
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
  if (!AllSame(a, b)) {
    return "a plan of the same performance cannot make another task of one that plays";
  }
  return {};
}

}  // namespace continuo::agent::rt
