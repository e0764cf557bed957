// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <utility>
#include <vector>

namespace continuo {

/// A piece of a take that was heard in one piece, bit for bit. In frames.
struct Stretch {
  std::size_t heard = 0, take = 0, length = 0;
};

/// How what was heard is made of pieces of the take, in the order of what was heard. Interleaved; pieces shorter than
/// 256 frames and silence are not looked for.
class Stretches {
 public:
  Stretches(std::span<const float> heard, std::span<const float> take, std::size_t channels)
      : heard_(heard), take_(take), channels_(channels) {
    for (std::size_t t = 0; t + kKey <= Frames(take_); ++t) places_.push_back({KeyOf(take_, t), t});
    std::sort(places_.begin(), places_.end());
    std::size_t expected = 0;
    for (std::size_t h = 0; h + kShortest <= Frames(heard_);) {
      const Stretch found = At(h, expected);
      if (found.length != 0) all_.push_back(found);
      if (found.length != 0) expected = found.take + found.length;
      h += found.length == 0 ? 1 : found.length;
    }
  }
  const std::vector<Stretch>& all() const { return all_; }
  /// Frames in all pieces together.
  std::size_t length() const {
    std::size_t sum = 0;
    for (const Stretch& one : all_) sum += one.length;
    return sum;
  }

 private:
  static constexpr std::size_t kKey = 16, kShortest = 256;

  std::size_t Frames(std::span<const float> sound) const { return sound.size() / channels_; }
  bool Silent(std::size_t h) const {
    for (const float x : heard_.subspan(h * channels_, kKey * channels_)) {
      if (x != 0.0f) return false;
    }
    return true;
  }
  /// FNV-1a over kKey frames.
  std::uint64_t KeyOf(std::span<const float> sound, std::size_t at) const {
    std::uint64_t key = 0xcbf29ce484222325u;
    for (const float x : sound.subspan(at * channels_, kKey * channels_)) {
      std::uint32_t bits = 0;
      std::memcpy(&bits, &x, sizeof bits);
      key = (key ^ bits) * 0x100000001b3u;
    }
    return key;
  }
  std::size_t Equal(std::size_t h, std::size_t t) const {
    std::size_t length = 0;
    while (h + length < Frames(heard_) && t + length < Frames(take_) &&
           std::memcmp(&heard_[(h + length) * channels_], &take_[(t + length) * channels_],
                       channels_ * sizeof(float)) == 0) {
      ++length;
    }
    return length;
  }
  /// The piece that begins there; of several the one nearest to what would come next.
  Stretch At(std::size_t h, std::size_t expected) const {
    Stretch best;
    if (Silent(h)) return best;
    const std::uint64_t key = KeyOf(heard_, h);
    std::size_t nearest = SIZE_MAX;
    for (auto place = std::lower_bound(places_.begin(), places_.end(), Place{key, 0});
         place != places_.end() && place->first == key; ++place) {
      const std::size_t t = place->second;
      const std::size_t away = t > expected ? t - expected : expected - t;
      if (away >= nearest) continue;
      const std::size_t length = Equal(h, t);
      if (length < kShortest) continue;
      nearest = away;
      best = {h, t, length};
    }
    return best;
  }

  const std::span<const float> heard_, take_;
  const std::size_t channels_;
  using Place = std::pair<std::uint64_t, std::size_t>;
  std::vector<Place> places_;  // sorted: where what has that key begins
  std::vector<Stretch> all_;
};

}  // namespace continuo
