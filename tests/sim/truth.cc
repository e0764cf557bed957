// SPDX-License-Identifier: Apache-2.0
#include "sim/truth.h"

#include <algorithm>
#include <array>
#include <memory>

#include "dsp/offline/rehearsed_task.h"
#include "proto/plan/routes.h"
#include "proto/session/conductor.h"
#include "proto/wire/payload.h"
#include "sim/material.h"
#include "sim/wire_tap.h"

namespace continuo::sim {
namespace {

std::vector<Event> EventsOf(const std::vector<dsp::TaskEvent>& events, dsp::TaskId task) {
  std::vector<Event> own;
  for (const dsp::TaskEvent& event : events) {
    if (event.task == task) own.push_back(event.event);
  }
  std::sort(own.begin(), own.end(), Before);
  return own;
}

class Rehearsal {
 public:
  Rehearsal(const plan::Plan& plan, const std::vector<dsp::TaskEvent>& events, Truth& truth)
      : plan_(plan), truth_(truth), commands_(EventsOf(events, dsp::kConductorId)) {
    session::Segment segment = plan.session;
    segment.n0 = plan.start_n;
    conductor_.Start(segment, plan.run != 0 ? plan.run : plan.version, plan.tempo_marks);
    const std::vector<dsp::TaskMaterial> material = MaterialOf(plan);
    for (std::size_t i = 0; i < plan.tasks.size(); ++i) {
      const dsp::TaskDescription& description = plan.tasks[i].description;
      if (description.id == dsp::kConductorId) continue;
      std::vector<const dsp::RehearsedTask*> sources;
      for (const dsp::Wire& wire : description.wires) sources.push_back(Find(wire.from));
      tasks_.push_back(std::make_unique<dsp::RehearsedTask>());
      const char* const wrong = tasks_.back()->Prepare(description, plan.tasks[i].span, material[i],
                                                       plan.quantum, sources);
      if (wrong != nullptr) truth.error = wrong;
      tasks_.back()->Follow(EventsOf(events, description.id));
      streams_.push_back(plan::StreamsOf(plan.tasks[i], plan.quantum));
    }
    output_ = Find(plan.outputs.front().from);
    control_ssrc_ = plan::StreamsOf(plan.tasks.front(), plan.quantum).front().ssrc;
  }

  void Run(PacketIndex packets) {
    std::array<std::uint8_t, wire::kMaxPayloadBytes> payload;
    session::ControlQuantum control;
    const int quantum = plan_.quantum;
    for (PacketIndex k = 0; k < packets; ++k) {
      const MediaTime n = plan_.start_n + k * quantum;
      conductor_.Run(n, quantum, CommandsOf(n), control);
      const std::size_t bytes = session::EncodeControl(control, payload);
      truth_.digests[control_ssrc_].push_back(DigestOf({payload.data(), bytes}));
      for (std::size_t i = 0; i < tasks_.size(); ++i) {
        tasks_[i]->Process(control);
        Digest(*tasks_[i], streams_[i], payload);
      }
      for (int f = 0; f < quantum; ++f) {
        for (int c = 0; c < output_->channels(); ++c)
          truth_.output.push_back(output_->output(c)[f]);
      }
    }
  }

 private:
  const dsp::RehearsedTask* Find(dsp::TaskId id) const {
    for (const auto& task : tasks_) {
      if (task->id() == id) return task.get();
    }
    return nullptr;
  }

  void Digest(const dsp::RehearsedTask& task, const std::vector<plan::StreamSpec>& streams,
              std::span<std::uint8_t> payload) {
    for (const plan::StreamSpec& stream : streams) {
      std::array<const float*, kMaxChannels> channels;
      for (int c = 0; c < stream.channels; ++c) {
        channels[static_cast<std::size_t>(c)] = task.output(stream.first_channel + c);
      }
      const std::size_t bytes =
          wire::EncodeFloat(channels.data(), stream.channels, plan_.quantum, payload);
      truth_.digests[stream.ssrc].push_back(DigestOf(payload.first(bytes)));
    }
  }

  std::span<const Event> CommandsOf(MediaTime n) {
    while (next_ < commands_.size() && commands_[next_].at < n) ++next_;
    const std::size_t first = next_;
    while (next_ < commands_.size() && commands_[next_].at < n + plan_.quantum) ++next_;
    return std::span(commands_).subspan(first, next_ - first);
  }

  const plan::Plan& plan_;
  Truth& truth_;
  session::Conductor conductor_;
  std::vector<Event> commands_;
  std::size_t next_ = 0;
  std::vector<std::unique_ptr<dsp::RehearsedTask>> tasks_;
  std::vector<std::vector<plan::StreamSpec>> streams_;
  const dsp::RehearsedTask* output_ = nullptr;
  std::uint32_t control_ssrc_ = 0;
};

}  // namespace

Truth Render(const plan::Plan& plan, const std::vector<dsp::TaskEvent>& events,
             PacketIndex packets) {
  Truth truth;
  Rehearsal rehearsal(plan, events, truth);
  if (truth.error.empty()) rehearsal.Run(packets);
  return truth;
}

}  // namespace continuo::sim
