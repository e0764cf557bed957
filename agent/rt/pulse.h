// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "agent/handoff/line.h"
#include "agent/rt/engine.h"
#include "dsp/base/realtime.h"
#include "proto/clock/clock.h"

namespace continuo::agent::rt {

/// The audio thread, one wake-up at a time: obeys the commands that came over the line, ticks the
/// engine that plays, changes over to the one that is armed when its time has come.
class Pulse {
 public:
  Pulse(const clock::Clock& clock, handoff::Line& line) : clock_(clock), line_(line) {}

  /// One wake-up. Returns when the next is due, by the clock: on the grid of the quantum, in a
  /// phase that depends on the node, so that the nodes of one machine do not all wake at once.
  /// Wake-ups that were slept through are skipped.
  Nanoseconds Turn() CONTINUO_REALTIME;
  /// What plays must not wait for its next tick: at NextDue, and if until then it waits for others when something
  /// comes, Hurry is to be called. `next`: what Turn or Hurry has returned last; returns the same again, or later.
  /// Where a tick is soon due it is done at once, so that few wake-ups are for nothing.
  bool prompt() const { return playing_ != nullptr && playing_->prompt(); }
  bool WaitsForOthers(Nanoseconds until) const CONTINUO_REALTIME;
  Nanoseconds NextDue() const CONTINUO_REALTIME;
  Nanoseconds Hurry(Nanoseconds next) CONTINUO_REALTIME;

 private:
  void Obey(const handoff::Command& command, Nanoseconds t) CONTINUO_REALTIME;
  void MoveState(const handoff::Command& command, Nanoseconds t) CONTINUO_REALTIME;
  void Arm(Engine* engine, Nanoseconds t) CONTINUO_REALTIME;
  void Retire(Engine*& engine) CONTINUO_REALTIME;
  Nanoseconds NextTick(const Engine& engine, MediaTime now) const CONTINUO_REALTIME;

  const clock::Clock& clock_;
  handoff::Line& line_;
  Engine* playing_ = nullptr;
  Nanoseconds turned_ = 0;  // the last turn began
  Engine* armed_ = nullptr;
};

}  // namespace continuo::agent::rt
