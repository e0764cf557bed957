// SPDX-License-Identifier: Apache-2.0
#include "coordinator/core/show_change.h"

#include <algorithm>
#include <functional>
#include <map>
#include <queue>

#include "coordinator/core/alignment.h"
#include "coordinator/core/compile.h"
#include "coordinator/core/did_you_mean.h"
#include "coordinator/core/number_text.h"
#include "coordinator/core/path_change.h"
#include "coordinator/core/replica_health.h"
#include "coordinator/core/show_rules.h"
#include "dsp/graph/wire_gain.h"
#include "dsp/kernels/registry.h"
#include "proto/plan/routes.h"
#include "proto/plan/task_places.h"

namespace continuo::coordinator {
namespace {

bool GoesOn(const plan::Task& task) {
  return task.span.ends == dsp::kForever;
}

/// An instance of `old` can go on as `wanted`: wires and parameters may change, what it was made of may not. Empty, or
/// what of that differs.
std::string WhyAnew(const dsp::TaskDescription& old, const dsp::TaskDescription& wanted) {
  std::string why;
  const auto differs = [&why](bool is_so, const char* what) {
    if (is_so) why += (why.empty() ? "" : ", ") + std::string(what);
  };
  differs(old.kind != wanted.kind, "kind");
  differs(old.channels != wanted.channels, "channels");
  differs(old.input_ports < wanted.input_ports, "inputs");
  differs(old.assets != wanted.assets, "samples");
  differs(old.notes != wanted.notes, "notes");
  differs(!(old.automation == wanted.automation), "automation");
  return why;
}

std::string MeterText(const Show& show) {
  return std::to_string(show.meter_num) + "/" + std::to_string(show.meter_den);
}

std::string TempoText(const Show& show) {
  const std::size_t changes = show.tempo_changes.size();
  const std::string text = ThousandthsText(show.tempo_mbpm) + " bpm";
  if (changes == 0) return text;
  return text + " and " + std::to_string(changes) + (changes == 1 ? " change" : " changes");
}

std::string ReplicasText(int count) {
  return std::to_string(count) + (count == 1 ? " replica" : " replicas");
}

std::string ValueText(const dsp::ParamDescription& param, float value) {
  return NumberText(value) + (*param.unit == 0 ? "" : std::string(" ") + param.unit);
}

/// Names of the tasks that it hears, in the order of its ports.
std::string InputsText(const ShowTask* task) {
  std::string text;
  if (task == nullptr) return text;
  for (const ShowWire& wire : task->inputs) text += (text.empty() ? "" : ", ") + wire.from;
  return text.empty() ? "nothing" : text;
}

class Comparison {
 public:
  Comparison(const plan::Plan& plan, const Show& from, const Show& to,
             std::span<const ImportedAsset> assets, MediaTime at, dsp::TaskId& last_task)
      : plan_(plan), from_(from), to_(to), assets_(assets), at_(at), last_task_(last_task) {
    for (const bool goes_on : {true, false}) {
      for (const plan::Task& task : plan.tasks) {
        if (GoesOn(task) == goes_on) planned_.push_back(&task);
      }
    }
  }

  ShowChange Run() {
    CompareHead();
    NameTasks();
    for (std::size_t i = 0; i < plan_.tasks.size(); ++i) Carry(i);
    for (const ShowTask& task : to_.tasks) {
      if (!FateOf(task).goes_on) Add(task);
    }
    MoveOutputs();
    if (!Sort()) {
      change_.issues.push_back(
          {"tasks",
           "old and new wires together make a loop; pull out the old ones first, then "
           "plug in the new ones with a second apply"});
    }
    if (!HasErrors(change_.issues)) AlignChange(change_.tasks, at_, change_.issues);
    return std::move(change_);
  }

 private:
  /// What becomes of a task of the new show.
  struct Fate {
    dsp::TaskId id = 0;
    bool goes_on = false;
    std::string why_anew;  // not empty: it begins in the place of another, since that differs
  };

  void Refuse(std::string field, std::string text) {
    change_.issues.push_back({std::move(field), std::move(text)});
  }
  void Impossible(const std::string& field, const std::string& text, std::string before = "",
                  std::string after = "") {
    Refuse(field, text);
    change_.differences.push_back(
        {Heard::kStop, field, "", "", std::move(before), std::move(after), text});
  }
  void Differ(Heard heard, const char* what, std::string of, std::string text,
              std::string before = "", std::string after = "", std::string field = "") {
    change_.differences.push_back({heard, what, std::move(of), std::move(field), std::move(before),
                                   std::move(after), std::move(text)});
  }

