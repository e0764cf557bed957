// SPDX-License-Identifier: Apache-2.0
#include "agent/edge/devices/follow_feed.h"

#include <algorithm>
#include <cmath>
#include <utility>

namespace continuo::agent {

using handoff::DeviceRing;

FollowFeed::FollowFeed(std::shared_ptr<const DeviceRing> ring, Frames behind, bool look_ahead,
                       Tap* tap)
    : ring_(std::move(ring)),
      behind_(behind + RateConverter::kAhead),
      channels_(static_cast<std::size_t>(ring_->channels())),
      tap_(tap),
      guard_(ring_->channels(), look_ahead),
      converter_(ring_->channels()),
      split_(channels_ * kChunk),
      in_(channels_ * kChunk),
      made_(channels_ * kMaxPeriod),
      other_(channels_ * kFade),
      last_(channels_) {
  for (std::size_t c = 0; c < channels_; ++c) channel_.push_back(split_.data() + c * kChunk);
}

void FollowFeed::Pull(std::span<float* const> out, int frames, const MediaMoment& now) {
  Fill(out, frames, time_.Next(now, frames));
  guard_.Process(out, frames);
  counts_.next_n = counts_.playing
                       ? origin_ + static_cast<MediaTime>(std::floor(position_)) - guard_.delay()
                       : DeviceRing::kNotStarted;
  counts_.guard = guard_.counts();
  counts_.guarding = guard_.acting();
}

void FollowFeed::Fill(std::span<float* const> out, int frames, const DeviceTime::Span& span) {
  position_ += static_cast<double>(origin_ - span.origin);
  origin_ = span.origin;
  const bool finished = ring_->finished();
  const MediaTime end = ring_->end();
  const double from = span.from - static_cast<double>(behind_ + frames);
  const double to = span.to - static_cast<double>(behind_ + frames);
  const MediaTime first_wanted = origin_ + static_cast<MediaTime>(std::floor(from));
  const MediaTime last_wanted =
      origin_ + static_cast<MediaTime>(std::floor(to)) + RateConverter::kAhead;
  // Before the first sample and after the last one there is nothing.
  if (end == DeviceRing::kNotStarted || last_wanted <= ring_->first() ||
      (finished && first_wanted >= end + RateConverter::kAhead)) {
    counts_.playing = false;
    return Give(out, 0, frames);
  }
  const bool here = finished || last_wanted + 1 < end;
  bool fresh = false;
  if (!counts_.playing) {
    fresh = here && Begin(from);
    if (!fresh) return Give(out, 0, frames);
  } else if (std::fabs(from - position_) > kNear) {
    if (here && Slip(from, to, frames)) return Give(out, frames, frames);
  }
  const double step = (to - position_) / frames;
  const int made = Produce(frames, std::clamp(step, 1 - kBend, 1 + kBend));
  if (fresh) FadeIn(made);
  Give(out, made, frames);
  if (made == frames) return;
  ++counts_.starved;
  counts_.playing = false;
  left_ = origin_ + static_cast<MediaTime>(std::floor(position_));
}

// The library begins with a whole sample. So the last one before `from` comes out first, and is left out; what came
// before that fills the filter, as if it had been played all the time.
bool FollowFeed::Begin(double from) {
  const double whole = std::floor(from - kLeast);
  converter_.Begin();
  position_ = whole - kBefore;
  fed_ = origin_ + static_cast<MediaTime>(position_);
  if (Produce(kBefore, 1) < kBefore || Produce(1, from - whole) < 1) return false;
  position_ = from;
  counts_.playing = true;
  if (left_ != DeviceRing::kNotStarted) {
    counts_.skipped += std::max<Frames>(0, origin_ + static_cast<MediaTime>(from) - left_);
  }
  left_ = DeviceRing::kNotStarted;
  return true;
}

bool FollowFeed::Slip(double from, double to, int frames) {
  const int fade = std::min(frames, kFade);
  const double before = position_;
  const int kept = Produce(fade, 1);
  std::copy_n(made_.begin(), static_cast<std::size_t>(kept) * channels_, other_.begin());
  if (!Begin(from) || Produce(frames, (to - from) / frames) < frames) return false;
  for (int i = 0; i < fade; ++i) {
    const float share = static_cast<float>(i + 1) / static_cast<float>(fade + 1);
    for (std::size_t c = 0; c < channels_; ++c) {
      const std::size_t at = static_cast<std::size_t>(i) * channels_ + c;
      const float left = i < kept ? other_[at] : 0.0f;
      made_[at] = left + share * (made_[at] - left);
    }
  }
  ++counts_.slips;
  const auto moved = static_cast<Frames>(std::lround(from - before));
  counts_.skipped += std::max<Frames>(0, moved);
  counts_.repeated += std::max<Frames>(0, -moved);
  return true;
}

// Into made_. Less than `frames` where the cluster is late.
int FollowFeed::Produce(int frames, double step) {
  const MediaTime until = origin_ + static_cast<MediaTime>(std::floor(position_ + frames * step)) +
                          RateConverter::kAhead;
  int made = 0;
  while (made < frames) {
    const int chunk = static_cast<int>(std::clamp<Frames>(until - fed_, 1, kChunk));
    if (!Fetch(fed_, chunk)) break;
    const std::span<const float> in(in_.data(), static_cast<std::size_t>(chunk) * channels_);
    const std::span<float> room(made_.data() + static_cast<std::size_t>(made) * channels_,
                                static_cast<std::size_t>(frames - made) * channels_);
    const RateConverter::Done done = converter_.Next(in, room, step);
    if (tap_ != nullptr) {
      tap_->Feed(fed_, in.first(static_cast<std::size_t>(done.taken) * channels_));
    }
    if (done.taken == 0 && done.made == 0) break;
    fed_ += done.taken;
    made += done.made;
  }
  position_ += made * step;
  return made;
}

// Into in_. Before the first sample and after the last one there is silence.
bool FollowFeed::Fetch(MediaTime n, int frames) {
  const bool finished = ring_->finished();
  const MediaTime end = ring_->end();
  const int early = static_cast<int>(std::clamp<Frames>(ring_->first() - n, 0, frames));
  const int late = finished ? static_cast<int>(std::clamp<Frames>(n + frames - end, 0, frames)) : 0;
  const int here = frames - early - late;
  if (here > 0 && !ring_->Read(n + early, here, channel_)) return false;
  for (int i = 0; i < frames; ++i) {
    const bool sounds = i >= early && i < early + here;
    for (std::size_t c = 0; c < channels_; ++c) {
      in_[static_cast<std::size_t>(i) * channels_ + c] = sounds ? channel_[c][i - early] : 0.0f;
    }
  }
  return true;
}

// `made` frames of made_, and then a fade to silence.
void FollowFeed::Give(std::span<float* const> out, int made, int frames) {
  if (made > 0) fade_left_ = kFade;
  for (std::size_t c = 0; c < channels_; ++c) {
    for (int i = 0; i < made; ++i) out[c][i] = made_[static_cast<std::size_t>(i) * channels_ + c];
    if (made > 0) last_[c] = out[c][made - 1];
  }
  for (int i = made; i < frames; ++i) {
    if (fade_left_ > 0) --fade_left_;
    const float share = static_cast<float>(fade_left_) / kFade;
    for (std::size_t c = 0; c < channels_; ++c) out[c][i] = share * last_[c];
  }
}

void FollowFeed::FadeIn(int frames) {
  const auto loud = [](float x) { return std::fabs(x) > DeviceFeed::kStep; };
  if (std::none_of(made_.begin(), made_.begin() + static_cast<std::ptrdiff_t>(channels_), loud)) {
    return;
  }
  const int fade = std::min(frames, kFade);
  for (int i = 0; i < fade; ++i) {
    const float share = static_cast<float>(i) / static_cast<float>(fade);
    for (std::size_t c = 0; c < channels_; ++c)
      made_[static_cast<std::size_t>(i) * channels_ + c] *= share;
  }
}

}  // namespace continuo::agent
