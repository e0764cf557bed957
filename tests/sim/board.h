// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>

#include "agent-mcu/rt/block.h"
#include "agent-mcu/rt/desk.h"
#include "agent-mcu/rt/lead.h"
#include "proto/transport/datagram_port.h"
#include "sim/machine.h"

namespace continuo::sim {

/// One life of a board, from power or reset on: the block interrupt, the desk and the parts of the firmware, wired as
/// agent-mcu/firmware does, with the simulator's network and line. Its clock begins with it.
class Board {
 public:
  using Say = std::function<void(mcu::Lead::Way, std::span<const std::uint8_t>)>;
  /// `boots`: since power came, this one included; `say`: a frame for the bridge that is heard that way.
  Board(World& world, Machine& machine, Strike& strike, std::uint32_t boots, Say say);

  /// A frame came from that bridge.
  void Hear(mcu::Lead::Way way, std::span<const std::uint8_t> bytes);
  /// One block interrupt, with what the idle loop moves before and after it.
  void Pulse();
  /// True time of the next one.
  Nanoseconds next_pulse() const;
  /// It stood still: what it has missed it does not make up for.
  void GoOn();
  void ForEachPart(const std::function<void(const mcu::Part&)>& look) const;

 private:
  static constexpr std::size_t kMemory = 16 << 20;

  Nanoseconds Now() const { return machine_.clock.Now() - born_; }
  Nanoseconds LocalNow() const;
  void RunBlock();
  void Speak();
  void Answer(mcu::Lead::Way way, std::size_t size);
  void TraceParts();

  World& world_;
  Machine& machine_;
  const std::uint32_t boots_;
  const Say say_;
  const Nanoseconds born_;  // by its own crystal
  std::unique_ptr<transport::DatagramPort> port_;
  std::unique_ptr<std::uint8_t[]> memory_;
  std::unique_ptr<mcu::Block> block_;
  mcu::Desk desk_;
  mcu::Lead lead_;
  std::array<std::uint8_t, mcu::kMaxFrameBytes> answer_{};
  mcu::HearingTold hearing_;
  std::uint32_t rate_;
  Nanoseconds next_block_ = 0;  // by its crystal
  std::array<std::string, mcu::kMaxParts> traced_;
};

}  // namespace continuo::sim
