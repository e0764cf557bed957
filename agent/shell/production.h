// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "agent/handoff/sample_ring.h"
#include "agent/rt/engine.h"
#include "agent/shell/material.h"

namespace continuo::agent {

/// A plan on this node with all it needs: what the engine points to, and the engine.
struct Production {
  Material material;
  std::vector<std::shared_ptr<handoff::SampleRing>>
      rings;                           ///< of the outputs on this node, in plan order
  std::unique_ptr<rt::Engine> engine;  ///< freed first
};

/// Not real time: reads assets, takes memory. nullptr, and a sentence in `error`, if the plan cannot be played here.
std::unique_ptr<Production> Produce(const rt::Program& program, const Material::PathOf& path_of,
                                    rt::Engine::Wiring wiring, std::string& error);

}  // namespace continuo::agent
