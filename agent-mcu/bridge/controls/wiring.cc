// SPDX-License-Identifier: Apache-2.0
#include "agent-mcu/bridge/controls/wiring.h"

namespace continuo::mcu {

std::uint8_t WatchedOf(const Wiring& wiring) {
  unsigned watched = 0;
  for (std::size_t i = 0; i < kKnobs; ++i) {
    if (wiring.knobs[i].kind != Action::Kind::kNone) watched |= 1u << i;
  }
  for (std::size_t i = 0; i < kSwitches; ++i) {
    const Wiring::Switch& one = wiring.switches[i];
    const bool wired =
        one.press.kind != Action::Kind::kNone || one.release.kind != Action::Kind::kNone;
    if (wired) watched |= 1u << (kKnobs + i);
  }
  return static_cast<std::uint8_t>(watched);
}

std::string InputName(std::size_t input) {
  return input < kKnobs ? "knob-" + std::to_string(input + 1)
                        : "switch-" + std::to_string(input - kKnobs + 1);
}

std::string OutputName(std::size_t output) {
  constexpr std::array kNames{"tempo", "transport", "click", "relay"};
  if (output < kNames.size()) return kNames[output];
  return "meter-" + std::to_string(output - kNames.size() + 1);
}

}  // namespace continuo::mcu
