// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "coordinator/core/ports.h"
#include "coordinator/core/show.h"
#include "sim/calendar.h"
#include "sim/dice.h"
#include "sim/network.h"

namespace continuo::sim {

/// Something that befalls the stage. One at a time: the next not before redundancy is back.
enum class FaultKind : std::uint8_t {
  kKill,       ///< an agent's process; another takes its place after a while
  kStall,      ///< an agent's process stands still and goes on
  kCut,        ///< a whole network
  kFlap,       ///< a whole network, on and off
  kUnplug,     ///< one machine on one network
  kOneWay,     ///< from one machine to another, on one network
  kDeaf,       ///< from one machine to another, on both networks, for less than the silence
  kLoss,       ///< many datagrams of a network
  kDelay,      ///< all datagrams of a network come later
  kCrash,      ///< the coordinator, somewhere in its work; started again after a while
  kFreeze,     ///< the coordinator stands still and goes on
  kLink,       ///< the stream between an agent and the coordinator breaks
  kSlow,       ///< a machine's work takes much longer
  kTransfer,   ///< a state on its way is lost, cut short or altered
  kFlip,       ///< a bit of a joiner's restored state, after it was checked
  kFull,       ///< the coordinator's disk has no room
  kElection,   ///< the shared store elects a leader of its own, and does nothing else
  kOffStore,   ///< a coordinator is cut off from the store, which may let go of its lease at once
  kOffAgents,  ///< a coordinator is cut off from all agents
  kOffBoth,    ///< from both
  // In place of the last ones, where a coordinator has a disk of its own:
  kTorn,      ///< the coordinator dies, and its disk has a part of what was being written
  kLostSync,  ///< it dies, and its disk has lost what it had reported to be durable
  kRot,       ///< it dies, and a bit of its journal has fallen over
};
inline constexpr int kDrawnKinds = static_cast<int>(FaultKind::kOffBoth) + 1;
inline constexpr int kFaultKinds = static_cast<int>(FaultKind::kRot) + 1;
const char* ToString(FaultKind kind);

struct Fault {
  FaultKind kind = FaultKind::kKill;
  Nanoseconds after = 0;  ///< from the moment at which it may strike; reckless: from the one before
  Nanoseconds length = 0;  ///< of what has one
  std::uint64_t pick = 0;  ///< chooses machines, networks, moments
};

/// What an operator asks for, at a time of the show.
struct Wish {
  Nanoseconds at = 0;  ///< from the first sample on
  coordinator::Inbox::What what;
  std::string text;
};

/// All that a seed decides. Faults and wishes are lists, so that a failing seed can be made smaller.
struct Scene {
  std::uint64_t seed = 1;
  bool reckless = false;
  bool real_dsp = false;
  bool cold = false;  ///< one task has one replica and a witness: what it plays may have gaps
  int compute = 3, outputs = 2;
  int boards = 0;        ///< microcontrollers; they compute what the show keeps on them
  int bridges = 1;       ///< of each board; one of them speaks for it
  int coordinators = 1;  ///< more than one: they share a store, and one of them leads
  std::int64_t snapshot_every = 2000;  ///< rows of a journal that is on a disk
  coordinator::Show show;
  Nanoseconds length = 0;  ///< of the part with faults; a quiet stretch follows
  Network::Habits habits[2];
  Nanoseconds clock_offset_max = 0;
  std::int64_t clock_ppb_max = 0;
  bool power_cut = false;         ///< in the end, if all went well
  std::int64_t state_weight = 1;  ///< bytes that a byte of a state stands for on its way
  std::vector<Fault> faults;
  std::vector<Wish> wishes;

  int machines() const { return compute + outputs + boards; }
  /// Nodes that the show keeps the task on, by name; empty: any.
  const std::vector<std::string>& KeptOn(std::string_view task) const;
};

/// `machines` > 0: that many, whatever the seed says. `boards`: with some, where they may be; absent: as the seed says.
Scene MakeScene(std::uint64_t seed, bool real_dsp, int machines, std::optional<bool> boards);

}  // namespace continuo::sim
