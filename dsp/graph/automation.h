// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "dsp/base/arena.h"
#include "dsp/base/bytes.h"
#include "dsp/base/realtime.h"
#include "dsp/graph/description.h"
#include "dsp/kernels/kernel.h"
#include "proto/session/timeline.h"

namespace continuo::dsp {

/// Between points a curve is looked at where n is a multiple of this: every 2 ms, a fifth of the time that most
/// parameters glide for, so that one glide goes over into the next. All quanta but 64 divide it: it splits no block.
inline constexpr int kAutomationGrid = 96;

/// What a curve says at `tick`, on the way from one point to the next of the same parameter; never outside their
/// values. `knob`: what CurveShape::kAsKnob means. from.tick <= tick < to.tick.
float ValueBetween(const AutomationPoint& from, const AutomationPoint& to, session::Ticks tick,
                   Curve knob);

/// nullptr, or what is wrong: points of a parameter that is not there, out of its range, not in order.
const char* CheckAutomation(std::span<const AutomationPoint> points,
                            const KernelDescription& kernel);

/// Parameters that follow curves along the music: a function of the position, so every replica sets the same values on
/// the same samples, and none of them travels.
///
/// At a point the parameter is sent its value, on the very sample at which the position reaches it; between points,
/// what the curve says on every sample of the grid; before the first and after the last point it stays where that is.
/// The kernel's own glide joins the values. What an operator sets holds until the position reaches the next point, or
/// jumps.
class Automation {
 public:
  struct Lane;

  /// As Kernel::Prepare: twice. `points` passed CheckAutomation(), and are copied.
  void Prepare(std::span<const AutomationPoint> points, const KernelDescription& kernel,
               Arena& arena);
  bool empty() const { return lane_count_ == 0; }
  /// To be called on the first sample of every quantum, where a segment begins, and where Next() says; on any other
  /// sample it does nothing. `segment` is in force at `n`.
  void Run(const session::Segment& segment, MediaTime n, Kernel& kernel) CONTINUO_REALTIME;
  /// Where Run() is to be called next: after `n`, and `end` at the latest, up to which `segment` is in force.
  MediaTime Next(const session::Segment& segment, MediaTime n,
                 MediaTime end) const CONTINUO_REALTIME;
  /// An operator set the parameter just now. If nothing moves it, that is nothing to it.
  void Hold(std::uint16_t param, float value) CONTINUO_REALTIME;

  void Snapshot(ByteWriter& out) const;
  /// False if the bytes cannot be the state of one that was prepared for the same points.
  bool Restore(ByteReader& in);

 private:
  /// False where the music goes on as the segment before said.
  bool Follow(const session::Segment& segment, MediaTime n);

  const AutomationPoint* points_ = nullptr;
  Lane* lanes_ = nullptr;
  std::size_t lane_count_ = 0;
  session::Segment followed_;
  bool started_ = false;
};

}  // namespace continuo::dsp
