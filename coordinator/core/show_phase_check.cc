// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <map>
#include <set>

#include "coordinator/core/show_rules.h"
#include "dsp/kernels/registry.h"

// Does a sound meet itself a little later? A kernel that looks ahead delays what goes through it; where the same source
// also comes another way, the two cancel each other at some frequencies (a comb). The sum is as asked for, so this
// warns.

namespace continuo::coordinator {
namespace {

/// By source, how much later its sound may come than it was made, samples.
using Arrivals = std::map<const ShowTask*, std::set<Frames>>;

/// A path that is the fourth of its length tells nobody anything new.
constexpr std::size_t kMostLengths = 4;

class Phases {
 public:
  explicit Phases(const Show& show) : show_(show) {}

  /// Of what this task plays.
  const Arrivals& Of(const ShowTask& task) {
    const auto known = known_.find(&task);
    if (known != known_.end()) return known->second;
    Arrivals arrivals;
    for (const ShowWire* wire : Summed(task))
      Add(Of(*FindShowTask(show_, wire->from)), 0, arrivals);
    if (task.inputs.empty()) arrivals[&task] = {0};
    Arrivals later;
    const dsp::KernelDescription* kernel = dsp::FindKernel(task.kind);
    Add(arrivals, kernel == nullptr ? 0 : kernel->latency_frames, later);
    return known_[&task] = std::move(later);
  }

  /// The wires whose sound is added in there: all of a mixer, those into the first port of any other kind. What comes
  /// into a later port of those is listened to and not heard.
  static std::vector<const ShowWire*> Summed(const ShowTask& task) {
    std::vector<const ShowWire*> wires;
    for (const ShowWire& wire : task.inputs) {
      if (task.kind == "mixer" || wire.port == 0) wires.push_back(&wire);
    }
    return wires;
  }

 private:
  static void Add(const Arrivals& from, Frames later, Arrivals& to) {
    for (const auto& [source, lengths] : from) {
      for (const Frames length : lengths) {
        if (to[source].size() < kMostLengths) to[source].insert(length + later);
      }
    }
  }

  const Show& show_;
  std::map<const ShowTask*, Arrivals> known_;
};

/// The wire through which that sound comes first or last.
std::string WayOf(Phases& phases, const Show& show, const ShowTask& task, const ShowTask* source,
                  Frames length) {
  for (const ShowWire* wire : Phases::Summed(task)) {
    const Arrivals& arrivals = phases.Of(*FindShowTask(show, wire->from));
    const auto found = arrivals.find(source);
    if (found != arrivals.end() && found->second.contains(length)) return wire->from;
  }
  return source->name;
}

void CheckTaskPhase(Phases& phases, const Show& show, const ShowTask& task, Issues& issues) {
  std::map<const ShowTask*, std::set<Frames>> heard;
  std::map<const ShowTask*, std::size_t>
      brought;  // at most, by one wire: where it has met itself before, that was told
  for (const ShowWire* wire : Phases::Summed(task)) {
    for (const auto& [source, lengths] : phases.Of(*FindShowTask(show, wire->from))) {
      heard[source].insert(lengths.begin(), lengths.end());
      brought[source] = std::max(brought[source], lengths.size());
    }
  }
  for (const auto& [at, lengths] : heard) {  // they lie side by side: in the order of the show
    const ShowTask& source = *at;
    if (lengths.size() == brought[at]) continue;
    const Frames first = *lengths.begin(), last = *lengths.rbegin();
    issues.Warning("tasks." + task.name + ".inputs",
                   source.name + " comes " + std::to_string(last - first) +
                       " samples later by way of " + WayOf(phases, show, task, &source, last) +
                       ", which looks ahead, than by way of " +
                       WayOf(phases, show, task, &source, first) +
                       ": the two cancel each other at some frequencies; send both through a task "
                       "that looks as far ahead");
    return;  // one source tells enough
  }
}

}  // namespace

void CheckPhase(const Show& show, Issues& issues) {
  Phases phases(show);
  for (const ShowTask& task : show.tasks) CheckTaskPhase(phases, show, task, issues);
}

}  // namespace continuo::coordinator
