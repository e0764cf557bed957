// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "coordinator/core/did_you_mean.h"
#include "coordinator/core/param_rules.h"
#include "coordinator/core/show_rules.h"
#include "dsp/graph/description.h"
#include "dsp/kernels/registry.h"
#include "proto/plan/plan.h"

namespace continuo::coordinator {
namespace {

std::vector<std::string> KernelKinds() {
  std::vector<std::string> kinds;
  for (const dsp::KernelDescription* kernel : dsp::Kernels()) kinds.emplace_back(kernel->kind);
  return kinds;
}

void CheckParam(const std::string& field, const ShowParam& set,
                const dsp::KernelDescription& kernel, Issues& issues) {
  const int index = dsp::FindParam(kernel, set.name);
  if (index < 0) {
    issues.Error(field, WhyNoParam(kernel, set.name));
    return;
  }
  const dsp::ParamDescription& param = kernel.params[static_cast<std::size_t>(index)];
  if (std::string wrong = WhyNot(param, set.value); !wrong.empty()) {
    issues.Error(field, std::move(wrong));
  }
}

void CheckChannels(const ShowTask& task, const dsp::KernelDescription& kernel, Issues& issues) {
  const int most = std::min(kernel.channels_max, kMaxChannels);
  if (task.channels >= kernel.channels_min && task.channels <= most) return;
  issues.Error("tasks." + task.name + ".channels",
               std::to_string(task.channels) + " is out of range; a " + kernel.kind + " has " +
                   std::to_string(kernel.channels_min) + " to " + std::to_string(most));
}

void CheckTier(const ShowTask& task, const std::string& field, Issues& issues) {
  if (task.tier < 0 || task.tier > 2) {
    issues.Error(field + ".tier", std::to_string(task.tier) +
                                      " is out of range; allowed are 0 (dearest), 1 and 2 (made "
                                      "good last)");
  } else if (task.tier == 0 && task.redundancy == 1) {
    issues.Warning(field + ".redundancy",
                   "one replica is little for tier 0: the death of its node is heard; leave it "
                   "out for three");
  }
}

void CheckOn(const ShowTask& task, const std::string& field, Issues& issues) {
  for (auto node = task.on.begin(); node != task.on.end(); ++node) {
    if (std::find(task.on.begin(), node, *node) == node) continue;
    issues.Error(field + ".on", "names \"" + *node + "\" twice");
  }
}

/// What is heard in one place only is there once: of that no twin can be made.
void CheckLive(const ShowTask& task, const std::string& field, Issues& issues) {
  if (task.on.size() != 1) {
    issues.Error(field + ".on",
                 "an " + task.kind + " hears a device of one node: say which, as in `on: [pi-1]`");
    return;
  }
  if (task.redundancy > 1) {
    issues.Error(field + ".redundancy",
                 "an " + task.kind + " cannot be twinned: what \"" + task.on.front() +
                     "\" hears is heard there only; leave it out, and hear the same on another "
                     "node with a task of its own");
    return;
  }
  issues.Warning(field, "cannot be twinned: when \"" + task.on.front() +
                            "\" dies it is silent until the show is applied anew; the tasks "
                            "behind it are replicated like any others");
}

}  // namespace

std::string WhyNoParam(const dsp::KernelDescription& kernel, std::string_view name) {
  std::vector<std::string> names;
  for (const dsp::ParamDescription& param : kernel.params) names.emplace_back(param.name);
  return std::string("a ") + kernel.kind + " has no parameter of this name" +
         DidYouMean(name, names);
}

void CheckParams(const std::string& field, const std::vector<ShowParam>& params,
                 const dsp::KernelDescription& kernel, Issues& issues) {
  if (params.size() > dsp::kMaxParams) {
    issues.Error(field, "sets " + std::to_string(params.size()) + " parameters; at most " +
                            std::to_string(dsp::kMaxParams) + " are possible");
  }
  for (const ShowParam& set : params) {
    CheckParam(field + "." + set.name, set, kernel, issues);
    const auto same = [&set](const ShowParam& other) { return other.name == set.name; };
    if (&*std::find_if(params.begin(), params.end(), same) != &set) {
      issues.Error(field + "." + set.name, "is set twice");
    }
  }
}

const ShowTask* FindShowTask(const Show& show, std::string_view name) {
  const std::size_t i = show.hints.Find(
      show.tasks.size(), name,
      [&show](std::size_t at) -> const std::string& { return show.tasks[at].name; });
  return i == NameHints::kNone ? nullptr : &show.tasks[i];
}

std::vector<std::string> TaskNames(const Show& show) {
  constexpr std::size_t kMost = 4096;  // among more, what was meant is not looked for
  std::vector<std::string> names;
  if (show.tasks.size() > kMost) return names;
  for (const ShowTask& task : show.tasks) names.push_back(task.name);
  return names;
}

void CheckTask(const Show& show, const ShowTask& task, Issues& issues) {
  const std::string field = "tasks." + task.name;
  if (const std::string wrong = CheckName(task.name); !wrong.empty()) issues.Error(field, wrong);
  if (task.name == "conductor") {
    issues.Error(field, "the name belongs to the task that computes the session; use another");
  }
  if (task.redundancy < 0 || task.redundancy > plan::kMaxRedundancy) {
    issues.Error(field + ".redundancy", std::to_string(task.redundancy) +
                                            " is out of range; allowed are 1 to " +
                                            std::to_string(plan::kMaxRedundancy));
  }
  CheckTier(task, field, issues);
  CheckOn(task, field, issues);
  const dsp::KernelDescription* kernel = dsp::FindKernel(task.kind);
  if (kernel == nullptr) {
    issues.Error(field + ".kind",
                 "there is no kind \"" + task.kind + "\"" + DidYouMean(task.kind, KernelKinds()));
    return;  // the rest depends on it
  }
  if (kernel->live) CheckLive(task, field, issues);
  CheckChannels(task, *kernel, issues);
  CheckParams(field + ".params", task.params, *kernel, issues);
  CheckCurves(show, task, *kernel, issues);
  CheckMaterial(show, task, *kernel, issues);
}

}  // namespace continuo::coordinator
