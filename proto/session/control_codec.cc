// SPDX-License-Identifier: Apache-2.0
#include "proto/session/conductor.h"
#include "proto/session/segment_codec.h"
#include "proto/wire/rtp.h"

// {version u8, segments u8, frames u16, plan version u32, n i64, segments..., recalls u8, {sample of the quantum u8,
// scene u16}...}, little-endian.

namespace continuo::session {
namespace {

constexpr std::uint8_t kControlVersion = 3;
constexpr std::size_t kControlHeadBytes = 16;
constexpr std::size_t kRecallBytes = 3;
static_assert(kControlHeadBytes + kMaxSegmentsPerQuantum * kSegmentBytes + 1 +
                  kMaxRecallsPerQuantum * kRecallBytes <=
              wire::kMaxPayloadBytes);

// The first segment is in force at n; the others begin inside the quantum, one after the other.
bool IsInOrder(const ControlQuantum& quantum) {
  if (quantum.segments[0].n0 > quantum.n) return false;
  MediaTime last = quantum.n;
  for (std::size_t i = 1; i < quantum.segments.size(); ++i) {
    if (quantum.segments[i].n0 <= last) return false;
    last = quantum.segments[i].n0;
  }
  return last < quantum.n + quantum.frames;
}

bool ReadRecalls(ByteReader& reader, ControlQuantum& quantum) {
  const int count = reader.Le<std::uint8_t>();
  MediaTime last = quantum.n;
  for (int i = 0; i < count; ++i) {
    const Recall recall{quantum.n + reader.Le<std::uint8_t>(), reader.Le<std::uint16_t>()};
    if (recall.at < last || recall.at >= quantum.n + quantum.frames) return false;
    if (recall.scene < 1 || recall.scene > kMaxScenes) return false;
    if (!quantum.recalls.push_back(recall)) return false;
    last = recall.at;
  }
  return reader.ok();
}

}  // namespace

std::size_t EncodeControl(const ControlQuantum& quantum, std::span<std::uint8_t> out) {
  ByteWriter writer(out);
  writer.Le(kControlVersion);
  writer.Le(static_cast<std::uint8_t>(quantum.segments.size()));
  writer.Le(static_cast<std::uint16_t>(quantum.frames));
  writer.Le(quantum.plan_version);
  writer.Le(quantum.n);
  for (const Segment& segment : quantum.segments) WriteSegment(segment, writer);
  writer.Le(static_cast<std::uint8_t>(quantum.recalls.size()));
  for (const Recall& recall : quantum.recalls) {
    writer.Le(static_cast<std::uint8_t>(recall.at - quantum.n));
    writer.Le(recall.scene);
  }
  return writer.ok() ? writer.size() : 0;
}

bool ParseControl(std::span<const std::uint8_t> payload, ControlQuantum& quantum) {
  ByteReader reader(payload);
  ControlQuantum read;
  const auto version = reader.Le<std::uint8_t>();
  const std::size_t count = reader.Le<std::uint8_t>();
  read.frames = reader.Le<std::uint16_t>();
  read.plan_version = reader.Le<std::uint32_t>();
  read.n = reader.Le<MediaTime>();
  if (version != kControlVersion || count == 0 || !IsQuantum(read.frames)) return false;
  if (read.n < 0 || read.n >= kMediaTimeLimit || read.n % read.frames != 0) return false;
  for (std::size_t i = 0; i < count; ++i) {
    Segment segment;
    if (!ReadSegment(reader, segment) || !read.segments.push_back(segment)) return false;
  }
  if (!ReadRecalls(reader, read) || reader.left() != 0 || !IsInOrder(read)) return false;
  quantum = read;
  return true;
}

}  // namespace continuo::session
