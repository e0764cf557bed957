// SPDX-License-Identifier: Apache-2.0
#include "dsp/kernels/smooth_peak.h"

#include <algorithm>

#include "dsp/base/lanes.h"
#include "dsp/base/math.h"
#include "dsp/kernels/param_values.h"

namespace continuo::dsp {
namespace {

using Four = std::array<Lanes, kLanes>;
static_assert(kControlFrames == kLanes * kLanes);

float ShareOf(float ms) {
  return 1.0f - Exp(-1000.0f / (ms * kSampleRate));
}

bool IsShare(float x) {
  return x > 0.0f && x <= 1.0f;
}
bool IsLevel(float db) {
  return db >= 0.0f && db <= 1000.0f;
}

/// Lane g of the j-th: value j of group g.
Four GroupsOf(const SmoothPeak::Stretch& values) {
  Four groups;
  for (int g = 0; g < kLanes; ++g) groups[g] = LoadLanes(values.data() + g * kLanes);
  TransposeLanes(groups);
  return groups;
}

}  // namespace

void SmoothPeak::Share::Set(float share) {
  gone = share;
  const float kept = 1.0f - share;
  left = {kept, kept * kept, kept * kept * kept, (kept * kept) * (kept * kept)};
}

void SmoothPeak::Reset() {
  held_ = level_ = 0.0f;
  begun_ = {};
  fresh_ = true;
}

void SmoothPeak::SetTimes(float attack_ms, float release_ms) {
  attack_ = ShareOf(attack_ms);
  release_ = ShareOf(release_ms);
}

SmoothPeak::End SmoothPeak::Follow(const Stretch& db, Stretch& smooth) const {
  Four x = GroupsOf(db);
  // What a group makes of h, held before it: max(most, left * h + some).
  Four most, some;
  most[0] = x[0];
  some[0] = fall_.gone * x[0];
  for (int j = 1; j < kLanes; ++j) {
    const Lanes fed = fall_.gone * x[j];
    most[j] = LargerLanes(x[j], fall_.left[0] * most[j - 1] + fed);
    some[j] = fall_.left[0] * some[j - 1] + fed;
  }
  End end = {held_, level_};
  Lanes held, level;
  for (int g = 0; g < kLanes; ++g) {
    held[g] = end.held;
    const float falling = fall_.left[3] * end.held + some[3][g];
    end.held = most[3][g] > falling ? most[3][g] : falling;
  }
  for (int j = 0; j < kLanes; ++j) x[j] = LargerLanes(most[j], fall_.left[j] * held + some[j]);

  some[0] = rise_.gone * x[0];
  for (int j = 1; j < kLanes; ++j) some[j] = rise_.left[0] * some[j - 1] + rise_.gone * x[j];
  for (int g = 0; g < kLanes; ++g) {
    level[g] = end.level;
    end.level = rise_.left[3] * end.level + some[3][g];
  }
  for (int j = 0; j < kLanes; ++j) x[j] = rise_.left[j] * level + some[j];
  TransposeLanes(x);
  for (int g = 0; g < kLanes; ++g) StoreLanes(x[g], smooth.data() + g * kLanes);
  return end;
}

void SmoothPeak::Process(MediaTime n, int frames, Stretch& db) {
  const int phase = ControlPhase(n);
  if (phase == 0 || fresh_) {
    // Often enough to flush, since none of the time constants is shorter than 4 samples.
    held_ = FlushTiny(held_);
    level_ = FlushTiny(level_);
    if (attack_ != rise_.gone) rise_.Set(attack_);
    if (release_ != fall_.gone) fall_.Set(release_);
    fresh_ = false;
  }
  if (frames == kControlFrames) {
    const End end = Follow(db, db);
    held_ = end.held;
    level_ = end.level;
    return;
  }
  std::copy_n(db.begin(), frames, begun_.begin() + phase);
  Stretch smooth;
  const End end = Follow(begun_, smooth);
  db = {};
  std::copy_n(smooth.begin() + phase, frames, db.begin());
  if (phase + frames < kControlFrames) return;
  held_ = end.held;
  level_ = end.level;
  begun_ = {};
}

void SmoothPeak::Snapshot(ByteWriter& out) const {
  for (const float x : {held_, level_, rise_.gone, fall_.gone}) out.F32(x);
  out.Le(static_cast<std::uint8_t>(fresh_));
  out.F32s(begun_.data(), begun_.size());
}

bool SmoothPeak::Restore(ByteReader& in) {
  held_ = in.F32();
  level_ = in.F32();
  const float rise = in.F32(), fall = in.F32();
  const auto fresh = in.Le<std::uint8_t>();
  fresh_ = fresh != 0;
  rise_.Set(rise);
  fall_.Set(fall);
  const bool ok = ReadFinite(in, begun_.data(), begun_.size());
  return ok && fresh <= 1 && IsLevel(held_) && IsLevel(level_) && IsShare(rise) && IsShare(fall) &&
         std::all_of(begun_.begin(), begun_.end(), IsLevel);
}

}  // namespace continuo::dsp
