// SPDX-License-Identifier: Apache-2.0
#include "proto/mcu/hearing.h"

#include <algorithm>
#include <initializer_list>
#include <iterator>
#include <numeric>

#include "dsp/base/bytes.h"
#include "proto/mcu/frame.h"
#include "proto/mcu/payload.h"

namespace continuo::mcu {
namespace {

constexpr Frames kQuarterMs = FramesOfMs(1) / 4;
/// In quarters of a millisecond: from the fifth on half an octave each.
constexpr Frames kEdges[] = {0,  1,  2,   3,   4,   6,   8,   12,  16,   24,   32,   48,
                             64, 96, 128, 192, 256, 384, 512, 768, 1024, 1536, 2048, 3072};
static_assert(std::size(kEdges) == kDelayBins);

void Write(const Delays& delays, ByteWriter& out) {
  out.Le(delays.least);
  out.Le(delays.sum);
  for (const std::uint32_t count : delays.beyond) out.Le(count);
}

void Read(ByteReader& in, Delays& delays) {
  delays.least = in.Le<std::int32_t>();
  delays.sum = in.Le<std::int64_t>();
  for (std::uint32_t& count : delays.beyond) count = in.Le<std::uint32_t>();
}

bool IsPacket(PacketIndex k) {
  return k >= 0 && k < kMediaTimeLimit;
}

}  // namespace

Frames DelayEdge(std::size_t bin) {
  return kEdges[bin] * kQuarterMs;
}

std::size_t DelayBinOf(Frames beyond) {
  const auto begins_later = [](Frames one, Frames edge) { return one < edge * kQuarterMs; };
  const auto* const at =
      std::upper_bound(std::begin(kEdges) + 1, std::end(kEdges), beyond, begins_later);
  return static_cast<std::size_t>(at - std::begin(kEdges)) - 1;
}

void Delays::Note(Frames delay) {
  const Frames kept = std::clamp<Frames>(delay, -kNone, kNone - 1);
  least = static_cast<std::int32_t>(std::min<Frames>(least, kept));
  sum += kept;
  ++beyond[DelayBinOf(kept - least)];
}

std::int64_t Delays::Count() const {
  return std::accumulate(beyond.begin(), beyond.end(), std::int64_t{0});
}

Frames Delays::Mean() const {
  const std::int64_t count = Count();
  return count == 0 ? 0 : sum / count;
}

Frames DelayWithin(const DelayBins& bins, int per_mille) {
  const std::uint64_t all = std::accumulate(bins.begin(), bins.end(), std::uint64_t{0});
  const std::uint64_t wanted = (all * static_cast<std::uint64_t>(per_mille) + 999) / 1000;
  std::uint64_t seen = 0;
  for (std::size_t bin = 0; all != 0 && bin < kDelayBins; ++bin) {
    seen += bins[bin];
    if (seen >= wanted) return DelayEdge(std::min(bin + 1, kDelayBins - 1));
  }
  return 0;
}

std::size_t EncodeHearingWish(const HearingWish& wish, std::span<std::uint8_t> out) {
  return EncodeFrame(FrameType::kHearingWish, out, [&wish](ByteWriter& payload) {
    payload.Le(wish.part);
    payload.Le(wish.input);
  });
}

bool ParseHearingWish(std::span<const std::uint8_t> payload, HearingWish& wish) {
  ByteReader in(payload);
  wish.part = in.Le<Incarnation>();
  wish.input = in.Le<std::uint8_t>();
  return Ends(in) && wish.part != 0;
}

std::size_t EncodeHearingTold(const HearingTold& told, std::span<std::uint8_t> out) {
  return EncodeFrame(FrameType::kHearingTold, out, [&told](ByteWriter& payload) {
    payload.Le(told.part);
    payload.Le(told.input);
    payload.Le(told.inputs);
    payload.Le(told.said.packets);
    payload.Le(told.said.repairs);
    payload.Le(told.said.bytes);
    Write(told.said.computed, payload);
    const Heard& heard = told.heard;
    for (const std::uint32_t count :
         {heard.received, heard.duplicates, heard.repaired, heard.reordered, heard.late, heard.lost,
          heard.tainted, heard.nacks, heard.jitter}) {
      payload.Le(count);
    }
    payload.Le(heard.bytes);
    payload.Le(heard.margin_min);
    Write(heard.came, payload);
    payload.Le(static_cast<std::uint8_t>(heard.dropouts.size()));
    for (const Dropout& dropout : heard.dropouts) {
      payload.Le(dropout.first);
      payload.Le(dropout.packets);
    }
  });
}

bool ParseHearingTold(std::span<const std::uint8_t> payload, HearingTold& told) {
  ByteReader in(payload);
  told.part = in.Le<Incarnation>();
  told.input = in.Le<std::uint8_t>();
  told.inputs = in.Le<std::uint8_t>();
  told.said.packets = in.Le<std::uint32_t>();
  told.said.repairs = in.Le<std::uint32_t>();
  told.said.bytes = in.Le<std::uint64_t>();
  Read(in, told.said.computed);
  Heard& heard = told.heard;
  for (std::uint32_t* const count :
       {&heard.received, &heard.duplicates, &heard.repaired, &heard.reordered, &heard.late,
        &heard.lost, &heard.tainted, &heard.nacks, &heard.jitter}) {
    *count = in.Le<std::uint32_t>();
  }
  heard.bytes = in.Le<std::uint64_t>();
  heard.margin_min = in.Le<std::int32_t>();
  Read(in, heard.came);
  if (!heard.dropouts.resize(in.Le<std::uint8_t>())) return false;
  for (Dropout& dropout : heard.dropouts) {
    dropout.first = in.Le<std::int64_t>();
    dropout.packets = in.Le<std::uint32_t>();
    if (!IsPacket(dropout.first) || dropout.packets == 0) return false;
  }
  return Ends(in) && told.part != 0 && told.input < told.inputs;
}

}  // namespace continuo::mcu
