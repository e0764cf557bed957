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

void SmoothPeak::TakeTimes() {
  rise_.Set(attack_);
  fall_.Set(release_);
}

void SmoothPeak::ProcessPart(int phase, int frames, LaneGroups& values) {
  const ControlStretch in = StretchOf(values);
  std::copy_n(in.begin(), frames, begun_.begin() + phase);
  LaneGroups groups = GroupsOf(begun_);
  const Place end = Follow(groups);
  const ControlStretch smooth = StretchOf(groups);
  ControlStretch out = {};
  std::copy_n(smooth.begin() + phase, frames, out.begin());
  values = GroupsOf(out);
  if (phase + frames < kControlFrames) return;
  Begin(end);
  begun_ = {};
}

void SmoothPeak::Snapshot(ByteWriter& out) const {
  for (const float x : {held_[0], level_[0], rise_.gone[0], fall_.gone[0]}) out.F32(x);
  out.Le(static_cast<std::uint8_t>(fresh_));
  out.F32s(begun_.data(), begun_.size());
}

bool SmoothPeak::Restore(ByteReader& in) {
  const float held = in.F32(), level = in.F32();
  Begin({AllLanes(held), AllLanes(level)});
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
