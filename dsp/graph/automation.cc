// SPDX-License-Identifier: Apache-2.0
#include "dsp/graph/automation.h"

#include <algorithm>
#include <bit>

#include "dsp/base/math.h"
#include "proto/session/segment_codec.h"

namespace continuo::dsp {

/// The points of one parameter, and where it is among them.
struct Automation::Lane {
  const AutomationPoint* points = nullptr;
  const ParamDescription* range = nullptr;
  std::uint16_t param = 0;
  std::uint16_t count = 0;
  std::uint16_t passed = 0;  ///< points that the position has reached
  bool sent = false;         ///< the kernel has got a value
  bool held = false;         ///< an operator's
  float value = 0;           ///< the last one that the kernel has got

  bool IsAmong(session::Ticks tick) const {
    return (passed == 0 || points[passed - 1].tick <= tick) &&
           (passed == count || points[passed].tick > tick);
  }
  std::uint16_t PassedAt(session::Ticks tick) const {
    if (IsAmong(tick)) return passed;
    const auto* const next =
        std::upper_bound(points, points + count, tick,
                         [](session::Ticks t, const AutomationPoint& p) { return t < p.tick; });
    return static_cast<std::uint16_t>(next - points);
  }
  float At(session::Ticks tick) const {
    if (passed == 0) return points[0].value;
    if (passed == count) return points[count - 1].value;
    return ValueBetween(points[passed - 1], points[passed], tick, range->curve);
  }
};

namespace {

CurveShape ShapeOf(const AutomationPoint& to, Curve knob) {
  if (to.shape != CurveShape::kAsKnob) return to.shape;
  return knob == Curve::kLog    ? CurveShape::kExponential
         : knob == Curve::kStep ? CurveShape::kStep
                                : CurveShape::kLinear;
}

/// Points of the parameter that `points` begins with.
std::size_t CountOfFirst(std::span<const AutomationPoint> points) {
  std::size_t count = 0;
  while (count < points.size() && points[count].param == points[0].param) ++count;
  return count;
}

bool SameBits(float a, float b) {
  return std::bit_cast<std::uint32_t>(a) == std::bit_cast<std::uint32_t>(b);
}

}  // namespace

float ValueBetween(const AutomationPoint& from, const AutomationPoint& to, session::Ticks tick,
                   Curve knob) {
  const CurveShape shape = ShapeOf(to, knob);
  if (shape == CurveShape::kStep || tick <= from.tick) return from.value;
  const float way = static_cast<float>(tick - from.tick) / static_cast<float>(to.tick - from.tick);
  const float value = shape == CurveShape::kExponential
                          ? from.value * Exp2(way * (Log2(Abs(to.value)) - Log2(Abs(from.value))))
                          : from.value + way * (to.value - from.value);
  return std::clamp(FlushTiny(value), std::min(from.value, to.value),
                    std::max(from.value, to.value));
}

const char* CheckAutomation(std::span<const AutomationPoint> points,
                            const KernelDescription& kernel) {
  const AutomationPoint* before = nullptr;
  for (const AutomationPoint& point : points) {
    if (point.param >= kernel.params.size()) return "it moves a parameter this kind does not have";
    if (!InRange(kernel.params[point.param], point.value)) {
      return "it moves a parameter out of its range";
    }
    if (point.tick < 0 || point.tick >= session::kTickLimit || point.shape > CurveShape::kStep) {
      return "it has a point of a curve that is none";
    }
    const bool follows = before != nullptr && before->param == point.param;
    if (before != nullptr &&
        (before->param > point.param || (follows && before->tick >= point.tick))) {
      return "the points of its curves are not in order";
    }
    const CurveShape shape = ShapeOf(point, kernel.params[point.param].curve);
    if (follows && shape == CurveShape::kExponential && !(before->value * point.value > 0.0f)) {
      return "it has an exponential curve through zero";
    }
    before = &point;
  }
  return nullptr;
}

void Automation::Prepare(std::span<const AutomationPoint> points, const KernelDescription& kernel,
                         Arena& arena) {
  lane_count_ = 0;
  for (std::size_t i = 0; i < points.size(); i += CountOfFirst(points.subspan(i))) ++lane_count_;
  auto* const copy = arena.Take<AutomationPoint>(points.size());
  lanes_ = arena.Take<Lane>(lane_count_);
  points_ = copy;
  started_ = false;
  followed_ = {};
  if (copy == nullptr || lanes_ == nullptr) return;
  std::copy(points.begin(), points.end(), copy);
  Lane* lane = lanes_;
  for (std::size_t i = 0; i < points.size(); ++lane) {
    const std::size_t count = CountOfFirst(points.subspan(i));
    *lane = {.points = copy + i,
             .range = &kernel.params[points[i].param],
             .param = points[i].param,
             .count = static_cast<std::uint16_t>(count)};
    i += count;
  }
}

bool Automation::Follow(const session::Segment& segment, MediaTime n) {
  if (started_ && segment == followed_) return false;
  const bool goes_on =
      started_ && n == segment.n0 && n >= followed_.n0 && followed_.At(n) == segment.tick0;
  followed_ = segment;
  started_ = true;
  return !goes_on;
}

void Automation::Run(const session::Segment& segment, MediaTime n, Kernel& kernel) {
  if (empty()) return;
  const bool jumped = Follow(segment, n);
  const bool on_grid = n % kAutomationGrid == 0;
  const session::Ticks tick = segment.At(n);
  for (std::size_t i = 0; i < lane_count_; ++i) {
    Lane& lane = lanes_[i];
    const std::uint16_t passed = lane.PassedAt(tick);
    const bool anew = jumped || passed != lane.passed;
    lane.passed = passed;
    lane.held = lane.held && !anew;
    if (lane.held || !(anew || on_grid || !lane.sent)) continue;
    const float value = lane.At(tick);
    if (lane.sent && SameBits(value, lane.value)) continue;
    lane.sent = true;
    lane.value = value;
    kernel.Apply({.at = n, .kind = EventKind::kParam, .target = lane.param, .value = value});
  }
}

MediaTime Automation::Next(const session::Segment& segment, MediaTime n, MediaTime end) const {
  if (empty()) return end;
  MediaTime next = std::min(end, n - n % kAutomationGrid + kAutomationGrid);
  if (!segment.playing) return next;
  const session::Ticks last = segment.At(next - 1);
  for (std::size_t i = 0; i < lane_count_; ++i) {
    const Lane& lane = lanes_[i];
    if (lane.passed == lane.count || lane.points[lane.passed].tick > last) continue;
    next = std::max(n + 1, std::min(next, segment.When(lane.points[lane.passed].tick)));
  }
  return next;
}

void Automation::Hold(std::uint16_t param, float value) {
  for (std::size_t i = 0; i < lane_count_; ++i) {
    Lane& lane = lanes_[i];
    if (lane.param != param) continue;
    lane.sent = lane.held = true;
    lane.value = value;
  }
}

void Automation::Snapshot(ByteWriter& out) const {
  if (empty()) return;
  out.Le(static_cast<std::uint8_t>(started_));
  session::WriteSegment(followed_, out);
  for (std::size_t i = 0; i < lane_count_; ++i) {
    const Lane& lane = lanes_[i];
    out.Le(lane.passed);
    out.Le(static_cast<std::uint8_t>((lane.sent ? 1 : 0) | (lane.held ? 2 : 0)));
    out.F32(lane.value);
  }
}

bool Automation::Restore(ByteReader& in) {
  if (empty()) return true;
  const auto started = in.Le<std::uint8_t>();
  if (started > 1 || !session::ReadSegment(in, followed_)) return false;
  started_ = started == 1;
  bool ok = true;
  for (std::size_t i = 0; i < lane_count_; ++i) {
    Lane& lane = lanes_[i];
    const auto passed = in.Le<std::uint16_t>();
    lane.passed = std::min(passed, lane.count);
    const auto flags = in.Le<std::uint8_t>();
    lane.sent = (flags & 1) != 0;
    lane.held = (flags & 2) != 0;
    lane.value = in.F32();
    const bool is_value = lane.sent ? InRange(*lane.range, lane.value) : SameBits(lane.value, 0.0f);
    ok = ok && passed <= lane.count && flags <= 3 && (lane.sent || !lane.held) && is_value;
  }
  return ok && in.ok();
}

}  // namespace continuo::dsp
