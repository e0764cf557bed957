// SPDX-License-Identifier: Apache-2.0
#include "agent-mcu/rt/panel.h"

#include <algorithm>

#include "dsp/base/random.h"

namespace continuo::mcu {
namespace {

/// A meter that nobody has told for so long shows nothing.
constexpr Nanoseconds kMeterHolds = 1'000'000'000;

}  // namespace

void Panel::SetTime(const TimeMap& map) {
  time_.Draft() = map;
  time_.Publish();
}

std::size_t Panel::Take(const Frame& frame, Nanoseconds now, std::uint64_t bits,
                        std::span<std::uint8_t> out) {
  Told& draft = wish_.Draft();
  if (!ParsePanelWish(frame.payload, draft.wish)) return 0;
  draft.at = now;
  // The bridge's nonce has the randomness that a board here lacks, so no life is like an earlier one.
  if (life_ == 0) life_ = RandomBits(draft.wish.nonce, 0, static_cast<MediaTime>(bits)) | 1;
  Gather();
  if (draft.wish.life == life_) untold_.Settle(draft.wish.settled);
  edges_from_ = draft.wish.life == life_ ? draft.wish.edges_from : 0;
  wish_.Publish();
  return Tell(edges_from_, out);
}

std::size_t Panel::TellNews(std::span<std::uint8_t> out) {
  return Gather() && life_ != 0 ? Tell(edges_from_, out) : 0;
}

/// True: something moved.
bool Panel::Gather() {
  bool some = false;
  PanelInputs::Moved moved;
  while (moved_.TryReceive(moved)) {
    untold_.Take(moved);
    some = true;
  }
  Edge edge;
  while (edges_.TryReceive(edge)) {
    edge.number = next_edge_;
    kept_[next_edge_++ % kEdgesKept] = edge;
  }
  return some;
}

std::size_t Panel::Tell(std::uint32_t edges_from, std::span<std::uint8_t> out) {
  PanelTold told{.life = life_, .positions = positions_.Read(), .next_edge = next_edge_};
  told.lost = lost_.load(std::memory_order_relaxed);
  untold_.AddTo(told);
  const std::uint32_t oldest = next_edge_ - std::min<std::uint32_t>(next_edge_, kEdgesKept);
  for (std::uint32_t i = std::max(edges_from, oldest); i < next_edge_; ++i) {
    if (!told.edges.push_back(kept_[i % kEdgesKept])) break;
  }
  return EncodePanelTold(told, out);
}

std::uint8_t Panel::Run(const PanelReadings& readings, Nanoseconds now) {
  const TimeMap map = time_.Read();
  if (map.board_ns != 0) n_ = std::max(n_, map.n + FramesIn(now - map.board_ns));
  const Told& told = wish_.Read();
  for (const PanelInputs::Moved& moved : inputs_.Read(readings, n_, told.wish.watched)) {
    if (!moved_.TrySend(moved)) lost_.fetch_add(1, std::memory_order_relaxed);
  }
  positions_.Draft() = inputs_.positions();
  positions_.Publish();
  if (n_ < told.wish.playout) return 0;
  const MediaTime heard = n_ - told.wish.playout;
  const std::uint8_t meter = now - told.at < kMeterHolds ? told.wish.meter : std::uint8_t{0};
  const auto outputs = OutputsAt(told.wish, meter, heard);
  // Dimmed: for so many of four blocks.
  const std::uint32_t phase = blocks_++ % kBrightest;
  std::uint8_t on = 0;
  for (std::size_t i = 0; i < kPanelOutputs; ++i) {
    const std::uint8_t level = outputs[i].level;
    if (level > phase) on = static_cast<std::uint8_t>(on | 1u << i);
    if (level == levels_[i]) continue;
    levels_[i] = level;
    const Edge edge{.output = static_cast<std::uint8_t>(i),
                    .level = level,
                    .due = outputs[i].since,
                    .at = heard};
    if (!edges_.TrySend(edge)) lost_.fetch_add(1, std::memory_order_relaxed);
  }
  return on;
}

}  // namespace continuo::mcu
