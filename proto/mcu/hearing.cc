// SPDX-License-Identifier: Apache-2.0
#include "proto/mcu/hearing.h"

#include <algorithm>
#include <iterator>
#include <numeric>

#include "proto/mcu/frame.h"
#include "proto/mcu/payload.h"

namespace continuo::mcu {
namespace {

constexpr Frames kQuarterMs = FramesOfMs(1) / 4;
/// In quarters of a millisecond: from the fifth on half an octave each.
constexpr Frames kEdges[] = {0,  1,  2,   3,   4,   6,   8,   12,  16,   24,   32,   48,
                             64, 96, 128, 192, 256, 384, 512, 768, 1024, 1536, 2048, 3072};
static_assert(std::size(kEdges) == kDelayBins);

void Put(const Delays& delays, message::Delays& into) {
  into.least = delays.least;
  into.sum = delays.sum;
  std::copy(delays.beyond.begin(), delays.beyond.end(), into.beyond);
}

void Take(const message::Delays& from, Delays& delays) {
  delays.least = from.least;
  delays.sum = from.sum;
  std::copy(std::begin(from.beyond), std::end(from.beyond), delays.beyond.begin());
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
  const message::HearingWish said{.part = wish.part, .input = wish.input};
  return EncodeFrame(FrameType::kHearingWish, said, out);
}

bool ParseHearingWish(std::span<const std::uint8_t> payload, HearingWish& wish) {
  message::HearingWish told{};
  if (!Read(payload, told)) return false;
  wish = {.part = told.part, .input = told.input};
  return wish.part != 0;
}

std::size_t EncodeHearingTold(const HearingTold& told, std::span<std::uint8_t> out) {
  auto& said = Blank<message::HearingTold>();
  said.part = told.part;
  said.input = told.input;
  said.inputs = told.inputs;
  said.packets_sent = told.said.packets;
  said.repairs_sent = told.said.repairs;
  said.bytes_sent = told.said.bytes;
  said.has_computed = true;
  Put(told.said.computed, said.computed);
  const Heard& heard = told.heard;
  said.received = heard.received;
  said.duplicates = heard.duplicates;
  said.repaired = heard.repaired;
  said.reordered = heard.reordered;
  said.late = heard.late;
  said.lost = heard.lost;
  said.tainted = heard.tainted;
  said.nacks = heard.nacks;
  said.bytes = heard.bytes;
  said.margin_min = heard.margin_min;
  said.jitter = heard.jitter;
  said.has_came = true;
  Put(heard.came, said.came);
  for (const Dropout& dropout : heard.dropouts) {
    said.dropouts[said.dropouts_count++] = {.first = dropout.first, .packets = dropout.packets};
  }
  return EncodeFrame(FrameType::kHearingTold, said, out);
}

bool ParseHearingTold(std::span<const std::uint8_t> payload, HearingTold& told) {
  auto& from = Blank<message::HearingTold>();
  if (!Read(payload, from)) return false;
  told.part = from.part;
  told.input = from.input;
  told.inputs = from.inputs;
  told.said.packets = from.packets_sent;
  told.said.repairs = from.repairs_sent;
  told.said.bytes = from.bytes_sent;
  Take(from.computed, told.said.computed);
  Heard& heard = told.heard;
  heard.received = from.received;
  heard.duplicates = from.duplicates;
  heard.repaired = from.repaired;
  heard.reordered = from.reordered;
  heard.late = from.late;
  heard.lost = from.lost;
  heard.tainted = from.tainted;
  heard.nacks = from.nacks;
  heard.bytes = from.bytes;
  heard.margin_min = from.margin_min;
  heard.jitter = from.jitter;
  Take(from.came, heard.came);
  heard.dropouts.clear();
  for (std::size_t i = 0; i < from.dropouts_count; ++i) {
    const Dropout dropout{.first = from.dropouts[i].first, .packets = from.dropouts[i].packets};
    if (!IsPacket(dropout.first) || dropout.packets == 0) return false;
    heard.dropouts.push_back(dropout);
  }
  return told.part != 0 && told.input < told.inputs;
}

}  // namespace continuo::mcu
