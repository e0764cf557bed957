// SPDX-License-Identifier: Apache-2.0
#include "proto/plan/validate.h"

#include <algorithm>
#include <functional>
#include <optional>
#include <set>
#include <string_view>
#include <vector>

#include "proto/plan/lead.h"
#include "proto/plan/routes.h"
#include "proto/plan/task_places.h"
#include "proto/wire/control_frames.h"

namespace continuo::plan {
namespace {

// Receivers and senders keep two seconds of a stream: what is between a packet that a source sends
// ahead and the one that an output plays late must fit.
constexpr Frames kRingFrames = 2 * kSampleRate;

std::string Quoted(std::string_view name) {
  return "\"" + std::string(name) + "\"";
}
std::string NameOf(const Task& task) {
  return "task " + Quoted(task.description.name.view());
}
std::string NameOf(const Node& node) {
  return "node " + Quoted(node.name);
}

std::string CheckTiming(const Timing& timing) {
  if (timing.repair_after <= 0) return "timing: repair_after must be above 0";
  if (timing.silence <= 0) return "timing: silence must be above 0";
  if (timing.promise <= timing.silence) {
    return "timing: promise must be above silence, or a death holds up the survivors";
  }
  if (timing.lead < timing.promise) {
    return "timing: lead must not be below promise, or no command comes in time";
  }
  if (timing.playout <= 4 * timing.repair_after) {
    return "timing: playout must be above four times repair_after, or no repair comes in time";
  }
  if (timing.playout > kRingFrames || timing.promise > kRingFrames - timing.playout) {
    return "timing: playout and promise together must not exceed the 2 s that a ring holds";
  }
  return {};
}

std::string CheckHead(const Plan& plan) {
  if (plan.term == 0 || plan.version == 0) return "the plan has no term or no version";
  if (plan.run > plan.version) return "the plan is older than the run it belongs to";
  if (!IsQuantum(plan.quantum)) {
    return "a quantum of " + std::to_string(plan.quantum) +
           " is not among 6, 12, 16, 32, 48, 64 and 96";
  }
  if (plan.media.rate_hz != kSampleRate) return "the media time does not run at 48000 Hz";
  if (plan.start_n < 0 || plan.start_n >= kMediaTimeLimit || plan.start_n % plan.quantum != 0) {
    return "the start is not a multiple of the quantum";
  }
  if (plan.length < 0 || plan.length >= kMediaTimeLimit) return "the length is out of range";
  if (!session::IsValid(plan.session)) return "the session has a field out of range";
  if (!session::IsValid(plan.tempo_marks)) return "the tempo marks are out of range or order";
  if (plan.start_n != 0 && plan.session.n0 != plan.start_n) {
    return "the session does not begin where the plan begins";
  }
  return CheckTiming(plan.timing);
}

bool IsReachable(const Node& node) {
  return std::ranges::any_of(node.networks, [](const Endpoint& endpoint) {
    return endpoint.address != 0 && endpoint.port != 0;
  });
}

std::string CheckNodes(const Plan& plan) {
  std::set<std::string_view> names;
  NodeId last = 0;
  for (const Node& node : plan.nodes) {
    if (node.id <= last) return "the nodes are not in order of their ids, which begin at 1";
    last = node.id;
    if (node.name.empty() || !names.insert(node.name).second) {
      return "node " + std::to_string(node.id) + " has no name of its own";
    }
    if (!IsReachable(node)) return NameOf(node) + " has no address on any network";
  }
  return {};
}

std::string CheckStaying(const Task& task) {
  if (task.wanted < 1 || task.wanted > kMaxRedundancy) {
    return NameOf(task) + " wants " + std::to_string(task.wanted) + " replicas; 1 to " +
           std::to_string(kMaxRedundancy) + " are possible";
  }
  const bool stays =
      std::ranges::any_of(task.replicas, [](const Replica& r) { return !r.leaving; });
  return stays ? "" : "all replicas of " + NameOf(task) + " are leaving";
}

/// What checks of tasks look up.
struct Known {
  TaskPlaces places;
  std::vector<NodeId> nodes;  ///< in the plan, by id
};

Known KnownOf(const Plan& plan) {
  Known known{TaskPlaces(plan.tasks), {}};
  for (const Node& node : plan.nodes) known.nodes.push_back(node.id);
  return known;
}

std::string CheckReplicas(const Known& known, const Task& task) {
  if (task.replicas.empty()) return NameOf(task) + " runs nowhere";
  if (task.replicas.size() > wire::kMaxMembers) {
    return NameOf(task) + " has more than " + std::to_string(wire::kMaxMembers) + " replicas";
  }
  for (auto replica = task.replicas.begin(); replica != task.replicas.end(); ++replica) {
    if (!std::ranges::binary_search(known.nodes, replica->node)) {
      return NameOf(task) + " has a replica on a node that is not in the plan";
    }
    const auto any_before = [&](const auto& is_alike) {
      return std::any_of(task.replicas.begin(), replica, is_alike);
    };
    if (any_before([&](const Replica& other) { return other.node == replica->node; })) {
      return NameOf(task) + " runs twice on one node";
    }
    if (replica->incarnation == 0) return NameOf(task) + " has a replica without an incarnation";
    if (any_before([&](const Replica& other) {
          constexpr Incarnation kCarried = 0xffff;  // of it, by packets
          return ((other.incarnation ^ replica->incarnation) & kCarried) == 0;
        })) {
      return NameOf(task) + " has two replicas whose packets could not be told apart";
    }
  }
  return CheckStaying(task);
}

bool IsSpan(const dsp::Span& span, int quantum) {
  const auto on_grid = [quantum](MediaTime n) {
    return n >= 0 && n <= dsp::kForever && (n == dsp::kForever || n % quantum == 0);
  };
  return on_grid(span.begins) && on_grid(span.ends) && span.begins < span.ends;
}

// `index`: of the task in the plan. What a wire comes from must stand before it, so there is no
// cycle.
std::string CheckWires(const Plan& plan, const Known& known, std::size_t index) {
  const Task& task = plan.tasks[index];
  for (const dsp::Wire& wire : task.description.wires) {
    const std::optional<std::size_t> place = known.places.Of(wire.from);
    if (!place) {
      return NameOf(task) + " has a wire from a task that is not in the plan";
    }
    const Task* const from = &plan.tasks[*place];
    if (IsConductor(*from)) return NameOf(task) + " has a wire from the conductor";
    if (*place >= index) {
      return NameOf(task) + " has a wire from " + NameOf(*from) + ", which does not come before it";
    }
    if (wire.port >= task.description.input_ports) {
      return NameOf(task) + " has no input port " + std::to_string(wire.port + 1);
    }
    if (wire.delay < 0 || wire.delay > dsp::kMaxWireDelay) {
      return "the wire from " + NameOf(*from) + " to " + NameOf(task) + " is delayed by " +
             std::to_string(wire.delay) + " samples; 0 to " + std::to_string(dsp::kMaxWireDelay) +
             " are possible";
    }
    if (from->description.channels != task.description.channels) {
      return "the wire from " + NameOf(*from) + " to " + NameOf(task) + " joins " +
             std::to_string(from->description.channels) + " channels to " +
             std::to_string(task.description.channels);
    }
  }
  return {};
}

/// In a part all depths are stated, and in a plan none.
std::string CheckDepth(const Plan& plan, const Task& task) {
  const bool is_part = plan.deepest != 0;
  if (task.foreign && !is_part) return NameOf(task) + " is foreign in a plan that is no part";
  const int least = is_part && !IsConductor(task) ? 1 : 0;
  const int most = IsConductor(task) ? 0 : plan.deepest;
  if (task.depth >= least && task.depth <= most) return {};
  return NameOf(task) + " has a depth of " + std::to_string(task.depth) + "; " +
         std::to_string(least) + " to " + std::to_string(most) + " are possible";
}

/// Whoever runs ahead needs the session of then.
std::string CheckLead(const Plan& plan, const Task& task) {
  if (task.lead < 0 || task.lead > kRingFrames - plan.timing.playout) {
    return NameOf(task) +
           " has a lead that does not fit, with the playout, into the 2 s that a ring holds";
  }
  return task.lead > LongestPromise(plan) ? NameOf(task) + " is further ahead than the conductor"
                                          : "";
}

std::string CheckTask(const Plan& plan, const Known& known, std::size_t index) {
  const Task& task = plan.tasks[index];
  const int channels = task.description.channels;
  if (task.description.id == 0) return NameOf(task) + " has no id";
  if (task.generation == 0) return NameOf(task) + " has no generation";
  if (!IsSpan(task.span, plan.quantum)) {
    return NameOf(task) + " begins or ends between two packets, or ends before it begins";
  }
  if (!IsConductor(task) && (channels < 1 || channels > kMaxChannels)) {
    return NameOf(task) + " has " + std::to_string(channels) + " channels; 1 to 8 are possible";
  }
  std::string wrong = CheckDepth(plan, task);
  if (wrong.empty()) wrong = CheckWires(plan, known, index);
  if (wrong.empty()) wrong = CheckLead(plan, task);
  return wrong.empty() ? CheckReplicas(known, task) : wrong;
}

/// The place of the first that is there before, too; or as many as there are.
template <typename T>
std::size_t FirstRepeated(const std::vector<T>& items) {
  std::vector<T> sorted = items;
  std::ranges::sort(sorted);
  if (std::ranges::adjacent_find(sorted) == sorted.end()) return items.size();
  std::set<T> before;
  const auto repeats = [&before](const T& item) { return !before.insert(item).second; };
  return static_cast<std::size_t>(std::ranges::find_if(items, repeats) - items.begin());
}

/// By numbers that stand for them, so that no names are sorted; false says nothing.
bool AreSurelyDistinct(const std::vector<std::string_view>& names) {
  std::vector<std::size_t> hashes;
  hashes.reserve(names.size());
  for (const std::string_view name : names) {
    hashes.push_back(std::hash<std::string_view>()(name));
  }
  std::ranges::sort(hashes);
  return std::ranges::adjacent_find(hashes) == hashes.end();
}

std::string CheckIdsAndNames(const Plan& plan) {
  std::vector<TaskId> ids;
  std::vector<std::string_view> names;
  std::vector<std::size_t> named;  // places of the tasks that have these
  for (const Task& task : plan.tasks) {
    // One that ends may have given its name to its successor.
    if (task.span.ends == dsp::kForever) {
      names.push_back(task.description.name.view());
      named.push_back(ids.size());
    }
    ids.push_back(task.description.id);
  }
  if (const std::size_t i = FirstRepeated(ids); i < ids.size()) {
    return NameOf(plan.tasks[i]) + " has the id of another task";
  }
  if (AreSurelyDistinct(names)) return {};
  if (const std::size_t i = FirstRepeated(names); i < names.size()) {
    return NameOf(plan.tasks[named[i]]) + " has the name of another task";
  }
  return {};
}

std::string CheckStreams(const Plan& plan) {
  std::vector<std::uint32_t> ssrcs;
  std::vector<std::size_t> senders;  // places of their tasks
  for (std::size_t i = 0; i < plan.tasks.size(); ++i) {
    for (const StreamSpec& stream : StreamsOf(plan.tasks[i], plan.quantum)) {
      ssrcs.push_back(stream.ssrc);
      senders.push_back(i);
    }
  }
  const std::size_t i = FirstRepeated(ssrcs);
  if (i == ssrcs.size()) return {};
  return NameOf(plan.tasks[senders[i]]) +
         " has a stream with the SSRC of another; another generation helps";
}

std::string CheckTasks(const Plan& plan) {
  if (plan.deepest != 0 && plan.all_tasks < static_cast<int>(plan.tasks.size())) {
    return "the plan is a part of " + std::to_string(plan.tasks.size()) +
           " tasks and the whole has " + std::to_string(plan.all_tasks);
  }
  if (plan.tasks.empty() || !IsConductor(plan.tasks.front())) {
    return "the plan does not begin with the conductor";
  }
  if (plan.tasks.size() > dsp::kMaxTasks) {
    return "the plan has more than " + std::to_string(dsp::kMaxTasks) + " tasks";
  }
  if (std::string wrong = CheckIdsAndNames(plan); !wrong.empty()) return wrong;
  const Known known = KnownOf(plan);
  for (std::size_t i = 0; i < plan.tasks.size(); ++i) {
    if (std::string wrong = CheckTask(plan, known, i); !wrong.empty()) return wrong;
  }
  return CheckStreams(plan);
}

bool HasSound(const Plan& plan, TaskId id) {
  const Task* from = FindTask(plan, id);
  return from != nullptr && !IsConductor(*from);
}

std::string CheckOutputs(const Plan& plan) {
  std::set<std::uint32_t> ids;
  for (const Output& output : plan.outputs) {
    const std::string name = "output " + Quoted(output.name);
    if (output.name.empty() || !ids.insert(output.id).second)
      return name + " has no id and name of its own";
    if (!HasSound(plan, output.from) || (output.before != 0 && !HasSound(plan, output.before))) {
      return name + " plays a task that is not in the plan";
    }
    if (output.before != 0 && FindTask(plan, output.before)->description.channels !=
                                  FindTask(plan, output.from)->description.channels) {
      return name + " moves to a task of other channels";
    }
    const Frames room = kRingFrames - plan.timing.playout - LongestPromise(plan);
    if (output.offset < 0 || output.offset > room) {
      return name +
             " has an offset that does not fit, with playout and promise, into the 2 s that a ring "
             "holds";
    }
    if (FindNode(plan, output.node) == nullptr)
      return name + " is on a node that is not in the plan";
  }
  return {};
}

}  // namespace

std::string Validate(const Plan& plan) {
  for (const auto check : {CheckHead, CheckNodes, CheckTasks, CheckOutputs}) {
    if (std::string wrong = check(plan); !wrong.empty()) return wrong;
  }
  return {};
}

}  // namespace continuo::plan
