// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <filesystem>
#include <span>
#include <string>

#include "dsp/base/units.h"
#include "support/sound_card/card_file.h"

namespace continuo {

/// A sound card that is none, for programs of this test: an ALSA plugin, see plugin.cc. Its name is "card", in the
/// configuration that config() is.
class SoundCard {
 public:
  /// In an empty folder. `ppm`: how much too fast its crystal is.
  SoundCard(const std::filesystem::path& folder, double ppm);
  ~SoundCard();
  SoundCard(const SoundCard&) = delete;
  SoundCard& operator=(const SoundCard&) = delete;

  /// For ALSA_CONFIG_PATH.
  std::string config() const { return (folder_ / "asound.conf").string(); }
  CardFile& file() { return *file_; }
  /// What was in the air, and what can be heard, from sample 0 of the crystal on: interleaved.
  std::span<const float> air() const { return {air_, kSamples}; }
  std::span<float> voice() { return {voice_, kSamples}; }
  /// When sample k of the crystal is, by CLOCK_MONOTONIC.
  Nanoseconds TimeOf(std::int64_t k) const;

 private:
  static constexpr std::size_t kSamples = kAirFrames * kAirChannels;

  const std::filesystem::path folder_;
  CardFile* file_ = nullptr;
  float* air_ = nullptr;
  float* voice_ = nullptr;
};

}  // namespace continuo
