// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "dsp/base/fixed.h"
#include "dsp/base/units.h"
#include "proto/wire/control_frames.h"
#include "proto/wire/event.h"

namespace continuo::replica {

enum class State : std::uint8_t {
  kEmpty,    ///< no part of the task any more: excluded, or not started
  kInSync,   ///< computes and sends
  kTainted,  ///< computes and sends, flagged: it consumed something it could not prove
  kFenced,  ///< woke from a stall; silent until every fellow has said that nobody moved on without us
  kLearning,  ///< joins: follows the members' proofs; its packets are compared, not played
  kClosed,    ///< has left on purpose: computes nothing more, still answers its fellows
};

struct Config {
  std::uint32_t task = 0;
  Incarnation self = 0;
  /// Founders, self included. Of a joiner: those whom the plan lists besides it; which of them are members it learns.
  FixedVector<Incarnation, wire::kMaxMembers> members;
  int quantum = 48;
  PacketIndex first = 0;                                  ///< first packet of the task
  Frames promise = 0;                                     ///< G
  Frames silence = 0;                                     ///< X
  FixedVector<Incarnation, wire::kMaxMembers> witnesses;  ///< those of the members that are
  bool joins = false;    ///< self is no founder: begins bare, and learns
  bool witness = false;  ///< self keeps the log and computes nothing
};

enum class Admission : std::uint8_t {
  kAdmitted,
  kHeld,       ///< the log holds it already
  kTooLate,    ///< dated below the promise
  kNotMember,  ///< this replica may not admit (empty, fenced, joining, gone), or nobody may (kJoin)
  /// 170 entries are live, or 10 in that packet (event_log.h), or 32 have not been acknowledged by fellows that are
  /// heard; nothing is wrong, later ones fit again.
  kLogFull,
};

}  // namespace continuo::replica
