// SPDX-License-Identifier: Apache-2.0
#include "agent/edge/devices/follow_capture.h"

#include <algorithm>
#include <cmath>
#include <utility>

namespace continuo::agent {
namespace {

constexpr std::size_t kRoom = 2 * FollowCapture::kMaxPeriod;
constexpr double kLeast = 1 / 256.0;  // step of the resampler

}  // namespace

FollowCapture::FollowCapture(std::shared_ptr<handoff::LiveRing> ring)
    : ring_(std::move(ring)),
      channels_(static_cast<std::size_t>(ring_->channels())),
      converter_(ring_->channels()),
      held_(channels_ * kRoom),
      made_(channels_ * kRoom),
      split_(channels_ * kRoom) {
  for (std::size_t c = 0; c < channels_; ++c) channel_.push_back(split_.data() + c * kRoom);
}

void FollowCapture::Push(std::span<const float* const> in, int frames, const MediaMoment& over) {
  const DeviceTime::Span span = time_.Next(over, frames);
  from_ += static_cast<double>(origin_ - span.origin);
  origin_ = span.origin;
  // What the loop calls a period's begin is the end of the one that is handed out then.
  const double end = span.from;
  if (span.moved) from_ = end - frames * time_.rate();
  const double per_frame = (end - from_) / frames;  // media time in a sample of the device
  const auto place = [&](MediaTime n) {
    return (static_cast<double>(n - origin_) - from_) / per_frame;
  };
  if (!counts_.running || std::fabs(place(next_) - position_) > kNear) {
    counts_.slips += counts_.running ? 1 : 0;
    held_end_ = 0;
    Keep(in, frames);
    Begin(from_, per_frame);
  } else {
    Keep(in, frames);
  }
  const MediaTime until =
      origin_ + static_cast<MediaTime>(std::floor(end)) - RateConverter::kAhead - 1;
  const auto wanted =
      static_cast<int>(std::clamp<Frames>(until - next_, 0, static_cast<Frames>(kRoom)));
  if (wanted > 0) {
    const double step = (place(until) - position_) / wanted;
    Give(Produce(wanted, std::clamp(step, 1 - kBend, 1 + kBend)));
  }
  position_ -= frames;
  from_ = end;
}

void FollowCapture::Keep(std::span<const float* const> in, int frames) {
  const auto room = static_cast<int>(kRoom - held_end_);
  for (int i = 0; i < std::min(frames, room); ++i, ++held_end_) {
    for (std::size_t c = 0; c < channels_; ++c) held_[held_end_ * channels_ + c] = in[c][i];
  }
}

// The library begins with a whole sample: the first of this period comes out, and is left out; the next one lies where
// the first date is.
void FollowCapture::Begin(double from, double per_frame) {
  converter_.Begin();
  counts_.running = true;
  next_ = origin_ + static_cast<MediaTime>(std::floor(from)) + 1;
  double place = (static_cast<double>(next_ - origin_) - from) / per_frame;
  if (place < kLeast) {
    ++next_;
    place += 1 / per_frame;
  }
  position_ = 0;
  Produce(1, place);
}

// Into made_.
int FollowCapture::Produce(int frames, double step) {
  int made = 0;
  std::size_t taken = 0;
  while (made < frames) {
    const std::span<const float> in(held_.data() + taken * channels_,
                                    (held_end_ - taken) * channels_);
    const std::span<float> room(made_.data() + static_cast<std::size_t>(made) * channels_,
                                static_cast<std::size_t>(frames - made) * channels_);
    const RateConverter::Done done = converter_.Next(in, room, step);
    if (done.taken == 0 && done.made == 0) break;
    taken += static_cast<std::size_t>(done.taken);
    made += done.made;
  }
  std::copy(held_.begin() + static_cast<std::ptrdiff_t>(taken * channels_),
            held_.begin() + static_cast<std::ptrdiff_t>(held_end_ * channels_), held_.begin());
  held_end_ -= taken;
  position_ += made * step;
  return made;
}

void FollowCapture::Give(int frames) {
  for (int i = 0; i < frames; ++i) {
    for (std::size_t c = 0; c < channels_; ++c) {
      channel_[c][i] = made_[static_cast<std::size_t>(i) * channels_ + c];
    }
  }
  counts_.skipped += ring_->Write(next_ + late(), channel_.data(), frames);
  next_ += frames;
}

}  // namespace continuo::agent
