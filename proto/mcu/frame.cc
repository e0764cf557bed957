// SPDX-License-Identifier: Apache-2.0
#include "proto/mcu/frame.h"

#include "dsp/base/bytes.h"
#include "proto/mcu/crc_of.h"
#include "proto/mcu/payload.h"
#include "proto/wire/event_codec.h"

namespace continuo::mcu {
namespace {

template <std::size_t N>
void WriteText(const FixedString<N>& text, ByteWriter& out) {
  out.Le(static_cast<std::uint8_t>(text.view().size()));
  out.Bytes(text.view().data(), text.view().size());
}

template <std::size_t N>
bool ReadText(ByteReader& in, FixedString<N>& text) {
  const std::size_t size = in.Le<std::uint8_t>();
  const auto bytes = in.View(size);
  return in.ok() && text.Assign({reinterpret_cast<const char*>(bytes.data()), bytes.size()});
}

void Write(const PartReport& part, ByteWriter& out) {
  out.Le(part.part);
  out.Le(part.version);
  out.Le(part.state);
  out.Le(part.live);
  out.Le(part.next);
  out.Le(part.concealed);
  out.Le(static_cast<std::uint8_t>(part.join));
  out.Le(part.behind);
  out.Le(part.joined_from);
  WriteText(part.failure, out);
}

bool Read(ByteReader& in, PartReport& part) {
  part.part = in.Le<Incarnation>();
  part.version = in.Le<std::uint32_t>();
  part.state = in.Le<std::uint8_t>();
  part.live = in.Le<std::uint8_t>();
  part.next = in.Le<std::int64_t>();
  part.concealed = in.Le<std::uint32_t>();
  const auto join = in.Le<std::uint8_t>();
  part.join = static_cast<JoinStage>(join);
  part.behind = in.Le<std::uint32_t>();
  part.joined_from = in.Le<std::int64_t>();
  return ReadText(in, part.failure) && part.part != 0 && part.state <= 5 && join <= 4;
}

}  // namespace

const char* ToString(FrameError error) {
  switch (error) {
    case FrameError::kNone:
      return "whole";
    case FrameError::kTooShort:
      return "shorter than a frame (8 bytes)";
    case FrameError::kTooLong:
      return "longer than a frame (1400 bytes)";
    case FrameError::kNotOurs:
      return "not a frame between bridge and board (first byte is not 0xC3)";
    case FrameError::kVersion:
      return "of another release (version is not 7)";
    case FrameError::kDamaged:
      return "damaged on its way (CRC-32)";
    case FrameError::kUnknownType:
      return "of an unknown type (allowed: 1 to 17)";
  }
  return "";
}

std::size_t CloseFrame(FrameType type, std::size_t payload_bytes, std::span<std::uint8_t> out) {
  const std::size_t before_crc = kFrameHead + payload_bytes;
  if (out.size() < payload_bytes + kFrameOverhead || before_crc + 4 > kMaxFrameBytes) return 0;
  out[0] = kFrameMcu;
  out[1] = kMcuFrameVersion;
  out[2] = static_cast<std::uint8_t>(type);
  out[3] = 0;
  ByteWriter(out.subspan(before_crc)).Le(CrcOf(out.first(before_crc)));
  return before_crc + 4;
}

FrameError ParseFrame(std::span<const std::uint8_t> datagram, Frame& frame) {
  if (datagram.size() < kFrameOverhead) return FrameError::kTooShort;
  if (datagram.size() > kMaxFrameBytes) return FrameError::kTooLong;
  if (datagram[0] != kFrameMcu || datagram[3] != 0) return FrameError::kNotOurs;
  if (datagram[1] != kMcuFrameVersion) return FrameError::kVersion;
  const std::size_t before_crc = datagram.size() - 4;
  const auto crc = ByteReader(datagram.subspan(before_crc)).Le<std::uint32_t>();
  if (crc != CrcOf(datagram.first(before_crc))) return FrameError::kDamaged;
  if (datagram[2] < 1 || datagram[2] > kLastFrameType) return FrameError::kUnknownType;
  frame.type = static_cast<FrameType>(datagram[2]);
  frame.payload = datagram.subspan(kFrameHead, before_crc - kFrameHead);
  return FrameError::kNone;
}

std::size_t EncodePing(const Ping& ping, std::span<std::uint8_t> out) {
  return EncodeFrame(FrameType::kPing, out, [&ping](ByteWriter& payload) {
    payload.Le(ping.bridge_ns);
    payload.Le(ping.board_ns);
    payload.Le(ping.n);
  });
}

bool ParsePing(std::span<const std::uint8_t> payload, Ping& ping) {
  ByteReader in(payload);
  ping.bridge_ns = in.Le<std::int64_t>();
  ping.board_ns = in.Le<std::int64_t>();
  ping.n = in.Le<std::int64_t>();
  return Ends(in) && ping.board_ns >= 0 && wire::IsMediaTime(ping.n);
}

std::size_t EncodeReport(const Report& report, std::span<std::uint8_t> out) {
  return EncodeFrame(FrameType::kReport, out, [&report](ByteWriter& payload) {
    payload.Le(report.bridge_ns);
    payload.Le(report.board_ns);
    payload.Le(static_cast<std::uint8_t>(report.leads));
    WriteText(report.board, payload);
    for (const std::uint32_t value :
         {report.boots, report.fault.kind, report.fault.pc, report.fault.lr, report.fault.status,
          report.fault.address, report.fault.boot, report.sent, report.received, report.refused,
          report.overruns, report.process_ns_max}) {
      payload.Le(value);
    }
    for (const std::uint32_t count : report.seal) payload.Le(count);
    WriteClockReport(report.clock, payload);
    payload.Le(static_cast<std::uint8_t>(report.parts.size()));
    for (const PartReport& part : report.parts) Write(part, payload);
  });
}

bool ParseReport(std::span<const std::uint8_t> payload, Report& report) {
  ByteReader in(payload);
  report.bridge_ns = in.Le<std::int64_t>();
  report.board_ns = in.Le<std::int64_t>();
  const auto leads = in.Le<std::uint8_t>();
  report.leads = leads != 0;
  if (!ReadText(in, report.board)) return false;
  for (std::uint32_t* const value :
       {&report.boots, &report.fault.kind, &report.fault.pc, &report.fault.lr, &report.fault.status,
        &report.fault.address, &report.fault.boot, &report.sent, &report.received, &report.refused,
        &report.overruns, &report.process_ns_max}) {
    *value = in.Le<std::uint32_t>();
  }
  for (std::uint32_t& count : report.seal) count = in.Le<std::uint32_t>();
  if (!ReadClockReport(in, report.clock)) return false;
  if (!report.parts.resize(in.Le<std::uint8_t>())) return false;
  for (PartReport& part : report.parts) {
    if (!Read(in, part)) return false;
  }
  return Ends(in) && report.board_ns > 0 && leads <= 1;
}

std::size_t EncodePrepared(const Prepared& prepared, std::span<std::uint8_t> out) {
  return EncodeFrame(FrameType::kPrepared, out, [&prepared](ByteWriter& payload) {
    payload.Le(prepared.part);
    payload.Le(prepared.version);
    WriteText(prepared.error, payload);
  });
}

bool ParsePrepared(std::span<const std::uint8_t> payload, Prepared& prepared) {
  ByteReader in(payload);
  prepared.part = in.Le<Incarnation>();
  prepared.version = in.Le<std::uint32_t>();
  return ReadText(in, prepared.error) && Ends(in);
}

std::size_t EncodeStop(Incarnation part, std::span<std::uint8_t> out) {
  return EncodeFrame(FrameType::kStop, out, [part](ByteWriter& payload) { payload.Le(part); });
}

bool ParseStop(std::span<const std::uint8_t> payload, Incarnation& part) {
  ByteReader in(payload);
  part = in.Le<Incarnation>();
  return Ends(in) && part != 0;
}

std::size_t EncodeEvent(const EventTold& told, std::span<std::uint8_t> out) {
  return EncodeFrame(FrameType::kEvent, out, [&told](ByteWriter& payload) {
    payload.Le(told.part);
    wire::WriteEvent(told.event, payload);
  });
}

bool ParseEvent(std::span<const std::uint8_t> payload, EventTold& told) {
  ByteReader in(payload);
  told.part = in.Le<Incarnation>();
  return wire::ReadEvent(in, told.event) && Ends(in) && told.part != 0;
}

std::size_t EncodeVerdict(const VerdictTold& told, std::span<std::uint8_t> out) {
  return EncodeFrame(FrameType::kVerdict, out, [&told](ByteWriter& payload) {
    payload.Le(told.part);
    payload.Le(told.id);
    payload.Le(static_cast<std::uint8_t>(told.verdict));
  });
}

bool ParseVerdict(std::span<const std::uint8_t> payload, VerdictTold& told) {
  ByteReader in(payload);
  told.part = in.Le<Incarnation>();
  told.id = in.Le<std::uint64_t>();
  const auto verdict = in.Le<std::uint8_t>();
  told.verdict = static_cast<Verdict>(verdict);
  return Ends(in) && told.part != 0 && verdict >= 1 && verdict <= 2;
}

std::size_t EncodeStateWish(const StateWish& wish, std::span<std::uint8_t> out) {
  return EncodeFrame(FrameType::kStateWish, out, [&wish](ByteWriter& payload) {
    payload.Le(wish.ticket);
    payload.Le(wish.replica);
    payload.Le(wish.not_before);
    payload.Le(wish.offset);
  });
}

bool ParseStateWish(std::span<const std::uint8_t> payload, StateWish& wish) {
  ByteReader in(payload);
  wish.ticket = in.Le<std::uint32_t>();
  wish.replica = in.Le<Incarnation>();
  wish.not_before = in.Le<std::int64_t>();
  wish.offset = in.Le<std::uint32_t>();
  return Ends(in) && wish.ticket != 0 && wish.replica != 0 && wire::IsMediaTime(wish.not_before);
}

std::size_t EncodeStatePiece(const StatePiece& piece, std::span<std::uint8_t> out) {
  return EncodeFrame(FrameType::kStatePiece, out, [&piece](ByteWriter& payload) {
    payload.Le(piece.ticket);
    payload.Le(static_cast<std::uint8_t>(piece.outcome));
    payload.Le(piece.replica);
    payload.Le(piece.head.next);
    for (const std::uint32_t value :
         {piece.head.evseq, piece.head.replica_bytes, piece.head.total, piece.offset}) {
      payload.Le(value);
    }
    payload.Le(static_cast<std::uint16_t>(piece.bytes.size()));
    payload.Bytes(piece.bytes.data(), piece.bytes.size());
  });
}

bool ParseStatePiece(std::span<const std::uint8_t> payload, StatePiece& piece) {
  ByteReader in(payload);
  piece.ticket = in.Le<std::uint32_t>();
  const auto outcome = in.Le<std::uint8_t>();
  piece.outcome = static_cast<StateOutcome>(outcome);
  piece.replica = in.Le<Incarnation>();
  piece.head.next = in.Le<std::int64_t>();
  for (std::uint32_t* const value :
       {&piece.head.evseq, &piece.head.replica_bytes, &piece.head.total, &piece.offset}) {
    *value = in.Le<std::uint32_t>();
  }
  piece.bytes = in.View(in.Le<std::uint16_t>());
  if (!Ends(in) || piece.ticket == 0 || outcome > 6) return false;
  if (piece.bytes.size() > kMaxPieceBytes || !wire::IsMediaTime(piece.head.next)) return false;
  return piece.head.replica_bytes <= piece.head.total && piece.offset <= piece.head.total &&
         piece.bytes.size() <= piece.head.total - piece.offset;
}

std::size_t EncodeStateTaken(const StateTaken& taken, std::span<std::uint8_t> out) {
  return EncodeFrame(FrameType::kStateTaken, out, [&taken](ByteWriter& payload) {
    payload.Le(taken.ticket);
    payload.Le(static_cast<std::uint8_t>(taken.outcome));
    payload.Le(taken.have);
  });
}

bool ParseStateTaken(std::span<const std::uint8_t> payload, StateTaken& taken) {
  ByteReader in(payload);
  taken.ticket = in.Le<std::uint32_t>();
  const auto outcome = in.Le<std::uint8_t>();
  taken.outcome = static_cast<StateOutcome>(outcome);
  taken.have = in.Le<std::uint32_t>();
  return Ends(in) && taken.ticket != 0 && outcome <= 6;
}

std::size_t EncodeTrialWish(const TrialWish& wish, std::span<std::uint8_t> out) {
  return EncodeFrame(FrameType::kTrialWish, out, [&wish](ByteWriter& payload) {
    payload.Le(wish.ticket);
    payload.Le(wish.kernel);
    payload.Le(wish.samples);
    payload.Le(wish.seed);
  });
}

bool ParseTrialWish(std::span<const std::uint8_t> payload, TrialWish& wish) {
  ByteReader in(payload);
  wish.ticket = in.Le<std::uint32_t>();
  wish.kernel = in.Le<std::uint8_t>();
  wish.samples = in.Le<std::uint32_t>();
  wish.seed = in.Le<std::uint64_t>();
  return Ends(in) && wish.ticket != 0 && wish.samples >= 1 && wish.samples <= 480'000;
}

std::size_t EncodeTrialTold(const TrialTold& told, std::span<std::uint8_t> out) {
  return EncodeFrame(FrameType::kTrialTold, out, [&told](ByteWriter& payload) {
    payload.Le(told.ticket);
    payload.Le(static_cast<std::uint8_t>(told.done));
    WriteText(told.kernel, payload);
    payload.Le(told.hash);
    payload.Le(told.block_ns_max);
  });
}

bool ParseTrialTold(std::span<const std::uint8_t> payload, TrialTold& told) {
  ByteReader in(payload);
  told.ticket = in.Le<std::uint32_t>();
  const auto done = in.Le<std::uint8_t>();
  told.done = done == 1;
  if (!ReadText(in, told.kernel)) return false;
  told.hash = in.Le<std::uint64_t>();
  told.block_ns_max = in.Le<std::uint32_t>();
  return Ends(in) && told.ticket != 0 && done <= 1;
}

}  // namespace continuo::mcu
