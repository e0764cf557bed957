// SPDX-License-Identifier: Apache-2.0
#include "dsp/kernels/zone_map.h"

#include <algorithm>

namespace continuo::dsp {
namespace {

constexpr int kForces = 127;

/// The softest stroke of a layer.
int SoftestOf(int layer, int layers) {
  return layer == 0 ? 0 : (kForces * layer + layers - 1) / layers;
}

bool IsSane(const AudioAsset& asset) {
  return asset.zones.size() <= kMaxZones &&
         std::all_of(asset.zones.begin(), asset.zones.end(),
                     [&asset](const Zone& zone) { return dsp::IsSane(zone, asset.frames); });
}

}  // namespace

bool ZoneMap::Prepare(const KernelConfig& config, Arena& arena) {
  assets_ = config.assets;
  const std::size_t count = assets_.size();
  if (count > kMaxAssets || config.asset_keys.size() != count) return false;
  Zone* const plain = arena.Take<Zone>(count);
  for (std::size_t i = 0; i < count; ++i) {
    const bool fits = config.asset_keys[i] <= 127 && assets_[i].frames <= 0x7fffffff &&
                      assets_[i].channels <= kMaxChannels && IsSane(assets_[i]);
    if (!fits) return false;
    zones_[i] = assets_[i].zones;
    if (plain == nullptr || !zones_[i].empty()) continue;
    plain[i] = PlainZone(config.asset_keys, i);
    zones_[i] = {plain + i, 1};
  }
  return true;
}

Zone ZoneMap::PlainZone(std::span<const std::uint8_t> keys, std::size_t asset) const {
  int layers = 0, layer = 0;
  for (std::size_t i = 0; i < assets_.size(); ++i) {
    if (keys[i] != keys[asset] || !assets_[i].zones.empty()) continue;
    if (i < asset) ++layer;
    ++layers;
  }
  Zone zone;
  zone.frames = static_cast<std::uint32_t>(assets_[asset].frames);
  zone.key_min = zone.key_max = zone.root = keys[asset];
  zone.velocity_min = static_cast<std::uint8_t>(SoftestOf(layer, layers));
  zone.velocity_max =
      static_cast<std::uint8_t>(layer + 1 == layers ? kForces : SoftestOf(layer + 1, layers) - 1);
  return zone;
}

}  // namespace continuo::dsp
