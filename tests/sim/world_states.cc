// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <utility>

#include "sim/world.h"

// States on their way from machine to machine.

namespace continuo::sim {

void World::CarryState(int to, std::uint64_t life, std::uint32_t fetch, const std::string& address,
                       const StateWish& wish) {
  const auto donor = std::find_if(machines_.begin(), machines_.end(), [&](const auto& machine) {
    return machine->name + ":1" == address;
  });
  const auto arrive = [this, to, life, fetch](Nanoseconds after, State state) {
    calendar_.In(after, [this, to, life, fetch, state = std::move(state)] {
      InAgent(to, life, [fetch, state](Process& process) { process.Arrived(fetch, state); });
    });
  };
  State lost;
  lost.error = "the donor does not answer";
  if (donor == machines_.end() || (*donor)->process == nullptr ||
      !network(0).Passes(to, (*donor)->number)) {
    return arrive(Ms(dice_.Between(1, 1000)), lost);
  }
  const int from = (*donor)->number;
  const std::uint64_t donor_life = (*donor)->life;
  const auto give = [=, this](State state) {
    // Large states take their time: each byte stands for many.
    const auto bytes = static_cast<Nanoseconds>(state.bytes.size()) * scene_.state_weight;
    const Nanoseconds takes = Us(dice_.Between(200, 4000)) + bytes * 80;
    const std::uint64_t spoil = state.error.empty() ? std::exchange(spoil_, 0) : 0;
    if (spoil != 0) Trace("a state is spoilt on its way");
    if (spoil % 3 == 0 && spoil != 0) return;  // it never comes; its waiter gives up
    if (spoil % 3 == 1) state.bytes.resize(state.bytes.size() / 2);
    if (spoil % 3 == 2) state.bytes[spoil / 8 % state.bytes.size()] ^= 0x10;
    calendar_.In(takes, [=, this, state = std::move(state)] {
      Machine& source = machine(from);
      const bool whole =
          source.process != nullptr && source.life == donor_life && network(0).Passes(from, to);
      arrive(whole ? 0 : Ms(dice_.Between(1, 1000)), whole ? state : lost);
    });
  };
  calendar_.In(Us(dice_.Between(200, 3000)), [=, this] {
    Machine& source = machine(from);
    if (source.process == nullptr || source.life != donor_life)
      return arrive(Ms(dice_.Between(1, 1000)), lost);
    InAgent(from, donor_life, [wish, give](Process& process) { process.Serve(wish, give); });
  });
}

void World::MayFlip(std::vector<std::uint8_t>& bytes) {
  const std::uint64_t flip = std::exchange(flip_, 0);
  if (flip == 0 || bytes.empty()) return;
  Trace("a bit of a state that was checked falls over");
  bytes[bytes.size() - 1 - flip / 8 % std::min<std::size_t>(8, bytes.size())] ^= 1;
}

}  // namespace continuo::sim