  void CompareHead() {
    const std::string stop =
        " cannot change while the show plays; stop it first (continuo show stop)";
    if (from_.quantum != to_.quantum) {
      Impossible("quantum", "the quantum" + stop, std::to_string(from_.quantum),
                 std::to_string(to_.quantum));
    }
    if (from_.timing != to_.timing) Impossible("timing", "the timing" + stop);
    if (from_.scenes != to_.scenes) Impossible("scenes", "the scenes" + stop);
    const auto feeds = [](const Show& show) {
      std::map<std::string, std::vector<ShowFeed>> names;
      for (const ShowOutput& output : show.outputs) names[output.name] = output.feeds;
      return names;
    };
    if (feeds(from_) != feeds(to_)) Impossible("outputs", "outputs and their feeds" + stop);
    const auto offsets = [](const Show& show) {
      std::map<std::string, Frames> by_name;
      for (const ShowOutput& output : show.outputs) by_name[output.name] = output.offset;
      return by_name;
    };
    if (offsets(from_) != offsets(to_)) Impossible("outputs", "offsets of outputs" + stop);
    if (GreatestLead(from_) != GreatestLead(to_)) {
      Impossible("tasks", "how far ahead the task runs that is furthest ahead (lead)" + stop);
    }
    CompareTempo(stop);
    if (from_.meter_num != to_.meter_num || from_.meter_den != to_.meter_den) {
      const std::string text = "meter " + MeterText(to_);
      Differ(Heard::kEvent, "meter", "", text, MeterText(from_), MeterText(to_));
      Command({.command = Command::kMeter, .value = to_.meter_num << 8 | to_.meter_den},
              dsp::kConductorId, text);
    }
  }

  void CompareTempo(const std::string& stop) {
    const session::TempoMarks marks = TempoMarksOf(to_);
    const bool is_same = from_.tempo_mbpm == to_.tempo_mbpm;
    // The meter counts, too: places are counted in it.
    if (TempoMarksOf(from_) != marks || (!is_same && !marks.empty())) {
      return Impossible("tempo", "the tempo map" + stop, TempoText(from_), TempoText(to_));
    }
    if (is_same) return;
    const std::string text = "tempo " + TempoText(to_);
    Differ(Heard::kEvent, "tempo", "", text, TempoText(from_), TempoText(to_));
    Command({.command = Command::kTempo, .value = to_.tempo_mbpm}, dsp::kConductorId, text);
  }

  void Command(Event event, dsp::TaskId task, std::string text) {
    change_.commands.push_back({task, event, std::move(text)});
  }

  /// As plan::FindTask, which looks through the whole plan each time.
  const plan::Task* Planned(std::string_view name) const {
    const std::size_t i = planned_hints_.Find(planned_.size(), name, [this](std::size_t at) {
      return planned_[at]->description.name.view();
    });
    return i == NameHints::kNone ? nullptr : planned_[i];
  }

  /// Which tasks go on, and the numbers of all.
  void NameTasks() {
    const auto nobody = [](std::string_view) { return dsp::TaskId{0}; };
    fates_.resize(to_.tasks.size());
    for (const ShowTask& task : to_.tasks) {
      const plan::Task* old = Planned(task.name);
      const bool there = old != nullptr && GoesOn(*old);
      Fate& fate = fates_[PlaceOf(to_, task)];
      if (there) fate.why_anew = WhyAnew(old->description, CompileTask(to_, task, assets_, nobody));
      fate.goes_on = there && fate.why_anew.empty();
      fate.id = fate.goes_on ? old->description.id : ++last_task_;
    }
  }

  /// The task of that name in the show that plays, which mostly stands where it stood; nullptr: there is none.
  const ShowTask* Before(const ShowTask& task) const {
    const std::size_t likely = PlaceOf(to_, task);
    const bool is_it = likely < from_.tasks.size() && from_.tasks[likely].name == task.name;
    return is_it ? &from_.tasks[likely] : FindShowTask(from_, task.name);
  }

  const Fate& FateOf(const ShowTask& task) const { return fates_[PlaceOf(to_, task)]; }
  dsp::TaskId IdOf(std::string_view name) const { return FateOf(*FindShowTask(to_, name)).id; }

