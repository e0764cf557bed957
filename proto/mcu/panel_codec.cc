// SPDX-License-Identifier: Apache-2.0
#include "proto/mcu/panel.h"
#include "proto/mcu/payload.h"
#include "proto/session/segment_codec.h"

namespace continuo::mcu {
namespace {

bool IsPosition(std::size_t input, std::uint16_t value) {
  return value <= (input < kKnobs ? kKnobMost : 1);
}

bool IsDate(MediaTime n) {
  return n >= 0 && n < kMediaTimeLimit;
}

bool Read(ByteReader& in, Stretch& stretch) {
  stretch.from = in.Le<std::int64_t>();
  stretch.to = in.Le<std::int64_t>();
  return stretch.from >= 0 && stretch.from < stretch.to && stretch.to < session::kTickLimit;
}

void Write(const Move& move, ByteWriter& out) {
  out.Le(move.input);
  out.Le(move.number);
  out.Le(move.value);
  out.Le(move.at);
}

bool Read(ByteReader& in, Move& move) {
  move.input = in.Le<std::uint8_t>();
  move.number = in.Le<std::uint32_t>();
  move.value = in.Le<std::uint16_t>();
  move.at = in.Le<std::int64_t>();
  return move.input < kPanelInputs && move.number != 0 && IsPosition(move.input, move.value) &&
         IsDate(move.at);
}

void Write(const Edge& edge, ByteWriter& out) {
  out.Le(edge.number);
  out.Le(edge.output);
  out.Le(edge.level);
  out.Le(edge.due);
  out.Le(edge.at);
}

bool Read(ByteReader& in, Edge& edge) {
  edge.number = in.Le<std::uint32_t>();
  edge.output = in.Le<std::uint8_t>();
  edge.level = in.Le<std::uint8_t>();
  edge.due = in.Le<std::int64_t>();
  edge.at = in.Le<std::int64_t>();
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
  return EncodeFrame(FrameType::kPanelWish, out, [&wish](ByteWriter& payload) {
    payload.Le(wish.nonce);
    payload.Le(wish.life);
    for (const std::uint32_t number : wish.settled) payload.Le(number);
    payload.Le(wish.watched);
    payload.Le(wish.edges_from);
    payload.Le(static_cast<std::uint32_t>(wish.playout));
    payload.Le(wish.meter);
    payload.Le(static_cast<std::uint8_t>(wish.relay.size()));
    for (const Stretch& stretch : wish.relay) {
      payload.Le(stretch.from);
      payload.Le(stretch.to);
    }
    payload.Le(static_cast<std::uint8_t>(wish.segments.size()));
    for (const session::Segment& segment : wish.segments) session::WriteSegment(segment, payload);
  });
}

bool ParsePanelWish(std::span<const std::uint8_t> payload, PanelWish& wish) {
  ByteReader in(payload);
  wish.nonce = in.Le<std::uint64_t>();
  wish.life = in.Le<std::uint64_t>();
  for (std::uint32_t& number : wish.settled) number = in.Le<std::uint32_t>();
  wish.watched = in.Le<std::uint8_t>();
  wish.edges_from = in.Le<std::uint32_t>();
  wish.playout = in.Le<std::uint32_t>();
  wish.meter = in.Le<std::uint8_t>();
  if (!wish.relay.resize(in.Le<std::uint8_t>())) return false;
  for (Stretch& stretch : wish.relay) {
    if (!Read(in, stretch)) return false;
  }
  if (!wish.segments.resize(in.Le<std::uint8_t>())) return false;
  for (session::Segment& segment : wish.segments) {
    if (!session::ReadSegment(in, segment)) return false;
  }
  return Ends(in) && wish.nonce != 0 && wish.playout <= kMostPlayout && wish.meter <= kMeterLamps &&
         InOrder(wish);
}

std::size_t EncodePanelTold(const PanelTold& told, std::span<std::uint8_t> out) {
  return EncodeFrame(FrameType::kPanelTold, out, [&told](ByteWriter& payload) {
    payload.Le(told.life);
    for (const std::uint16_t position : told.positions) payload.Le(position);
    payload.Le(told.coalesced);
    payload.Le(told.lost);
    payload.Le(told.next_edge);
    payload.Le(static_cast<std::uint8_t>(told.moves.size()));
    for (const Move& move : told.moves) Write(move, payload);
    payload.Le(static_cast<std::uint8_t>(told.edges.size()));
    for (const Edge& edge : told.edges) Write(edge, payload);
  });
}

bool ParsePanelTold(std::span<const std::uint8_t> payload, PanelTold& told) {
  ByteReader in(payload);
  told.life = in.Le<std::uint64_t>();
  for (std::size_t i = 0; i < kPanelInputs; ++i) {
    told.positions[i] = in.Le<std::uint16_t>();
    if (!IsPosition(i, told.positions[i])) return false;
  }
  told.coalesced = in.Le<std::uint32_t>();
  told.lost = in.Le<std::uint32_t>();
  told.next_edge = in.Le<std::uint32_t>();
  if (!told.moves.resize(in.Le<std::uint8_t>())) return false;
  for (Move& move : told.moves) {
    if (!Read(in, move)) return false;
  }
  if (!told.edges.resize(in.Le<std::uint8_t>())) return false;
  for (Edge& edge : told.edges) {
    if (!Read(in, edge)) return false;
  }
  return Ends(in) && told.life != 0;
}

}  // namespace continuo::mcu
