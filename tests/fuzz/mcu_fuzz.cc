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
  static mcu::Slice slice;
  if (mcu::ParseSlice(bytes, slice) != nullptr) return;
  static std::array<std::uint8_t, 8192> again;
  Require(mcu::EncodeSlice(slice, again) > 0, "what was read can be written");
  Require(slice.feeds.size() == slice.task.wires.size(), "every wire has its streams");
  for (const mcu::Feed& feed : slice.feeds) {
    Require(feed.first + feed.groups <= static_cast<int>(slice.received.size()), "and they exist");
  }
}

void CheckPayload(std::span<const std::uint8_t> payload) {
  mcu::Ping ping;
  mcu::Report report;
  mcu::Prepared prepared;
  mcu::VerdictTold told;
  mcu::StateWish wish;
  mcu::StatePiece piece;
  mcu::StateTaken taken;
  mcu::TrialWish wish_of_trial;
  mcu::TrialTold trial;
  mcu::PanelWish panel_wish;
  mcu::PanelTold panel_told;
  mcu::EventTold event;
  mcu::HearingWish wish_to_hear;
  mcu::HearingTold heard;
  Incarnation stopped = 0;
  std::array<std::uint8_t, mcu::kMaxFrameBytes> again{};
  std::size_t size = 0;
  if (mcu::ParsePing(payload, ping)) size = mcu::EncodePing(ping, again);
  if (mcu::ParseReport(payload, report)) size = mcu::EncodeReport(report, again);
  if (mcu::ParsePrepared(payload, prepared)) size = mcu::EncodePrepared(prepared, again);
  if (mcu::ParseVerdict(payload, told)) size = mcu::EncodeVerdict(told, again);
  if (mcu::ParseStateWish(payload, wish)) size = mcu::EncodeStateWish(wish, again);
  if (mcu::ParseStatePiece(payload, piece)) {
    Require(piece.offset + piece.bytes.size() <= piece.head.total, "a piece lies within its state");
    size = mcu::EncodeStatePiece(piece, again);
  }
  if (mcu::ParseStateTaken(payload, taken)) size = mcu::EncodeStateTaken(taken, again);
  if (mcu::ParseTrialWish(payload, wish_of_trial)) {
    size = mcu::EncodeTrialWish(wish_of_trial, again);
  }
  if (mcu::ParseTrialTold(payload, trial)) size = mcu::EncodeTrialTold(trial, again);
  if (mcu::ParsePanelWish(payload, panel_wish)) {
    for (const MediaTime n : {MediaTime{0}, MediaTime{1} << 40, kMediaTimeLimit - 1}) {
      for (const mcu::Lit& lit : mcu::OutputsAt(panel_wish, panel_wish.meter, n)) {
        Require(lit.level <= mcu::kBrightest && lit.since <= n, "what is lit has been lit");
      }
    }
    size = mcu::EncodePanelWish(panel_wish, again);
  }
  if (mcu::ParsePanelTold(payload, panel_told)) size = mcu::EncodePanelTold(panel_told, again);
  if (mcu::ParseHearingWish(payload, wish_to_hear)) {
    size = mcu::EncodeHearingWish(wish_to_hear, again);
  }
  if (mcu::ParseHearingTold(payload, heard)) size = mcu::EncodeHearingTold(heard, again);
  if (mcu::ParseEvent(payload, event)) size = mcu::EncodeEvent(event, again);
  mcu::ClockTold clock;
  if (mcu::ParseClockTold(payload, clock)) size = mcu::EncodeClockTold(clock, again);
  if (mcu::ParseStop(payload, stopped)) size = mcu::EncodeStop(stopped, again);
  if (size == 0) return;
  Require(size == payload.size() + mcu::kFrameOverhead, "a payload has one size");
  mcu::Frame frame;
  const auto whole = std::span(again).first(size);
  Require(mcu::ParseFrame(whole, frame) == mcu::FrameError::kNone, "what is written is a frame");
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
  mcu::ClockReport same;
  static std::array<std::uint8_t, 256> room;
  ByteWriter out(room);
  mcu::WriteClockReport(report, out);
  ByteReader in(std::span(room).first(out.size()));
  Require(mcu::ReadClockReport(in, same), "what it says of itself can be read");
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
