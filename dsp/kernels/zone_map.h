// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <span>

#include "dsp/base/arena.h"
#include "dsp/kernels/kernel.h"
#include "dsp/kernels/sample_voice.h"

namespace continuo::dsp {

/// All zones of a sampler: those of its kits, and one for each plain recording, which its key plays at its own pitch.
/// Several recordings of one key share the forces of strokes evenly, from soft to hard.
class ZoneMap {
 public:
  static constexpr int kMaxAssets = 32;

  /// Not real time; twice, as Kernel::Prepare. False: too many assets, or not a key for each.
  bool Prepare(const KernelConfig& config, Arena& arena);

  /// Calls found(place, zone) for each zone that answers, in the order of the show.
  template <typename Found>
  void ForEach(int key, int force, Found found) const {
    for (std::size_t a = 0; a < assets_.size(); ++a) {
      const std::span<const Zone> zones = zones_[a];
      for (std::size_t z = 0; z < zones.size(); ++z) {
        if (!zones[z].Answers(key, force)) continue;
        found(ZonePlace{static_cast<std::uint8_t>(a), static_cast<std::uint16_t>(z)}, zones[z]);
      }
    }
  }
  bool Has(const ZonePlace& place) const {
    return place.asset < assets_.size() && place.zone < zones_[place.asset].size();
  }
  const Zone& At(const ZonePlace& place) const { return zones_[place.asset][place.zone]; }
  const AudioAsset& AssetOf(const ZonePlace& place) const { return assets_[place.asset]; }
  /// A plain recording, not of a kit.
  bool IsPlain(const ZonePlace& place) const { return assets_[place.asset].zones.empty(); }

 private:
  Zone PlainZone(std::span<const std::uint8_t> keys, std::size_t asset) const;

  std::span<const AudioAsset> assets_;
  std::array<std::span<const Zone>, kMaxAssets> zones_;  // of assets_
};

}  // namespace continuo::dsp