  dsp::TaskDescription Compile(const ShowTask& task) const {
    return CompileTask(to_, task, assets_, [this](std::string_view name) { return IdOf(name); });
  }

  /// `index`: of the task in the plan. What does not change stays shared with the plan.
  void Carry(std::size_t index) {
    const plan::Task& task = plan_.tasks[index];
    change_.tasks.Share(plan_.tasks, index);
    if (plan::IsConductor(task) || !GoesOn(task)) return;
    const ShowTask* const found = FindShowTask(to_, task.description.name.view());
    if (found == nullptr || !FateOf(*found).goes_on) {
      change_.tasks.back().span.ends = at_ + dsp::kWireFade;
      if (found == nullptr) {
        Differ(Heard::kFade, "task", NameOf(task), Quoted(NameOf(task)) + " ends",
               std::string(task.description.kind.view()));
      }
      return;
    }
    const ShowTask& wanted = *found;
    const ShowTask* const before = Before(wanted);
    Rewire(task, wanted);
    CompareParams(task, before, wanted);
    CompareNodes(before, wanted);
    if (wanted.lead != task.lead) {
      Impossible("tasks." + NameOf(task) + ".lead",
                 "the lead of " + Quoted(NameOf(task)) +
                     " cannot change while the show plays; stop it first (continuo show stop)");
    }
    const int redundancy = RedundancyOf(to_, wanted);
    if (task.wanted < redundancy || task.wanted > RedundancyWished(to_, wanted)) {
      Differ(Heard::kNothing, "replicas", NameOf(task),
             Quoted(NameOf(task)) + " has " + ReplicasText(redundancy), std::to_string(task.wanted),
             std::to_string(redundancy));
      change_.tasks.back().wanted = redundancy;
    }
  }

  /// Wires that are not wanted any more fade out; others that are come in.
  void Rewire(const plan::Task& task, const ShowTask& wanted) {
    if (task.description.wires.empty() && wanted.inputs.empty()) return;
    auto wires = task.description.wires;
    std::vector<dsp::Wire> missing;
    for (const ShowWire& wire : wanted.inputs) {
      missing.push_back({.from = IdOf(wire.from), .port = static_cast<std::uint8_t>(wire.port)});
    }
    int changed = 0;
    for (dsp::Wire& wire : wires) {
      if (wire.ends != dsp::kForever) continue;
      const auto same = [&wire](const dsp::Wire& w) {
        return w.from == wire.from && w.port == wire.port;
      };
      const auto found = std::find_if(missing.begin(), missing.end(), same);
      if (found != missing.end()) {
        missing.erase(found);
      } else {
        wire.ends = at_;
        ++changed;
      }
    }
    for (dsp::Wire wire : missing) {
      wire.begins = at_;
      ++changed;
      if (wires.push_back(wire)) continue;
      return Refuse("tasks." + NameOf(task) + ".inputs",
                    "too many wires change at once; change some of them, then the others");
    }
    if (changed == 0) return;
    change_.tasks.back().description.wires = wires;
    change_.tasks.back().rewired = at_;
    Differ(Heard::kFade, "wires", NameOf(task), "the inputs of " + Quoted(NameOf(task)) + " change",
           InputsText(FindShowTask(from_, NameOf(task))),
           InputsText(FindShowTask(to_, NameOf(task))));
  }

  void CompareParams(const plan::Task& task, const ShowTask* before, const ShowTask& wanted) {
    const dsp::KernelDescription& kernel = *dsp::FindKernel(task.description.kind.view());
    for (std::size_t i = 0; i < kernel.params.size(); ++i) {
      const dsp::ParamDescription& param = kernel.params[i];
      const float value = ValueOf(wanted, param);
      if (before != nullptr && ValueOf(*before, param) == value) continue;
      Event event{.command = Command::kParam, .target = static_cast<std::uint16_t>(i)};
      event.value = Event::FromFloat(value);
      std::string text = wanted.name + " " + param.name + " = " + NumberText(value);
      Differ(Heard::kEvent, "parameter", wanted.name, text,
             before == nullptr ? "" : ValueText(param, ValueOf(*before, param)),
             ValueText(param, value), param.name);
      Command(event, task.description.id, std::move(text));
    }
  }

