// SPDX-License-Identifier: Apache-2.0
#include <pb_decode.h>
#include <pb_encode.h>

#include "proto/mcu/frame.h"
#include "proto/mcu/payload.h"
#include "proto/wire/event_codec.h"

namespace continuo::mcu {
namespace {

using Bytes = std::span<const std::uint8_t>;

// The bytes of a piece are written from where they are, and read where they lie.
bool WriteBytes(pb_ostream_t* stream, const pb_field_t* field, void* const* from) {
  const auto& bytes = *static_cast<const Bytes*>(*from);
  return bytes.empty() || (pb_encode_tag_for_field(stream, field) &&
                           pb_encode_string(stream, bytes.data(), bytes.size()));
}

bool ReadBytes(pb_istream_t* stream, const pb_field_t*, void** into) {
  // Of a stream over a buffer the state is the place of the next byte.
  *static_cast<Bytes*>(*into) = {static_cast<const std::uint8_t*>(stream->state),
                                 stream->bytes_left};
  return pb_read(stream, nullptr, stream->bytes_left);
}

bool IsOutcome(std::uint8_t outcome) {
  return outcome <= static_cast<std::uint8_t>(StateOutcome::kDamaged);
}

}  // namespace

std::size_t EncodeStateWish(const StateWish& wish, std::span<std::uint8_t> out) {
  const message::StateWish said{.ticket = wish.ticket,
                                .replica = wish.replica,
                                .not_before = wish.not_before,
                                .offset = wish.offset};
  return EncodeFrame(FrameType::kStateWish, said, out);
}

bool ParseStateWish(std::span<const std::uint8_t> payload, StateWish& wish) {
  message::StateWish told{};
  if (!Read(payload, told)) return false;
  wish = {.ticket = told.ticket,
          .replica = told.replica,
          .not_before = told.not_before,
          .offset = told.offset};
  return wish.ticket != 0 && wish.replica != 0 && wire::IsMediaTime(wish.not_before);
}

std::size_t EncodeStatePiece(const StatePiece& piece, std::span<std::uint8_t> out) {
  if (piece.bytes.size() > kMaxPieceBytes) return 0;
  Bytes bytes = piece.bytes;
  message::StatePiece said{};
  said.ticket = piece.ticket;
  said.outcome = static_cast<std::uint8_t>(piece.outcome);
  said.replica = piece.replica;
  said.next = piece.head.next;
  said.evseq = piece.head.evseq;
  said.replica_bytes = piece.head.replica_bytes;
  said.total = piece.head.total;
  said.offset = piece.offset;
  said.bytes.funcs.encode = WriteBytes;
  said.bytes.arg = &bytes;
  return EncodeFrame(FrameType::kStatePiece, said, out);
}

bool ParseStatePiece(std::span<const std::uint8_t> payload, StatePiece& piece) {
  message::StatePiece told{};
  piece.bytes = {};
  told.bytes.funcs.decode = ReadBytes;
  told.bytes.arg = &piece.bytes;
  if (!Read(payload, told) || !IsOutcome(told.outcome)) return false;
  piece.ticket = told.ticket;
  piece.outcome = static_cast<StateOutcome>(told.outcome);
  piece.replica = told.replica;
  piece.head = {.next = told.next,
                .evseq = told.evseq,
                .replica_bytes = told.replica_bytes,
                .total = told.total};
  piece.offset = told.offset;
  if (piece.ticket == 0 || piece.bytes.size() > kMaxPieceBytes) return false;
  if (!wire::IsMediaTime(piece.head.next)) return false;
  return piece.head.replica_bytes <= piece.head.total && piece.offset <= piece.head.total &&
         piece.bytes.size() <= piece.head.total - piece.offset;
}

std::size_t EncodeStateTaken(const StateTaken& taken, std::span<std::uint8_t> out) {
  const message::StateTaken said{.ticket = taken.ticket,
                                 .outcome = static_cast<std::uint8_t>(taken.outcome),
                                 .have = taken.have};
  return EncodeFrame(FrameType::kStateTaken, said, out);
}

bool ParseStateTaken(std::span<const std::uint8_t> payload, StateTaken& taken) {
  message::StateTaken told{};
  if (!Read(payload, told) || !IsOutcome(told.outcome)) return false;
  taken = {
      .ticket = told.ticket, .outcome = static_cast<StateOutcome>(told.outcome), .have = told.have};
  return taken.ticket != 0;
}

}  // namespace continuo::mcu
