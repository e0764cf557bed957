// SPDX-License-Identifier: Apache-2.0
// What a person, or anybody, may write of a board's panel: read without falling over, and what is taken is in range.
#include <array>
#include <cmath>
#include <string>
#include <string_view>

#include "agent-mcu/bridge/controls/controls.h"
#include "agent-mcu/bridge/controls/wiring_file.h"
#include "fuzz/material.h"
#include "fuzz/scribble.h"

namespace continuo::fuzz {
namespace {

constexpr std::string_view kGood = R"(knob-1: {set: strip.gain.2, from: -12, to: 6.5}
switch-1: {press: stop, release: {set: space.mix, to: 0.5}}
switch-2: {press: tap, release: {scene: verse}}
relay: [{on: 17, off: 21.3.240}, {on: 33, off: 34}]
meter: {task: level, reading: peak.1, lamps: [-40, -20, -10, -3]}
)";

void Run(Material& material) {
  std::string yaml(kGood);
  if ((material.Take<std::uint8_t>() & 1) == 0) yaml.clear();
  Scribble(material, yaml);
  mcu::Wiring wiring;
  if (!mcu::ParseWiring("f", yaml, wiring).empty()) return;
  for (const mcu::Action& knob : wiring.knobs) {
    Require(std::abs(knob.from) <= 1e6f && std::abs(knob.to) <= 1e6f, "a knob has a range");
  }
  Require(wiring.relay.size() <= 4, "no more stretches than the board takes");
  mcu::Controls controls(wiring, 1);
  controls.See({.plays = true, .segment = {}, .playout = 1 << 30, .readings = {}});
  std::array<std::uint8_t, 1400> frame{};
  Require(mcu::EncodePanelWish(controls.Wish(), frame) != 0, "what is wired can be told");
}

}  // namespace
}  // namespace continuo::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  continuo::fuzz::Material material(bytes, size);
  continuo::fuzz::Run(material);
  return 0;
}
