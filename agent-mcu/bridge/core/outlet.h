// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "agent/core/joins.h"
#include "proto/plan/link.h"

namespace continuo::mcu {

/// The state of a replica of the board that somebody wishes.
struct StateAsked {
  std::uint32_t number = 0;  ///< of the wish, not 0
  plan::TaskId task = 0;
  std::uint16_t generation = 0;
  PacketIndex not_before = 0;  ///< what has not computed up to this packet does not help
  bool may_be_tainted = false;
};

/// What comes of a wish.
struct StateAnswer {
  enum class Outcome : std::uint8_t {
    kGiven,
    kNotHere,  ///< the board computes no replica of that lineage
    kNotNow,   ///< it does, but has nothing to give
  };
  std::uint32_t number = 0;  ///< of the wish
  Outcome outcome = Outcome::kNotHere;
  const char* why = "";             ///< a sentence, unless it is given
  std::vector<std::uint8_t> bytes;  ///< an image (agent/handoff/image.h)
  PacketIndex next = 0;             ///< first packet that is not in it
  Incarnation incarnation = 0;      ///< who gave it
  bool tainted = false;
};

/// What came of Outlet::Fetch.
struct StateArrived {
  std::uint32_t fetch = 0;
  std::string error;  ///< empty: `bytes` is what its donor announced
  bool busy = false;  ///< the donor gives to too many already; nothing is wrong with it
  PacketIndex next = 0;
  std::vector<std::uint8_t> bytes;
};

/// The ways out of a StandIn. None waits, and what is called does not call back.
class Outlet {
 public:
  /// A whole frame, not sealed yet; it may be lost on its way. Not empty.
  virtual void ToBoard(std::span<const std::uint8_t> frame) = 0;
  virtual void ToCoordinator(plan::FromAgent message) = 0;
  /// What comes of it is StateCarrier::Take's.
  virtual void Fetch(const agent::core::FetchState& what) = 0;
  /// Nobody waits for it any more.
  virtual void Abandon(std::uint32_t fetch) = 0;
  virtual void Give(StateAnswer answer) = 0;
  /// For people.
  virtual void Say(const std::string& text) = 0;

 protected:
  ~Outlet() = default;
};

}  // namespace continuo::mcu
