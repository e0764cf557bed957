// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "proto/mcu/panel.h"
#include "proto/mcu/payload.h"
#include "proto/mcu/segment_message.h"

namespace continuo::mcu {
namespace {

bool IsPosition(std::size_t input, std::uint16_t value) {
  return value <= (input < kKnobs ? kKnobMost : 1);
}

bool IsDate(MediaTime n) {
  return n >= 0 && n < kMediaTimeLimit;
}

bool IsWhole(const Stretch& stretch) {
  return stretch.from >= 0 && stretch.from < stretch.to && stretch.to < session::kTickLimit;
}

bool IsWhole(const Move& move) {
  return move.input < kPanelInputs && move.number != 0 && IsPosition(move.input, move.value) &&
         IsDate(move.at);
}

bool IsWhole(const Edge& edge) {
  return edge.output < kPanelOutputs && edge.level <= kBrightest && IsDate(edge.due) &&
         IsDate(edge.at);
}

bool InOrder(const PanelWish& wish) {
  for (std::size_t i = 1; i < wish.segments.size(); ++i) {
    if (wish.segments[i].n0 <= wish.segments[i - 1].n0) return false;
  }
  return true;
}

}  // namespace

std::size_t EncodePanelWish(const PanelWish& wish, std::span<std::uint8_t> out) {
  auto& said = Blank<message::PanelWish>();
  said.nonce = wish.nonce;
  said.life = wish.life;
  std::copy(wish.settled.begin(), wish.settled.end(), said.settled);
  said.watched = wish.watched;
  said.edges_from = wish.edges_from;
  said.playout = static_cast<std::uint32_t>(wish.playout);
  said.meter = wish.meter;
  for (const Stretch& stretch : wish.relay) {
    said.relay[said.relay_count++] = {.from = stretch.from, .to = stretch.to};
  }
  for (const session::Segment& segment : wish.segments) {
    Put(segment, said.segments[said.segments_count++]);
  }
  return EncodeFrame(FrameType::kPanelWish, said, out);
}

bool ParsePanelWish(std::span<const std::uint8_t> payload, PanelWish& wish) {
  auto& told = Blank<message::PanelWish>();
  if (!Read(payload, told)) return false;
  wish.nonce = told.nonce;
  wish.life = told.life;
  std::copy(std::begin(told.settled), std::end(told.settled), wish.settled.begin());
  wish.watched = told.watched;
  wish.edges_from = told.edges_from;
  wish.playout = told.playout;
  wish.meter = told.meter;
  wish.relay.clear();
  for (std::size_t i = 0; i < told.relay_count; ++i) {
    const Stretch stretch{.from = told.relay[i].from, .to = told.relay[i].to};
    if (!IsWhole(stretch) || !wish.relay.push_back(stretch)) return false;
  }
  if (!wish.segments.resize(told.segments_count)) return false;
  for (std::size_t i = 0; i < told.segments_count; ++i) {
    if (!Take(told.segments[i], wish.segments[i])) return false;
  }
  return wish.nonce != 0 && wish.playout <= kMostPlayout && wish.meter <= kMeterLamps &&
         InOrder(wish);
}

std::size_t EncodePanelTold(const PanelTold& told, std::span<std::uint8_t> out) {
  auto& said = Blank<message::PanelTold>();
  said.life = told.life;
  std::copy(told.positions.begin(), told.positions.end(), said.positions);
  said.coalesced = told.coalesced;
  said.lost = told.lost;
  said.next_edge = told.next_edge;
  for (const Move& move : told.moves) {
    said.moves[said.moves_count++] = {
        .input = move.input, .number = move.number, .value = move.value, .at = move.at};
  }
  for (const Edge& edge : told.edges) {
    said.edges[said.edges_count++] = {.number = edge.number,
                                      .output = edge.output,
                                      .level = edge.level,
                                      .due = edge.due,
                                      .at = edge.at};
  }
  return EncodeFrame(FrameType::kPanelTold, said, out);
}

bool ParsePanelTold(std::span<const std::uint8_t> payload, PanelTold& told) {
  auto& heard = Blank<message::PanelTold>();
  if (!Read(payload, heard)) return false;
  told.life = heard.life;
  for (std::size_t i = 0; i < kPanelInputs; ++i) {
    told.positions[i] = heard.positions[i];
    if (!IsPosition(i, told.positions[i])) return false;
  }
  told.coalesced = heard.coalesced;
  told.lost = heard.lost;
  told.next_edge = heard.next_edge;
  told.moves.clear();
  for (std::size_t i = 0; i < heard.moves_count; ++i) {
    const message::Move& from = heard.moves[i];
    const Move move{.input = from.input, .number = from.number, .value = from.value, .at = from.at};
    if (!IsWhole(move) || !told.moves.push_back(move)) return false;
  }
  told.edges.clear();
  for (std::size_t i = 0; i < heard.edges_count; ++i) {
    const message::Edge& from = heard.edges[i];
    const Edge edge{.number = from.number,
                    .output = from.output,
                    .level = from.level,
                    .due = from.due,
                    .at = from.at};
    if (!IsWhole(edge) || !told.edges.push_back(edge)) return false;
  }
  return told.life != 0;
}

}  // namespace continuo::mcu
