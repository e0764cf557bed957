// SPDX-License-Identifier: Apache-2.0
#include "proto/clock/servo.h"

#include <algorithm>
#include <cstdlib>

namespace continuo::clock {
namespace {

constexpr Nanoseconds kMs = 1'000'000;
/// A difference is gone after about twice this; what averages the noise of readings.
constexpr std::int64_t kPhaseMs = 1'600;
/// Drift is learned within as many times that: critical damping.
constexpr std::int64_t kDamping = 4;
constexpr std::int64_t kCalmMs = 10'000;
/// On a network that jitters it takes longer, up to as many times: by how far readings are from the one before.
constexpr std::int64_t kSlowest = 12;
constexpr Nanoseconds kQuiet = 6'000;
/// Acquisition takes so long at least, and goes on until the rate is known so well, or no longer than this.
constexpr Nanoseconds kAcquiring = 2'000 * kMs, kAcquiringMost = 20'000 * kMs;
constexpr std::int64_t kKnownPpb = 1'000;
/// A difference says that the rate is wrong by no more than this, however large it is: what is slewed away for many
/// seconds must not be taken for drift.
constexpr std::int64_t kLearnPpb = Servo::kSlewPpb / 10;
/// The rate of its last second or two may differ by no more than this from that of all of it, beside what jitter makes
/// of it; else what disciplines the clock has not come to rest, and it begins anew.
constexpr std::int64_t kRestingPpb = 10'000;
/// Whoever is this far off, and alone with it, finds back by itself when nobody has made an entry for so long.
constexpr Nanoseconds kFindsBack = 20'000'000, kAloneAfter = 10'000 * kMs;
/// A clock must have been steady for so long before an entry is made of it.
constexpr Nanoseconds kSteady = 1'000 * kMs;
constexpr int kSteadyReadings = 4;
/// The rate of another grandmaster is taken when it is known roughly, and once more when it is known, for so long after
/// the change; where the network jitters too much to see it, it is learned from how that clock drifts away.
constexpr std::int64_t kRoughPpb = 5'000;
constexpr Nanoseconds kLooksAgain = 5'000 * kMs;
/// A reading that is further off than this, and than what is usual, is looked at twice.
constexpr Nanoseconds kOdd = 20'000;
constexpr int kOddInSuccession = 4;
/// By how much a crystal's rate may change within a second without anybody seeing it (warmth): 2 ppb.
constexpr std::int64_t kWarmingPpb = 2;
/// What a rate that was measured for minutes is still uncertain by.
constexpr std::int64_t kRestPpb = 20;

std::int64_t Limited(std::int64_t value, std::int64_t limit) {
  return std::clamp(value, -limit, limit);
}

}  // namespace

void Servo::Take(const Reading& reading) {
  const MediaTime now = SampleAt(line_.At(reading.local));
  const bool usable = reading.usable && std::llabs(reading.offset) <= kChase;
  const MapEntry* const entry = usable ? map_.Find(reading.grandmaster, now) : nullptr;
  if (!usable) {
    watched_ = {};
    if (reading.local - well_ > kPatience) Hold(reading.local);
    return;
  }
  well_ = reading.local;
  // Between two Syncs the clock goes wherever ptp4l has sent it after the last one. A grandmaster that has died is
  // taken for alive for some time: that last offset must not be followed all the while.
  if (!reading.fresh) return Coast(reading.local);
  Watch(reading);
  if (entry == nullptr || (entry->from > now && state_ != LockState::kFree)) {
    return Hold(reading.local);
  }
  const Nanoseconds stage = entry->StageAt(reading.ptp);
  if (state_ == LockState::kFree) return Begin(reading, stage);
  if (state_ == LockState::kAcquiring) return Acquire(reading, stage);
  difference_ = stage - line_.At(reading.local);
  if (std::llabs(difference_) > std::max(kOdd, 8 * spread_) && ++odd_ < kOddInSuccession) return;
  const bool alone = state_ == LockState::kHoldover && reading.local - held_since_ > kAloneAfter &&
                     watched_.IsSteady();
  if (std::llabs(difference_) > (alone ? kFindsBack : kChase)) return Hold(reading.local);
  if (reading.grandmaster != following_) Resume(reading);
  LearnRate(reading.local);
  Follow(reading);
}

bool Servo::Watched::IsSteady() const {
  return lately.count() >= kSteadyReadings && lately.span() >= kSteady;
}

void Servo::Watch(const Reading& reading) {
  // Of the oscillator, not of the line: that bends, and what is known of the clock would be lost.
  const Nanoseconds ahead = reading.ptp - reading.local;
  Watched& w = watched_;
  // Between two readings of one clock: above it somebody has set the clock, or it is not locked.
  if (w.grandmaster != reading.grandmaster || std::llabs(ahead - w.last_ahead) > kChase) {
    w = {};
    w.grandmaster = reading.grandmaster;
  }
  // What disciplines the clock may still be settling: only the last one or two seconds are looked at.
  if (w.younger.span() >= kSteady) {
    w.lately = w.younger;
    w.younger = {};
  }
  w.lately.Add(reading.local, ahead);
  w.younger.Add(reading.local, ahead);
  w.last_ahead = ahead;
}

std::optional<Servo::Candidate> Servo::candidate() const {
  const Watched& w = watched_;
  if (!w.IsSteady()) return std::nullopt;
  if (state_ == LockState::kLocked || state_ == LockState::kAcquiring) return std::nullopt;
  const Nanoseconds at = w.lately.LastLocal();
  const Nanoseconds ahead = line_.At(at) - (at + w.lately.LastValue());
  // An entry that is not in force yet, or one that says nearly the same: there is nothing to agree on.
  const MapEntry* const known = map_.Find(w.grandmaster, kMediaTimeLimit);
  if (known != nullptr && std::llabs(known->StageAt(0) - ahead) <= kChase) return std::nullopt;
  return Candidate{w.grandmaster, ahead};
}

void Servo::Hold(Nanoseconds local) {
  if (state_ == LockState::kAcquiring) state_ = LockState::kFree;
  if (state_ != LockState::kLocked) return;
  state_ = LockState::kHoldover;
  held_since_ = heard_;
  drift_mppb_ = calm_mppb_;
  Draw(local, drift_ppb());
}

void Servo::Begin(const Reading& reading, Nanoseconds stage) {
  line_ = {reading.local, stage, 0};
  state_ = LockState::kAcquiring;
  began_ = reading;
  acquired_ = {};
  acquired_last_ = reading.ptp - reading.local;
  acquired_.Add(reading.local, acquired_last_);
  following_ = reading.grandmaster;
  heard_ = reading.local;
  watched_ = {};
}

void Servo::Acquire(const Reading& reading, Nanoseconds stage) {
  const Nanoseconds ahead = reading.ptp - reading.local;
  if (reading.grandmaster != began_.grandmaster || std::llabs(ahead - acquired_last_) > kChase) {
    return Begin(reading, stage);
  }
  heard_ = reading.local;
  acquired_last_ = ahead;
  acquired_.Add(reading.local, ahead);
  const Nanoseconds within = reading.local - began_.local;
  if (within < kAcquiring || !watched_.IsSteady()) return;
  if (acquired_.UncertainPpb() > kKnownPpb && within < kAcquiringMost) return;
  const Fit& newest = watched_.younger;  // the last second, or less
  if (newest.count() < kSteadyReadings) return;
  const std::int64_t rate = acquired_.RatePpb();
  const std::int64_t resting = kRestingPpb + 4 * newest.UncertainPpb(acquired_.Noise());
  if (std::llabs(rate - newest.RatePpb()) > resting) return Begin(reading, stage);
  drift_mppb_ = 1'000 * Limited(rate, kDriftPpb);
  calm_mppb_ = drift_mppb_;
  restless_mppb_ = 500'000;
  spread_ = std::max(kOdd, acquired_.Noise());
  jitter_ = acquired_.Noise();
  pace_ms_ = 100;
  followed_ = 0;
  state_ = LockState::kLocked;
  line_ = {reading.local, stage + acquired_.ValueAt(reading.local) - ahead, drift_ppb()};
}

/// Another grandmaster, of which the map says how its time continues that of the one before.
void Servo::Resume(const Reading& reading) {
  following_ = reading.grandmaster;
  resumed_ = reading.local;
  uncertain_ppb_ = 2 * kRoughPpb;
}

/// How fast another grandmaster runs is seen while it is watched; to find that out by its drifting away would cost
/// microseconds. A node whose readings are disturbed just then knows it badly, and better within a second or two.
void Servo::LearnRate(Nanoseconds local) {
  const Fit& lately = watched_.lately;
  if (uncertain_ppb_ <= kKnownPpb || local - resumed_ > kLooksAgain) return;
  if (lately.count() < kSteadyReadings) return;
  // What disciplines the clock may not have come to rest yet.
  const std::int64_t least = watched_.IsSteady() ? 0 : 2 * kKnownPpb;
  const std::int64_t uncertain = std::max(lately.UncertainPpb(), least);
  if (uncertain > uncertain_ppb_ / 2) return;
  uncertain_ppb_ = uncertain;
  drift_mppb_ += Limited(1'000 * lately.RatePpb() - drift_mppb_, 1'000 * kSlewPpb);
  drift_mppb_ = Limited(drift_mppb_, 1'000 * kDriftPpb);
  calm_mppb_ = drift_mppb_;
}

void Servo::Follow(const Reading& reading) {
  // After a long silence the difference says something of the rate all the same, but of no more than a second of it.
  const std::int64_t ms = std::clamp<std::int64_t>((reading.local - heard_) / kMs, 1, 1'000);
  heard_ = reading.local;
  odd_ = 0;
  pace_ms_ += (std::min(ms, 2 * pace_ms_) - pace_ms_) / 4;
  jitter_ +=
      (std::min<Nanoseconds>(std::llabs(difference_ - followed_), kChase) - jitter_) * ms / kCalmMs;
  followed_ = difference_;
  if (std::llabs(difference_) <= kChase) state_ = LockState::kLocked;
  const std::int64_t phase_ms = PhaseMs();
  const std::int64_t slew = Limited(difference_ * 1'000 / phase_ms, kSlewPpb);
  const std::int64_t learned = Limited(slew, kLearnPpb) * ms * 1'000 / (kDamping * phase_ms);
  drift_mppb_ = Limited(drift_mppb_ + learned, 1'000 * kDriftPpb);
  calm_mppb_ += (drift_mppb_ - calm_mppb_) * ms / kCalmMs;
  restless_mppb_ += (std::llabs(drift_mppb_ - calm_mppb_) - restless_mppb_) * ms / kCalmMs;
  spread_ += (std::llabs(difference_) - spread_) * ms / kCalmMs;
  Draw(reading.local, drift_ppb() + slew);
}

/// What was to be slewed away until the next reading is gone when that is overdue.
void Servo::Coast(Nanoseconds local) {
  const bool overdue = local - heard_ > (2 * pace_ms_ + 100) * kMs;
  if (state_ == LockState::kLocked && overdue) Draw(local, drift_ppb());
}

/// A difference is gone after about twice this. The more readings scatter, the more of them make a mean.
std::int64_t Servo::PhaseMs() const {
  return std::clamp(kPhaseMs * jitter_ / kQuiet, kPhaseMs, kSlowest * kPhaseMs);
}

/// Goes on from where the line is at `local`: no step.
void Servo::Draw(Nanoseconds local, std::int64_t rate_ppb) {
  line_ = {local, line_.At(local), rate_ppb};
}

Nanoseconds Servo::ErrorAt(Nanoseconds local) const {
  if (state_ == LockState::kFree) return 0;
  const Nanoseconds known = 3 * spread_ + std::llabs(difference_);
  if (state_ != LockState::kHoldover) return known;
  const std::int64_t seconds = std::max<Nanoseconds>(local - held_since_, 0) / kSecond + 1;
  const std::int64_t ppb = kRestPpb + 3 * restless_mppb_ / 1'000 + kWarmingPpb * seconds / 2;
  return known + ppb * seconds;
}

}  // namespace continuo::clock
