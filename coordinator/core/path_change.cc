// SPDX-License-Identifier: Apache-2.0
#include "coordinator/core/path_change.h"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "dsp/kernels/registry.h"
#include "proto/plan/task_places.h"

namespace continuo::coordinator {
namespace {

class Alignment {
 public:
  Alignment(plan::SharedList<plan::Task>& tasks, MediaTime at, std::vector<Issue>& issues)
      : tasks_(tasks), at_(at), issues_(issues), places_(tasks) {}

  void Run() {
    for (std::size_t i = 0; i < tasks_.size(); ++i) {
      const plan::Task& task = std::as_const(tasks_)[i];
      const Frames age = AgeInto(task);
      const dsp::KernelDescription* const kernel = dsp::FindKernel(task.description.kind.view());
      out_of_.push_back(age + (kernel == nullptr ? 0 : kernel->latency_frames));
      for (std::size_t w = 0; w < task.description.wires.size(); ++w) {
        const dsp::Wire& wire = task.description.wires[w];
        if (Comes(task, wire) && AgeOf(wire) != age) Align(i, w, age);
      }
    }
  }

 private:
  bool Begins(const plan::Task& task) const { return task.span.begins == at_; }
  bool Comes(const plan::Task& task, const dsp::Wire& wire) const {
    return Begins(task) || wire.begins == at_;
  }
  Frames AgeOf(const dsp::Wire& wire) const { return out_of_[*places_.Of(wire.from)] + wire.delay; }

  /// What the task hears already says how old all is that comes to it.
  Frames AgeInto(const plan::Task& task) const {
    Frames heard = -1, all = 0;
    for (const dsp::Wire& wire : task.description.wires) {
      if (!Comes(task, wire)) heard = std::max(heard, AgeOf(wire));
      all = std::max(all, AgeOf(wire));
    }
    return heard >= 0 ? heard : all;
  }

  void Align(std::size_t index, std::size_t which, Frames age) {
    const plan::Task& task = std::as_const(tasks_)[index];
    const dsp::Wire& wire = task.description.wires[which];
    const Frames delay = age - AgeOf(wire);
    const std::string field = "tasks." + std::string(task.description.name.view()) + ".inputs";
    const std::string who = "\"" + NameOf(wire.from) + "\"";
    if (delay < 0) {  // only of what plays already
      issues_.push_back({field,
                         who + " comes " + std::to_string(-delay) +
                             " samples later than what is heard there already: kernels look ahead "
                             "on its way, and until the show begins anew nothing waits for it",
                         0, true});
    } else if (delay > dsp::kMaxWireDelay) {
      issues_.push_back({field, who + " would have to wait " + std::to_string(delay) +
                                    " samples for what else comes there; at most " +
                                    std::to_string(dsp::kMaxWireDelay) + " are possible"});
    } else {
      tasks_[index].description.wires[which].delay = delay;
    }
  }

  std::string NameOf(dsp::TaskId id) const {
    const plan::Task& task = std::as_const(tasks_)[*places_.Of(id)];
    return std::string(task.description.name.view());
  }

  plan::SharedList<plan::Task>& tasks_;
  const MediaTime at_;
  std::vector<Issue>& issues_;
  const plan::TaskPlaces places_;
  std::vector<Frames> out_of_;  // how old what each task plays is, by place
};

}  // namespace

void AlignChange(plan::SharedList<plan::Task>& tasks, MediaTime at, std::vector<Issue>& issues) {
  Alignment(tasks, at, issues).Run();
}

}  // namespace continuo::coordinator
