// SPDX-License-Identifier: Apache-2.0
#include "agent/rt/task_body.h"

#include <algorithm>
#include <array>
#include <utility>

#include "proto/plan/routes.h"
#include "proto/replica/replica.h"

namespace continuo::agent::rt {

std::unique_ptr<LateDelays> LateDelays::Make(const plan::Task& before, const plan::Task& after,
                                             std::string& error) {
  const auto& known = before.description.wires;
  const auto comes = [&known](const dsp::Wire& wire) {
    return wire.delay > 0 && std::none_of(known.begin(), known.end(), [&wire](const auto& other) {
             return other.from == wire.from && other.port == wire.port &&
                    other.begins == wire.begins;
           });
  };
  const auto& wires = after.description.wires;
  if (std::none_of(wires.begin(), wires.end(), comes)) return nullptr;
  auto late = std::make_unique<LateDelays>();
  error = late->memory.Fill([&](Arena& arena) -> std::string {
    const char* const wrong = late->delays.Prepare(wires, after.description.channels, arena);
    return wrong == nullptr ? "" : wrong;
  });
  return error.empty() ? std::move(late) : nullptr;
}

std::unique_ptr<TaskBody> TaskBody::Make(const plan::Plan& plan, const plan::Task& task,
                                         const Material& material, std::string& error) {
  auto body = std::make_unique<TaskBody>();
  body->keeps_ = material.keeps;
  error = body->Prepare(plan, task, material.plays);
  if (!error.empty()) return nullptr;
  body->state_bytes_ = body->Measure();
  return body;
}

std::string TaskBody::Prepare(const plan::Plan& plan, const plan::Task& task,
                              const dsp::TaskMaterial& material) {
  is_conductor_ = plan::IsConductor(task);
  quantum_ = plan.quantum;
  session::Segment segment = plan.session;
  segment.n0 = plan.start_n;
  // Of the first plan of the performance: what a successor's body begins from is the same.
  conductor_.Start(segment, plan.run != 0 ? plan.run : plan.version, plan.tempo_marks);
  if (is_conductor_) return {};
  return memory_.Fill([&](Arena& arena) -> std::string {
    const char* const wrong = processor_.Prepare(task.description, material, arena);
    if (wrong != nullptr) {
      return "task " + std::string(task.description.name.view()) + ": " + wrong;
    }
    readings_.Begin(*processor_.kernel(), task.description.channels);
    return {};
  });
}

std::size_t TaskBody::Measure() const {
  for (std::size_t room = 4096;; room *= 4) {
    std::vector<std::uint8_t> bytes(room);
    ByteWriter out(bytes);
    Snapshot(out);
    if (out.ok()) return out.size() + (is_conductor_ ? 0 : processor_.growth());
  }
}

void TaskBody::Conduct(PacketIndex k, std::span<const Event> events, session::ControlQuantum& out) {
  conductor_.Run(k * quantum_, quantum_, events, out);
}

void TaskBody::Process(const session::ControlQuantum& control, std::span<const Event> events,
                       const float* const* in, float* const* out) {
  std::array<dsp::KernelEvent, replica::Replica::kMaxEventsPerPacket> params;
  std::size_t count = 0;
  for (const Event& event : events) {
    if (event.command != Command::kParam) continue;
    params[count++] = {event.at, dsp::EventKind::kParam, event.target, event.AsFloat()};
  }
  processor_.Process(control, {params.data(), count}, in, out);
  readings_.Follow(processor_, control.n + control.frames);
}

void TaskBody::Snapshot(ByteWriter& out) const {
  if (is_conductor_) {
    conductor_.Snapshot(out);
  } else {
    processor_.Snapshot(out);
  }
}

bool TaskBody::Restore(ByteReader& in) {
  const bool whole = is_conductor_ ? conductor_.Restore(in) : processor_.Restore(in);
  return whole && in.ok() && in.left() == 0;
}

}  // namespace continuo::agent::rt
