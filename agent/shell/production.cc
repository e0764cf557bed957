// SPDX-License-Identifier: Apache-2.0
#include "agent/shell/production.h"

#include <algorithm>
#include <utility>

#include "dsp/kernels/registry.h"

namespace continuo::agent {
namespace {

/// How long the disk may be away before samples are lost.
constexpr Frames kRingFrames = 8 * kSampleRate;
/// Several of the longest periods of a device.
constexpr Frames kDeviceFrames = kSampleRate / 2;
/// How long the audio thread may sleep before what a device has heard meanwhile is lost.
constexpr Frames kLiveFrames = 2 * kSampleRate;

bool PlaysAlready(const rt::Program* predecessor, const rt::OutputSpec& output) {
  if (predecessor == nullptr) return false;
  const auto same = [&output](const rt::OutputSpec& other) { return SamePart(other, output); };
  return std::any_of(predecessor->outputs.begin(), predecessor->outputs.end(), same);
}

bool RunsAlready(const rt::Program* predecessor, const rt::Program& program,
                 const rt::ReplicaSpec& replica) {
  if (predecessor == nullptr) return false;
  const auto same = [&](const rt::ReplicaSpec& other) {
    return SamePart(program, replica, *predecessor, other);
  };
  return std::any_of(predecessor->replicas.begin(), predecessor->replicas.end(), same);
}

/// For each live task that begins here, what it hears.
std::string OpenInputs(const rt::Program& program, const Gear& gear, const rt::Program* predecessor,
                       std::vector<rt::Material>& materials) {
  for (const rt::ReplicaSpec& replica : program.replicas) {
    const auto index = static_cast<std::size_t>(replica.task);
    const dsp::TaskDescription& task = program.plan.tasks[index].description;
    const dsp::KernelDescription* const kernel = dsp::FindKernel(task.kind.view());
    if (kernel == nullptr || !kernel->live || RunsAlready(predecessor, program, replica)) continue;
    if (!gear.device) {
      return "task " + std::string(task.name.view()) +
             " hears a device, and this node has none: start its agent with --jack or --alsa";
    }
    auto live = std::make_shared<handoff::LiveInput>();
    live->heard = std::make_shared<handoff::LiveRing>(task.channels, kLiveFrames);
    if (gear.recorder) {
      live->record = std::make_shared<handoff::SampleRing>(task.channels, kRingFrames);
    }
    materials[index].live = std::move(live);
  }
  return {};
}

}  // namespace

std::unique_ptr<Production> Produce(std::shared_ptr<const rt::Program> program,
                                    MaterialShelf& shelf, rt::Engine::Wiring wiring,
                                    const Gear& gear,
                                    std::shared_ptr<const rt::Program> predecessor,
                                    std::string& error) {
  auto production = std::make_unique<Production>();
  error = shelf.Load(program->plan, program->self, production->materials);
  if (error.empty()) error = OpenInputs(*program, gear, predecessor.get(), production->materials);
  if (!error.empty()) return nullptr;
  for (const rt::OutputSpec& output : program->outputs) {
    const bool plays = PlaysAlready(predecessor.get(), output);
    const int channels = output.feed().channels;
    production->rings.push_back(
        plays ? nullptr : std::make_shared<handoff::SampleRing>(channels, kRingFrames));
    if (!gear.device) continue;
    production->devices.push_back(
        plays ? nullptr : std::make_shared<handoff::DeviceRing>(channels, kDeviceFrames));
  }
  wiring.outputs = production->rings;
  wiring.devices = production->devices;
  production->engine = rt::Engine::Make(std::move(program), production->materials, wiring,
                                        std::move(predecessor), error);
  return production->engine == nullptr ? nullptr : std::move(production);
}

}  // namespace continuo::agent
