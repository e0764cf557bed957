// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "agent/handoff/device_ring.h"
#include "agent/handoff/sample_ring.h"
#include "agent/rt/engine.h"
#include "agent/shell/material.h"

namespace continuo::agent {

/// A plan on this node: the engine that plays it, and what later states of its replicas are made from.
struct Production {
  std::vector<rt::Material> materials;  ///< of plan.tasks[i]; empty where no replica runs here
  /// Of program.outputs; nullptr for outputs that are taken over from the predecessor.
  std::vector<std::shared_ptr<handoff::SampleRing>> rings;
  /// Likewise; empty if the node has no device.
  std::vector<std::shared_ptr<handoff::DeviceRing>> devices;
  std::unique_ptr<rt::Engine> engine;
};

/// What this node has beside its processor.
struct Gear {
  bool device = false;    ///< outputs play on one, inputs hear it
  bool recorder = false;  ///< what is played and heard is written to files
};

/// Not real time: reads assets, takes memory. nullptr, and a sentence in `error`, if the plan cannot be played here.
/// `predecessor` as for rt::Engine::Make.
std::unique_ptr<Production> Produce(std::shared_ptr<const rt::Program> program,
                                    MaterialShelf& shelf, rt::Engine::Wiring wiring,
                                    const Gear& gear,
                                    std::shared_ptr<const rt::Program> predecessor,
                                    std::string& error);

}  // namespace continuo::agent
