// SPDX-License-Identifier: Apache-2.0
#include "agent/shell/production.h"

#include <algorithm>
#include <utility>

namespace continuo::agent {
namespace {

/// How long the disk may be away before samples are lost.
constexpr Frames kRingFrames = 8 * kSampleRate;
/// Several of the longest periods of a device.
constexpr Frames kDeviceFrames = kSampleRate / 2;

bool PlaysAlready(const rt::Program* predecessor, const rt::OutputSpec& output) {
  if (predecessor == nullptr) return false;
  const auto same = [&output](const rt::OutputSpec& other) { return SamePart(other, output); };
  return std::any_of(predecessor->outputs.begin(), predecessor->outputs.end(), same);
}

}  // namespace

std::unique_ptr<Production> Produce(std::shared_ptr<const rt::Program> program,
                                    MaterialShelf& shelf, rt::Engine::Wiring wiring, bool on_device,
                                    std::shared_ptr<const rt::Program> predecessor,
                                    std::string& error) {
  auto production = std::make_unique<Production>();
  error = shelf.Load(program->plan, program->self, production->materials);
  if (!error.empty()) return nullptr;
  for (const rt::OutputSpec& output : program->outputs) {
    const bool plays = PlaysAlready(predecessor.get(), output);
    const int channels = output.feed().channels;
    production->rings.push_back(
        plays ? nullptr : std::make_shared<handoff::SampleRing>(channels, kRingFrames));
    if (!on_device) continue;
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
