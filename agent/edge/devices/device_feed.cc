// SPDX-License-Identifier: Apache-2.0
#include "agent/edge/devices/device_feed.h"

#include <algorithm>
#include <cmath>
#include <utility>

namespace continuo::agent {

DeviceFeed::DeviceFeed(std::shared_ptr<const handoff::DeviceRing> ring, Frames margin, bool prompt)
    : ring_(std::move(ring)),
      margin_(margin),
      prompt_(prompt),
      guard_(ring_->channels(), !prompt),
      last_(static_cast<std::size_t>(ring_->channels())),
      fading_(last_.size()),
      other_(last_.size() * kFade) {
  for (std::size_t c = 0; c < last_.size(); ++c) others_.push_back(other_.data() + c * kFade);
}

void DeviceFeed::Pull(std::span<float* const> out, int frames) {
  Fill(out, frames);
  guard_.Process(out, frames);
  counts_.next_n = next_ == handoff::DeviceRing::kNotStarted ? next_ : next_ - guard_.delay();
  counts_.guard = guard_.counts();
  counts_.guarding = guard_.acting();
}

void DeviceFeed::Fill(std::span<float* const> out, int frames) {
  const bool finished = ring_->finished();
  const MediaTime end = ring_->end();
  if (!counts_.playing && !Begin(frames, finished, end)) return FadeOut(out, 0, frames);
  const Frames in_hand = end - next_ - frames;
  if ((in_hand >= 0 || prompt_) && !finished) Watch(frames, in_hand);
  // What is too old is overwritten: a device that stood still for so long begins anew.
  const bool read = in_hand >= 0 && (Slip(out, frames) || ring_->Read(next_, frames, out));
  if (!read) return Starve(out, frames, finished, end);
  starving_ = 0;
  if (std::exchange(fresh_, false)) FadeIn(out, std::min(frames, kFade));
  AddTail(out, frames);
  next_ += frames;
  Keep(out, frames - 1);
}

// With the first sample of the show, or where it stopped, unless that is long ago.
bool DeviceFeed::Begin(int frames, bool finished, MediaTime end) {
  if (end == handoff::DeviceRing::kNotStarted) return false;
  const Frames wanted = frames + margin_;
  MediaTime from = std::max(next_, ring_->first());
  if (from < end - 2 * wanted) from = end - wanted;
  if (end - from < (finished ? 1 : wanted)) return false;
  if (next_ != handoff::DeviceRing::kNotStarted) counts_.skipped += from - next_;
  next_ = from;
  counts_.playing = fresh_ = true;
  watched_ = scarce_ = 0;
  slip_ = 0;
  starving_ = 0;
  return true;
}

void DeviceFeed::Starve(std::span<float* const> out, int frames, bool finished, MediaTime end) {
  // What comes in the midst of a period is not begun with: it would be a step, and be gone again.
  const bool waits = fresh_ && !finished;
  const int here = waits ? 0 : static_cast<int>(std::clamp<Frames>(end - next_, 0, frames));
  const int read = here > 0 && ring_->Read(next_, here, out) ? here : 0;
  if (read > 0) {
    if (fresh_) FadeIn(out, std::min(read, kFade));
    AddTail(out, read);
    Keep(out, read - 1);
  }
  next_ += read;
  if (!finished) ++counts_.starved;
  if (!waits) {
    fade_left_ = kFade;
    std::copy(last_.begin(), last_.end(), fading_.begin());
  }
  FadeOut(out, read, frames);
  if (prompt_ && !finished && ++starving_ < kPatience) {
    counts_.skipped += frames - read;
    next_ += frames - read;
    fresh_ = true;
  } else {
    counts_.playing = false;
  }
}

// The least that was in hand is what two clocks move; what lies above it is how blocks happen to come.
void DeviceFeed::Watch(int frames, Frames in_hand) {
  least_ = watched_ == 0 ? in_hand : std::min(least_, in_hand);
  watched_ += frames;
  scarce_ += in_hand < margin_ / 4 ? frames : 0;
  const bool lost = lost_time_.exchange(false, std::memory_order_relaxed);
  if (lost) {
    least_ = in_hand;
    alert_ = kAfterXrun;
  }
  const bool alert = alert_ > 0;
  alert_ -= alert ? frames : 0;
  if (!lost && watched_ < (alert ? Frames{4} * frames : kWindow)) return;
  const bool often = !alert && scarce_ * kSeldom > watched_;
  watched_ = scarce_ = 0;
  const Frames most = margin_ + (prompt_ ? 0 : margin_ / 2) + frames;
  if (least_ > most || (!prompt_ && least_ < margin_ / 4)) {
    slip_ = least_ - margin_;
  } else if (prompt_ && often) {
    slip_ = -std::max<Frames>(frames, margin_ - margin_ / 4);
  }
}

bool DeviceFeed::Slip(std::span<float* const> out, int frames) {
  if (slip_ == 0) return false;
  const MediaTime from = std::max(next_ + std::exchange(slip_, 0), ring_->oldest());
  const int fade = std::min(frames, kFade);
  if (!ring_->Read(next_, fade, others_) || !ring_->Read(from, frames, out)) return false;
  ++counts_.slips;
  counts_.skipped += std::max<Frames>(0, from - next_);
  counts_.repeated += std::max<Frames>(0, next_ - from);
  next_ = from;
  for (std::size_t c = 0; c < out.size(); ++c) {
    for (int i = 0; i < fade; ++i) {
      const float share = static_cast<float>(i + 1) / static_cast<float>(fade + 1);
      out[c][i] = others_[c][i] + share * (out[c][i] - others_[c][i]);
    }
  }
  return true;
}

void DeviceFeed::FadeIn(std::span<float* const> out, int frames) {
  const auto loud = [](const float* channel) { return std::fabs(channel[0]) > kStep; };
  if (std::none_of(out.begin(), out.end(), loud)) return;
  for (float* const channel : out) {
    for (int i = 0; i < frames; ++i) {
      channel[i] *= static_cast<float>(i) / static_cast<float>(frames);
    }
  }
}

// What is still fading out, under what plays again.
void DeviceFeed::AddTail(std::span<float* const> out, int frames) {
  for (int i = 0; i < frames && fade_left_ > 0; ++i) {
    const float share = static_cast<float>(--fade_left_) / kFade;
    for (std::size_t c = 0; c < out.size(); ++c) out[c][i] += share * fading_[c];
  }
}

void DeviceFeed::FadeOut(std::span<float* const> out, int from, int frames) {
  for (int i = from; i < frames; ++i) {
    if (fade_left_ > 0) --fade_left_;
    const float share = static_cast<float>(fade_left_) / kFade;
    for (std::size_t c = 0; c < out.size(); ++c) out[c][i] = share * fading_[c];
  }
}

void DeviceFeed::Keep(std::span<float* const> out, int at) {
  for (std::size_t c = 0; c < out.size(); ++c) last_[c] = out[c][at];
}

}  // namespace continuo::agent
