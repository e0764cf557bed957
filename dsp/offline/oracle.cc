// SPDX-License-Identifier: Apache-2.0
#include "dsp/offline/oracle.h"

#include <algorithm>
#include <set>

#include "dsp/graph/wire_gain.h"
#include "dsp/offline/rehearsed_task.h"
#include "proto/session/conductor.h"

namespace continuo::dsp {
namespace {

std::string Named(const TaskDescription& task, std::string_view what) {
  return "task " + std::string(task.name.view()) + ": " + std::string(what);
}

std::string CheckFrame(const OracleInput& input) {
  if (!IsQuantum(input.quantum)) return "the quantum is not one of 6, 12, 16, 32, 48, 64, 96";
  if (input.start_n % input.quantum != 0)
    return "the first sample is not a multiple of the quantum";
  if (input.length <= 0) return "there is nothing to render: the length is not positive";
  if (input.tasks.size() != input.material.size()) return "there is material for other tasks";
  if (!input.spans.empty() && input.spans.size() != input.tasks.size()) {
    return "there are spans for other tasks";
  }
  if (!session::IsValid(input.session)) return "the session is out of range";
  if (!session::IsValid(input.tempo_marks)) return "the tempo marks are out of range or order";
  return {};
}

/// Ids are unique, and wires come from tasks that stand before.
std::string CheckOrder(const std::vector<TaskDescription>& tasks) {
  std::set<TaskId> before;
  for (const TaskDescription& task : tasks) {
    for (const Wire& wire : task.wires) {
      if (wire.from == kConductorId) return Named(task, "the conductor has no sound to give");
      if (!before.contains(wire.from)) return Named(task, "a wire comes from a task not before it");
    }
    if (!before.insert(task.id).second) return Named(task, "its id is taken");
  }
  return {};
}

/// All tasks whose sound reaches the output.
std::set<TaskId> TasksBehind(const std::vector<TaskDescription>& tasks,
                             const std::vector<Wire>& output) {
  std::set<TaskId> wanted;
  for (const Wire& wire : output) wanted.insert(wire.from);
  for (auto task = tasks.rbegin(); task != tasks.rend(); ++task) {
    if (!wanted.contains(task->id)) continue;
    for (const Wire& wire : task->wires) wanted.insert(wire.from);
  }
  return wanted;
}

std::vector<Event> EventsOf(const std::vector<TaskEvent>& events, TaskId task) {
  std::vector<Event> own;
  for (const TaskEvent& event : events) {
    if (event.task == task) own.push_back(event.event);
  }
  std::sort(own.begin(), own.end(), Before);
  return own;
}

class Rehearsal final : public Oracle {
 public:
  /// Empty if it worked.
  std::string Prepare(const OracleInput& input) {
    quantum_ = input.quantum;
    n_ = input.start_n;
    end_ = input.start_n + input.length;
    session::Segment segment = input.session;
    segment.n0 = input.start_n;
    conductor_.Start(segment, input.plan_version, input.tempo_marks);
    commands_ = EventsOf(input.events, kConductorId);
    const std::set<TaskId> wanted = TasksBehind(input.tasks, input.output);
    for (std::size_t i = 0; i < input.tasks.size(); ++i) {
      const TaskDescription& task = input.tasks[i];
      if (task.id == kConductorId || !wanted.contains(task.id)) continue;
      const Span span = input.spans.empty() ? Span{} : input.spans[i];
      if (const char* error = AddTask(task, span, input.material[i])) return Named(task, error);
      tasks_.back()->Follow(EventsOf(input.events, task.id));
    }
    return FindOutput(input.output);
  }

  int channels() const override { return channels_; }

  bool Next(std::span<float> interleaved) override {
    if (n_ >= end_) return false;
    session::ControlQuantum control;
    conductor_.Run(n_, quantum_, CommandsOfQuantum(), control);
    for (const auto& task : tasks_) task->Process(control);
    WriteOutput(interleaved);
    n_ += quantum_;
    return true;
  }

 private:
  struct Source {
    Wire wire;
    const RehearsedTask* task = nullptr;
  };

  const char* AddTask(const TaskDescription& task, const Span& span, const TaskMaterial& material) {
    std::vector<const RehearsedTask*> sources;
    for (const Wire& wire : task.wires) sources.push_back(Find(wire.from));
    tasks_.push_back(std::make_unique<RehearsedTask>());
    return tasks_.back()->Prepare(task, span, material, quantum_, sources);
  }

  std::string FindOutput(const std::vector<Wire>& wires) {
    for (const Wire& wire : wires) {
      const RehearsedTask* const task = Find(wire.from);
      if (task == nullptr) return "the wanted output is of a task that does not exist";
      if (channels_ != 0 && channels_ != task->channels()) {
        return "the wanted output is of tasks with different channels";
      }
      channels_ = task->channels();
      output_.push_back({wire, task});
    }
    return output_.empty() ? "no output is wanted" : "";
  }

  void WriteOutput(std::span<float> interleaved) const {
    const auto plain = [this](const Source& s) { return IsPlain(s.wire, n_, quantum_); };
    const auto only = std::find_if(output_.begin(), output_.end(), plain);
    if (only != output_.end()) {  // as it is: not even a negative zero is changed by adding
      for (int c = 0; c < channels_; ++c) {
        const float* from = only->task->output(c);
        for (int i = 0; i < quantum_; ++i) interleaved[i * channels_ + c] = from[i];
      }
      return;
    }
    std::fill_n(interleaved.begin(), quantum_ * channels_, 0.0f);
    for (const Source& source : output_) {
      for (int i = 0; i < quantum_; ++i) {
        const float gain = WireGain(source.wire, n_ + i);
        if (gain == 0.0f) continue;
        for (int c = 0; c < channels_; ++c) {
          interleaved[i * channels_ + c] += gain * source.task->output(c)[i];
        }
      }
    }
  }

  const RehearsedTask* Find(TaskId id) const {
    for (const auto& task : tasks_) {
      if (task->id() == id) return task.get();
    }
    return nullptr;
  }

  std::span<const Event> CommandsOfQuantum() {
    while (next_command_ < commands_.size() && commands_[next_command_].at < n_) ++next_command_;
    const std::size_t first = next_command_;
    std::size_t last = first;
    while (last < commands_.size() && commands_[last].at < n_ + quantum_) ++last;
    next_command_ = last;
    return std::span(commands_).subspan(first, last - first);
  }

  int quantum_ = 0;
  MediaTime n_ = 0, end_ = 0;
  session::Conductor conductor_;
  std::vector<Event> commands_;
  std::size_t next_command_ = 0;
  std::vector<std::unique_ptr<RehearsedTask>> tasks_;  // in the order of the input
  std::vector<Source> output_;
  int channels_ = 0;
};

}  // namespace

std::unique_ptr<Oracle> Oracle::Make(const OracleInput& input, std::string& error) {
  error = CheckFrame(input);
  if (error.empty()) error = CheckOrder(input.tasks);
  if (!error.empty()) return nullptr;
  auto rehearsal = std::make_unique<Rehearsal>();
  error = rehearsal->Prepare(input);
  if (!error.empty()) return nullptr;
  return rehearsal;
}

}  // namespace continuo::dsp
