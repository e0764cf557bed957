// SPDX-License-Identifier: Apache-2.0
// What a board and its bridge read off the network: frames, slices, and Ethernet itself.
#include <algorithm>
#include <array>

#include "agent-mcu/bridge/key_file.h"
#include "agent-mcu/core/panel_outputs.h"
#include "agent-mcu/link/ptp_frames.h"
#include "agent-mcu/link/udp_stack.h"
#include "agent-mcu/link/zmtp.h"
#include "agent-mcu/time/board_time.h"
#include "dsp/base/bytes.h"
#include "dsp/base/crc32.h"
#include "fuzz/material.h"
#include "proto/mcu/frame.h"
#include "proto/mcu/hearing.h"
#include "proto/mcu/panel.h"
#include "proto/mcu/seal/board_seal.h"
#include "proto/mcu/seal/bridge_seal.h"
#include "proto/mcu/seal/key_page.h"
#include "proto/mcu/serial_link.h"
#include "proto/mcu/slice.h"
#include "support/toy_cipher.h"

namespace continuo::fuzz {
namespace {

void CheckSlice(std::span<std::uint8_t> bytes) {
  static mcu::Slice slice, read;
  if (mcu::ParseSlice(bytes, slice) != nullptr) return;
  static std::array<std::uint8_t, 8192> again;
  const std::size_t size = mcu::EncodeSlice(slice, again);
  Require(size > 0, "what was read can be written");
  Require(mcu::ParseSlice(std::span(again).first(size), read) == nullptr, "and read again");
  Require(slice.feeds.size() == slice.task.wires.size(), "every wire has its streams");
  for (const mcu::Feed& feed : slice.feeds) {
    Require(feed.first + feed.groups <= static_cast<int>(slice.received.size()), "and they exist");
  }
}

/// What is read is written, and that is read as the same: of a message that others may have written in another order,
/// or with fields that are not known here.
template <typename Value, typename Encode, typename Parse>
bool CheckMessage(std::span<const std::uint8_t> payload, Value& value, const Encode& encode,
                  const Parse& parse) {
  if (!parse(payload, value)) return false;
  std::array<std::uint8_t, mcu::kMaxFrameBytes> once{}, twice{};
  const std::size_t size = encode(value, once);
  mcu::Frame frame;
  Require(mcu::ParseFrame(std::span(once).first(size), frame) == mcu::FrameError::kNone,
          "what is written is a frame");
  Value again{};
  Require(parse(frame.payload, again), "what is written can be read");
  Require(encode(again, twice) == size && once == twice, "a message has one way to be written");
  return true;
}

template <typename Value, typename Encode, typename Parse>
void CheckMessage(std::span<const std::uint8_t> payload, const Encode& encode, const Parse& parse) {
  static Value value;
  value = {};
  CheckMessage(payload, value, encode, parse);
}

void CheckPayload(std::span<const std::uint8_t> payload) {
  using namespace mcu;
  CheckMessage<Ping>(payload, EncodePing, ParsePing);
  CheckMessage<Report>(payload, EncodeReport, ParseReport);
  CheckMessage<Prepared>(payload, EncodePrepared, ParsePrepared);
  CheckMessage<Incarnation>(payload, EncodeStop, ParseStop);
  CheckMessage<EventTold>(payload, EncodeEvent, ParseEvent);
  CheckMessage<VerdictTold>(payload, EncodeVerdict, ParseVerdict);
  CheckMessage<StateWish>(payload, EncodeStateWish, ParseStateWish);
  CheckMessage<StateTaken>(payload, EncodeStateTaken, ParseStateTaken);
  CheckMessage<TrialWish>(payload, EncodeTrialWish, ParseTrialWish);
  CheckMessage<TrialTold>(payload, EncodeTrialTold, ParseTrialTold);
  CheckMessage<PanelTold>(payload, EncodePanelTold, ParsePanelTold);
  CheckMessage<HearingWish>(payload, EncodeHearingWish, ParseHearingWish);
  CheckMessage<HearingTold>(payload, EncodeHearingTold, ParseHearingTold);
  StatePiece piece;
  if (CheckMessage(payload, piece, EncodeStatePiece, ParseStatePiece)) {
    Require(piece.offset + piece.bytes.size() <= piece.head.total, "a piece lies within its state");
  }
  static PanelWish wish;
  if (CheckMessage(payload, wish, EncodePanelWish, ParsePanelWish)) {
    for (const MediaTime n : {MediaTime{0}, MediaTime{1} << 40, kMediaTimeLimit - 1}) {
      for (const Lit& lit : OutputsAt(wish, wish.meter, n)) {
        Require(lit.level <= kBrightest && lit.since <= n, "what is lit has been lit");
      }
    }
  }
  CheckMessage<ClockTold>(payload, EncodeClockTold, ParseClockTold);
}

/// Bytes off a serial line, and, for they would hardly ever be one, the same bytes as a unit whose CRC is right.
void CheckSerialLine(std::span<const std::uint8_t> bytes) {
  constexpr std::uint32_t kLife = 0x01010101;
  static std::array<std::uint8_t, 8192> unit, coded;
  mcu::SerialLink link({.life = kLife});
  const std::array<std::uint8_t, 3> message{1, 0, 2};
  link.Send(message);
  link.Hear(bytes, 0);
  const std::size_t whole = std::min(bytes.size(), mcu::SerialLink::kMaxMessage + 14);
  ByteWriter out(unit);
  out.Bytes(bytes.data(), whole);
  if (whole >= 8) ByteWriter(std::span(unit).subspan(4)).Le(kLife);
  out.Le(Crc32({reinterpret_cast<const char*>(unit.data()), whole}));
  const std::size_t size = mcu::EncodeCobs(std::span(unit).first(out.size()), coded);
  Require(size > 0 && std::find(coded.begin(), coded.begin() + size, 0) == coded.begin() + size,
          "no zero is within a unit");
  std::size_t again = 0;
  static std::array<std::uint8_t, 8192> decoded;
  Require(mcu::DecodeCobs(std::span(coded).first(size), decoded, again) && again == out.size() &&
              std::equal(unit.begin(), unit.begin() + again, decoded.begin()),
          "what is coded is decoded");
  coded[size] = 0;
  for (Nanoseconds now = 0; now < 3; ++now) {
    link.Hear(std::span(coded).first(size + 1), now);
    Require(link.Front().size() <= mcu::SerialLink::kMaxMessage, "a message has a length");
    link.Pop();
    std::size_t said = 0;
    while (said < coded.size() && link.Speak(std::span(decoded).first(99), now) != 0) said += 99;
    Require(said < coded.size(), "there is an end to what is said at once");
  }
}

/// To both ends while they have a session: raw, and as what it becomes with a head that is right.
void CheckSeal(std::span<const std::uint8_t> bytes) {
  static const mcu::ToyCipher cipher;
  static const mcu::DeviceKey device{};
  mcu::BoardSeal board(cipher, device, {1});
  mcu::BridgeSeal bridge(cipher, device, {2});
  std::array<std::uint8_t, mcu::kMaxHandshakeBytes> offer{}, answer{};
  for (int i = 0; i < 2; ++i) {
    const std::size_t said = bridge.Speak(1, offer);
    bridge.Hear(std::span(answer).first(board.Hear(std::span(offer).first(said), answer).answer),
                1);
  }
  static std::array<std::uint8_t, 8192> headed;
  std::copy(bytes.begin(), bytes.end(), headed.begin());
  headed[0] = mcu::kFrameSealed;
  headed[1] = mcu::kSealVersion;
  const std::span<const std::uint8_t> whole = std::span(headed).first(bytes.size());
  for (const auto& datagram : {bytes, whole}) {
    if (datagram.empty()) continue;
    Require(board.Hear(datagram, answer).frame.empty(), "a stranger opens nothing");
    Require(bridge.Hear(datagram, 1).frame.empty(), "nor at the bridge");
  }
  const std::size_t size = std::min(bytes.size(), mcu::kMaxFrameBytes);
  static std::array<std::uint8_t, mcu::kMaxSealedBytes> sealed;
  const std::size_t made = bridge.Seal(bytes.first(size), sealed);
  const mcu::Unsealed heard = board.Hear(std::span(sealed).first(made), answer);
  Require(std::equal(heard.frame.begin(), heard.frame.end(), bytes.begin(), bytes.begin() + size),
          "what is sealed opens");
  mcu::DeviceKey read;
  const std::string_view text(reinterpret_cast<const char*>(bytes.data()), bytes.size());
  Require(!mcu::ParseKeyFile(text, read).empty() || mcu::KeyFileText(read) == text,
          "a key has one file");
  std::optional<mcu::KeyPage> page;
  mcu::ParseKeyPage(bytes.first(std::min(size, mcu::kKeyPageBytes)), page);
}

void CheckEthernet(std::span<std::uint8_t> bytes) {
  mcu::UdpStack stack({.mac = {2, 0, 0, 0, 0, 1}, .ip = 0x0a00020f, .mask = ~0u, .port = 5004});
  mcu::UdpIncoming datagram;
  FixedVector<std::uint8_t, 64> answer;
  if (!stack.Take(bytes, datagram, answer)) return;
  Require(datagram.bytes.size() + mcu::UdpStack::kHead <= bytes.size(),
          "a datagram is of its frame");
}

/// In place of a greeting, and after a handshake that went well; all at once and byte by byte.
void CheckZmtp(std::span<const std::uint8_t> bytes) {
  static const std::array<std::uint8_t, 64> greeting{0xff, 0,    0, 0, 0,   0,   0,   0,
                                                     1,    0x7f, 3, 1, 'N', 'U', 'L', 'L'};
  static const std::string_view ready("\4\x1c\5READY\13Socket-Type\0\0\0\6ROUTER", 30);
  static mcu::ZmtpClient one({.identity = "mcu-1"}), other({.identity = "mcu-1"});
  for (const bool greeted : {false, true}) {
    std::size_t messages = 0, again = 0;
    for (mcu::ZmtpClient* const client : {&one, &other}) {
      client->Begin(0);
      std::span<const std::uint8_t> said(greeting);
      if (!greeted) continue;
      client->Hear(said, 0);
      said = {reinterpret_cast<const std::uint8_t*>(ready.data()), ready.size()};
      client->Hear(said, 0);
      Require(client->ready(), "that is how to greet");
    }
    for (std::span<const std::uint8_t> left = bytes; one.Hear(left, 0);) {
      ++messages;
      Require(one.message().size() <= mcu::ZmtpClient::kMaxMessage, "a message has a length");
    }
    for (std::size_t i = 0; i < bytes.size(); ++i) {
      std::span<const std::uint8_t> left = bytes.subspan(i, 1);
      while (other.Hear(left, 0)) ++again;
    }
    Require(messages == again && one.error() == other.error(), "portions do not matter");
    Require(one.outgoing().size() == other.outgoing().size(), "nor for what is answered");
  }
}

/// Raw, as PTP's datagram, and as the message of each type with a head that is right, to a slave with a master.
void CheckPtp(std::span<const std::uint8_t> bytes) {
  constexpr mcu::Mac kMac{2, 0, 0, 0, 0, 1};
  Require(mcu::PtpIn(bytes).size() + 42 <= bytes.size() || mcu::PtpIn(bytes).empty(),
          "a message is of its frame");
  mcu::BoardTime time(kMac, 1);
  std::array<std::uint8_t, mcu::kMaxPtpFrame> frame{}, request{};
  std::array<std::uint8_t, 64> message{};
  constexpr std::array<std::uint8_t, 7> kTypes{11, 11, 0, 8, 9, 0, 8};
  for (std::size_t i = 0; i < kTypes.size(); ++i) {
    message = {};
    std::copy_n(bytes.begin(), std::min(bytes.size(), message.size()), message.begin());
    message[0] = kTypes[i];
    message[1] = 2;
    message[2] = 0;
    message[3] = 64;
    message[4] = 0;
    const std::size_t size = mcu::MakePtpFrame(kMac, 1, message, frame);
    const Nanoseconds now = static_cast<Nanoseconds>(i + 1) * 100'000'000;
    Require(time.Take(std::span(frame).first(size), now), "it is PTP's");
    time.Take(bytes, now);
    if (time.Speak(now, request) != 0) time.Left(now);
  }
  const mcu::ClockReport report = time.Report(kTypes.size() * 100'000'000);
  Require(report.state == clock::LockState::kFree, "what nobody gave a meaning is not followed");
  static mcu::Report said, same;
  said.board_ns = 1;
  said.clock = report;
  static std::array<std::uint8_t, mcu::kMaxFrameBytes> bytes_of_it;
  mcu::Frame whole;
  mcu::ParseFrame(std::span(bytes_of_it).first(mcu::EncodeReport(said, bytes_of_it)), whole);
  Require(mcu::ParseReport(whole.payload, same), "what it says of itself can be read");
}

}  // namespace
}  // namespace continuo::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  using namespace continuo::fuzz;
  Exact raw({bytes, size});
  continuo::mcu::Frame frame;
  continuo::mcu::ParseFrame(raw.span(), frame);
  CheckSlice(raw.span());
  CheckPayload(raw.span());
  CheckEthernet(raw.span());
  CheckSeal(raw.span());
  CheckZmtp(raw.span());
  CheckPtp(raw.span());
  if (size % 4 == 0) CheckSerialLine(raw.span());  // which is slow
  return 0;
}
