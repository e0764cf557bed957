// SPDX-License-Identifier: Apache-2.0
#include "dsp/kernels/smooth_peak.h"

#include <algorithm>

#include "dsp/base/math.h"
#include "dsp/kernels/param_values.h"

namespace continuo::dsp {
namespace {

float ShareOf(float ms) {
  return 1.0f - Exp(-1000.0f / (ms * kSampleRate));
}

bool IsShare(float x) {
  return x > 0.0f && x <= 1.0f;
}
bool IsLevel(float x) {
  return x >= 0.0f && x <= SmoothPeak::kHighest;
}

/// Lanes that come later, with nothing in the first ones.
Lanes LaterByOne(const Lanes& x) {
  return PickLanes<0, 4, 5, 6>(Lanes{}, x);
}
Lanes LaterByTwo(const Lanes& x) {
  return PickLanes<0, 1, 4, 5>(Lanes{}, x);
}
/// What is there at the groups' beginnings, if it is there at their ends; of the first one, the first lane.
Lanes Beginnings(const Lanes& first, const Lanes& ends) {
  return CastLanes<Lanes>(CastLanes<LaneBits>(LaterByOne(ends)) |
                          CastLanes<LaneBits>(KeepLanes(first, LaneBits{-1, 0, 0, 0})));
}

}  // namespace

void SmoothPeak::Share::Set(float share) {
  const float one = 1.0f - share, two = one * one, three = two * one, four = two * two;
  const float eight = four * four;
  gone = AllLanes(share);
  left = {AllLanes(one), AllLanes(two), AllLanes(three), AllLanes(four)};
  after_groups = Lanes{four, eight, eight * four, eight * eight};
  after_two = AllLanes(eight);
}

void SmoothPeak::Reset() {
  held_ = level_ = Lanes{};
  begun_ = {};
  fresh_ = true;
}

void SmoothPeak::SetTimes(float attack_ms, float release_ms) {
  attack_ = ShareOf(attack_ms);
  release_ = ShareOf(release_ms);
}

void SmoothPeak::SetShares() {
  rise_.Set(attack_);
  fall_.Set(release_);
}

/// Since most >= some >= 0, zeros in front of the first group change nothing.
inline SmoothPeak::Falls SmoothPeak::FallsOf(const LaneGroups& x) const {
  Falls f;
  f.most[0] = x[0];
  f.some[0] = fall_.gone * x[0];
  for (int j = 1; j < kLanes; ++j) {
    const Lanes fed = fall_.gone * x[j];
    f.most[j] = LargerLanes(x[j], fall_.left[0] * f.most[j - 1] + fed);
    f.some[j] = fall_.left[0] * f.some[j - 1] + fed;
  }
  const Lanes m = LargerLanes(f.most[3], fall_.left[3] * LaterByOne(f.most[3]) + f.some[3]);
  const Lanes s = fall_.left[3] * LaterByOne(f.some[3]) + f.some[3];
  f.most_up_to = LargerLanes(m, fall_.after_two * LaterByTwo(m) + s);
  f.some_up_to = fall_.after_two * LaterByTwo(s) + s;
  return f;
}

inline SmoothPeak::Rises SmoothPeak::RisesOf(const LaneGroups& x) const {
  Rises r;
  r.some[0] = rise_.gone * x[0];
  for (int j = 1; j < kLanes; ++j) {
    r.some[j] = rise_.left[0] * r.some[j - 1] + rise_.gone * x[j];
  }
  const Lanes s = rise_.left[3] * LaterByOne(r.some[3]) + r.some[3];
  r.some_up_to = rise_.after_two * LaterByTwo(s) + s;
  return r;
}

/// Whole periods from such a place on; where they end. Most of what is done to one waits for itself, so each part of it
/// is done to all periods before the next one is: a processor has several of them under way.
inline SmoothPeak::Place SmoothPeak::Follow(Place place, std::span<LaneGroups> periods) const {
  std::array<Falls, kPeriodsAtOnce> falls;
  std::array<Rises, kPeriodsAtOnce> rises;
  std::array<Lanes, kPeriodsAtOnce> begins;
  const std::size_t count = periods.size();
  for (std::size_t i = 0; i < count; ++i) {
    falls[i] = FallsOf(periods[i]);
    Flush(place.held);
    const Lanes ends =
        LargerLanes(falls[i].most_up_to, fall_.after_groups * place.held + falls[i].some_up_to);
    begins[i] = Beginnings(place.held, ends);
    place.held = SpreadLane<3>(ends);
  }
  for (std::size_t i = 0; i < count; ++i) {
    LaneGroups x;
    for (int j = 0; j < kLanes; ++j) {
      x[j] = LargerLanes(falls[i].most[j], fall_.left[j] * begins[i] + falls[i].some[j]);
    }
    rises[i] = RisesOf(x);
    Flush(place.level);
    const Lanes ends = rise_.after_groups * place.level + rises[i].some_up_to;
    begins[i] = Beginnings(place.level, ends);
    place.level = SpreadLane<3>(ends);
  }
  for (std::size_t i = 0; i < count; ++i) {
    for (int j = 0; j < kLanes; ++j) {
      periods[i][j] = rise_.left[j] * begins[i] + rises[i].some[j];
    }
  }
  return place;
}

void SmoothPeak::Process(std::span<LaneGroups> periods) {
  if (periods.empty()) return;
  TakeTimes();
  const Place end = Follow({held_, level_}, periods);
  held_ = end.held;
  level_ = end.level;
}

void SmoothPeak::Process(MediaTime n, int frames, LaneGroups& values) {
  if (frames == kControlFrames) return Process({&values, 1});
  const int phase = ControlPhase(n);
  if (phase == 0 || fresh_) {
    TakeTimes();
    Flush(held_);
    Flush(level_);
  }
  const ControlStretch in = StretchOf(values);
  std::copy_n(in.begin(), frames, begun_.begin() + phase);
  LaneGroups groups = GroupsOf(begun_);
  const Place end = Follow({held_, level_}, {&groups, 1});
  const ControlStretch smooth = StretchOf(groups);
  ControlStretch out = {};
  std::copy_n(smooth.begin() + phase, frames, out.begin());
  values = GroupsOf(out);
  if (phase + frames < kControlFrames) return;
  held_ = end.held;
  level_ = end.level;
  begun_ = {};
}

void SmoothPeak::Snapshot(ByteWriter& out) const {
  for (const float x : {held_[0], level_[0], rise_.gone[0], fall_.gone[0]}) out.F32(x);
  out.Le(static_cast<std::uint8_t>(fresh_));
  out.F32s(begun_.data(), begun_.size());
}

bool SmoothPeak::Restore(ByteReader& in) {
  const float held = in.F32(), level = in.F32();
  held_ = AllLanes(held);
  level_ = AllLanes(level);
  const float rise = in.F32(), fall = in.F32();
  const auto fresh = in.Le<std::uint8_t>();
  fresh_ = fresh != 0;
  rise_.Set(rise);
  fall_.Set(fall);
  const bool ok = ReadFinite(in, begun_.data(), begun_.size());
  return ok && fresh <= 1 && IsLevel(held) && IsLevel(level) && IsShare(rise) && IsShare(fall) &&
         std::all_of(begun_.begin(), begun_.end(), IsLevel);
}

}  // namespace continuo::dsp
