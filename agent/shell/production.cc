// SPDX-License-Identifier: Apache-2.0
#include "agent/shell/production.h"

namespace continuo::agent {
namespace {

/// How long the disk may be away before samples are lost.
constexpr Frames kRingFrames = 8 * kSampleRate;

}  // namespace

std::unique_ptr<Production> Produce(const rt::Program& program, const Material::PathOf& path_of,
                                    rt::Engine::Wiring wiring, std::string& error) {
  auto production = std::make_unique<Production>();
  error = production->material.Load(program.plan, program.self, path_of);
  if (!error.empty()) return nullptr;
  for (const rt::OutputSpec& output : program.outputs) {
    production->rings.push_back(
        std::make_shared<handoff::SampleRing>(output.feed.channels, kRingFrames));
    wiring.outputs.push_back(production->rings.back().get());
  }
  production->engine = rt::Engine::Make(program, production->material.of_tasks(), wiring, error);
  return production->engine == nullptr ? nullptr : std::move(production);
}

}  // namespace continuo::agent
