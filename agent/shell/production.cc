// SPDX-License-Identifier: Apache-2.0
#include "agent/shell/production.h"

#include <algorithm>
#include <utility>

namespace continuo::agent {
namespace {

/// How long the disk may be away before samples are lost.
constexpr Frames kRingFrames = 8 * kSampleRate;

bool PlaysAlready(const rt::Program* predecessor, const rt::OutputSpec& output) {
  if (predecessor == nullptr) return false;
  const auto same = [&output](const rt::OutputSpec& other) { return SamePart(other, output); };
  return std::any_of(predecessor->outputs.begin(), predecessor->outputs.end(), same);
}

}  // namespace

std::unique_ptr<Production> Produce(std::shared_ptr<const rt::Program> program,
                                    MaterialShelf& shelf, rt::Engine::Wiring wiring,
                                    std::shared_ptr<const rt::Program> predecessor,
                                    std::string& error) {
  auto production = std::make_unique<Production>();
  error = shelf.Load(program->plan, program->self, production->materials);
  if (!error.empty()) return nullptr;
  for (const rt::OutputSpec& output : program->outputs) {
    production->rings.push_back(
        PlaysAlready(predecessor.get(), output)
            ? nullptr
            : std::make_shared<handoff::SampleRing>(output.feed().channels, kRingFrames));
  }
  wiring.outputs = production->rings;
  production->engine = rt::Engine::Make(std::move(program), production->materials, wiring,
                                        std::move(predecessor), error);
  return production->engine == nullptr ? nullptr : std::move(production);
}

}  // namespace continuo::agent