  /// Nothing in the plan: what runs elsewhere stays until it is moved, and whatever joins goes where it may.
  void CompareNodes(const ShowTask* before, const ShowTask& wanted) {
    if (before == nullptr || before->on == wanted.on) return;
    Differ(Heard::kNothing, "nodes", wanted.name,
           Quoted(wanted.name) + " is kept on " +
               (wanted.on.empty() ? "no particular nodes" : Listed(wanted.on)) +
               " from its next join on",
           Listed(before->on), Listed(wanted.on));
  }

  static float ValueOf(const ShowTask& task, const dsp::ParamDescription& param) {
    for (const ShowParam& setting : task.params) {
      if (setting.name == param.name) return setting.value;
    }
    return param.initial;
  }

  void Add(const ShowTask& wanted) {
    plan::Task& task = change_.tasks.emplace_back();
    task.description = Compile(wanted);
    task.generation = plan_.tasks.front().generation;
    task.wanted = RedundancyOf(to_, wanted);
    task.lead = wanted.lead;
    task.span.begins = at_;
    change_.added.push_back(task.description.id);
    const plan::Task* const old = Planned(wanted.name);
    const std::string& why_anew = FateOf(wanted).why_anew;
    if (old == nullptr || why_anew.empty()) {
      return Differ(Heard::kFade, "task", wanted.name, Quoted(wanted.name) + " begins", "",
                    wanted.kind);
    }
    Differ(Heard::kCrossfade, "task", wanted.name,
           Quoted(wanted.name) + " is replaced by another, with a crossfade",
           std::string(old->description.kind.view()), wanted.kind, why_anew);
  }

  void MoveOutputs() {
    change_.outputs = plan_.outputs;
    for (plan::Output& output : change_.outputs) {
      for (const ShowOutput& wanted : to_.outputs) {
        const bool is_it = std::any_of(
            wanted.feeds.begin(), wanted.feeds.end(),
            [&](const ShowFeed& feed) { return output.name == wanted.name + "-" + feed.name; });
        const ShowTask* const from = FindShowTask(to_, wanted.from);
        if (!is_it || from == nullptr || FateOf(*from).id == output.from) continue;
        output.before = output.from;
        output.since = at_;
        output.from = FateOf(*from).id;
        const plan::Task* const before = plan::FindTask(plan_, output.before);
        Differ(Heard::kCrossfade, "output", std::string(output.name),
               "output " + Quoted(output.name) + " plays " + Quoted(wanted.from),
               before == nullptr ? "" : NameOf(*before), wanted.from);
      }
    }
  }

  /// Topological order, smallest place in the list first. False if there is none.
  bool Sort() {
    const plan::SharedList<plan::Task>& tasks = change_.tasks;
    const plan::TaskPlaces places(tasks);
    std::vector<std::vector<std::size_t>> hearers(tasks.size());
    std::vector<std::size_t> missing(tasks.size(), 0);  // sources that are not placed
    std::priority_queue<std::size_t, std::vector<std::size_t>, std::greater<>> ready;
    for (std::size_t i = 0; i < tasks.size(); ++i) {
      for (const dsp::Wire& wire : tasks[i].description.wires) {
        if (const auto from = places.Of(wire.from)) hearers[*from].push_back(i);
      }
      missing[i] = tasks[i].description.wires.size();
      if (missing[i] == 0) ready.push(i);
    }
    plan::SharedList<plan::Task> ordered;
    ordered.reserve(tasks.size());
    while (!ready.empty()) {
      const std::size_t next = ready.top();
      ready.pop();
      ordered.Share(tasks, next);
      for (const std::size_t hearer : hearers[next]) {
        if (--missing[hearer] == 0) ready.push(hearer);
      }
    }
    if (ordered.size() != tasks.size()) return false;
    change_.tasks = std::move(ordered);
    return true;
  }

  const plan::Plan& plan_;
  const Show& from_;
  const Show& to_;
  const std::span<const ImportedAsset> assets_;
  const MediaTime at_;
  dsp::TaskId& last_task_;
  ShowChange change_;
  std::vector<const plan::Task*> planned_;  // those that go on before those that end
  NameHints planned_hints_;
  std::vector<Fate> fates_;  // of tasks of `to_`, by place
};

}  // namespace

ShowChange ChangeShow(const plan::Plan& plan, const Show& from, const Show& to,
                      std::span<const ImportedAsset> assets, MediaTime at, dsp::TaskId& last_task) {
  return Comparison(plan, from, to, assets, at, last_task).Run();
}

}  // namespace continuo::coordinator
