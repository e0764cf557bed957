// SPDX-License-Identifier: Apache-2.0
#include "proto/clock/map_codec.h"

#include "dsp/base/bytes.h"

namespace continuo::clock {

std::size_t EncodeMap(const MediaMap& map, std::uint64_t stage, std::span<std::uint8_t> out) {
  ByteWriter writer(out);
  writer.Le(kMapFrame);
  writer.Le(kMapFormat);
  writer.Le(stage);
  writer.Le(static_cast<std::uint8_t>(map.entries().size()));
  for (const MapEntry& entry : map.entries()) {
    writer.Le(entry.version);
    writer.Le(entry.grandmaster);
    writer.Le(entry.ptp);
    writer.Le(entry.n);
    writer.Le(entry.rate_hz);
    writer.Le(entry.from);
  }
  return writer.ok() ? writer.size() : 0;
}

bool MergeMap(std::span<const std::uint8_t> frame, std::uint64_t stage, MediaMap& map) {
  ByteReader reader(frame);
  const auto kind = reader.Le<std::uint8_t>();
  const auto format = reader.Le<std::uint8_t>();
  const auto of = reader.Le<std::uint64_t>();
  const auto count = reader.Le<std::uint8_t>();
  if (!reader.ok() || kind != kMapFrame || format != kMapFormat || of != stage) return false;
  FixedVector<MapEntry, MediaMap::kEntries> entries;
  for (int i = 0; i < count; ++i) {
    MapEntry entry;
    entry.version = reader.Le<std::uint32_t>();
    entry.grandmaster = reader.Le<std::uint64_t>();
    entry.ptp = reader.Le<Nanoseconds>();
    entry.n = reader.Le<MediaTime>();
    entry.rate_hz = reader.Le<std::int32_t>();
    entry.from = reader.Le<MediaTime>();
    if (!reader.ok() || !IsValid(entry) || !entries.push_back(entry)) return false;
  }
  if (reader.left() != 0) return false;
  for (const MapEntry& entry : entries) map.Add(entry);
  return true;
}

}  // namespace continuo::clock
