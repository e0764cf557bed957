// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <functional>
#include <string>
#include <vector>

#include "proto/mcu/clock_told.h"
#include "proto/mcu/frame.h"
#include "proto/mcu/hearing.h"
#include "proto/mcu/panel.h"
#include "proto/mcu/slices.h"

namespace continuo::mcu {

/// The payload of a frame, or of a slice, with something in every field.
struct Told {
  std::string what;  ///< message of mcu.proto
  std::vector<std::uint8_t> payload;
  /// Reads the payload and writes it again; empty: it was refused.
  std::function<std::vector<std::uint8_t>(std::span<const std::uint8_t>)> again;
};

template <typename Value, typename Encode, typename Parse>
Told ToldOf(std::string what, const Value& value, const Encode& encode, const Parse& parse) {
  const auto written = [encode](const Value& some) {
    std::array<std::uint8_t, kMaxFrameBytes> frame{};
    const std::size_t size = encode(some, frame);
    const std::size_t bytes = size < kFrameOverhead ? 0 : size - kFrameOverhead;
    return std::vector<std::uint8_t>(frame.begin() + 4,
                                     frame.begin() + 4 + static_cast<std::ptrdiff_t>(bytes));
  };
  const auto again = [parse, written](std::span<const std::uint8_t> payload) {
    Value read{};
    return parse(payload, read) ? written(read) : std::vector<std::uint8_t>{};
  };
  return {std::move(what), written(value), again};
}

inline Report FullReport() {
  Report report;
  report.bridge_ns = 1;
  report.board_ns = 2;
  report.board = "mps2-an386";
  report.boots = 3;
  report.fault = {.kind = 3, .pc = 4, .lr = 5, .status = 6, .address = 7, .boot = 8};
  report.sent = 9;
  report.received = 10;
  report.refused = 11;
  report.overruns = 12;
  report.process_ns_max = 13;
  report.seal = {0, 1, 2, 3, 4, 5, 6, 7};
  report.clock = {.has = true, .leads = true, .told = 9, .state = clock::LockState::kHoldover};
  report.clock.port = wire::PtpPortState::kSlave;
  report.clock.offset = -2;
  report.clock.line = {8, 9, -10};
  report.clock.counts[2] = 11;
  report.parts.push_back({.part = 11,
                          .version = 4,
                          .state = 1,
                          .live = 2,
                          .next = -1,
                          .concealed = 3,
                          .join = JoinStage::kShadow,
                          .behind = 5,
                          .joined_from = 6,
                          .failure = "no"});
  report.parts.push_back({.part = 12, .failure = {}});
  return report;
}

inline HearingTold FullHearing() {
  HearingTold told{.part = 12, .input = 7, .inputs = 8, .said = {}, .heard = {}};
  told.said = {.packets = 1, .repairs = 2, .bytes = 1ull << 40, .computed = {}};
  told.heard.received = 1;
  told.heard.nacks = 8;
  told.heard.bytes = 1ull << 41;
  told.heard.margin_min = -9;
  told.heard.came.least = -12;
  told.heard.came.sum = -(std::int64_t{1} << 40);
  told.heard.came.beyond[23] = 0xffffffff;
  told.heard.dropouts.push_back({.first = PacketIndex{1} << 40, .packets = 11});
  return told;
}

inline ClockTold FullClock() {
  ClockTold told{.number = 7, .domain = 127, .sdo = 1, .media = 3, .t0 = 5, .n0 = -480};
  for (clock::ClockIdentity identity = 1; identity <= 4; ++identity) {
    told.allowed.push_back(identity);
  }
  for (std::uint32_t i = 1; i <= clock::MediaMap::kEntries; ++i) {
    told.map.Add({.version = i, .grandmaster = i, .ptp = 9, .n = 48'000 * i});
  }
  return told;
}

inline std::vector<Told> AllTold() {
  static const std::array<std::uint8_t, 3> some{1, 0, 3};
  const auto slice_frame = [](const Slice& slice, std::span<std::uint8_t> out) {
    const auto room = out.subspan(4, out.size() - kFrameOverhead);
    return CloseFrame(FrameType::kSlice, EncodeSlice(slice, room), out);
  };
  const auto slice_of = [](std::span<const std::uint8_t> payload, Slice& slice) {
    return ParseSlice(payload, slice) == nullptr;
  };
  const StatePiece piece{.ticket = 4,
                         .outcome = StateOutcome::kDone,
                         .replica = 12,
                         .head = {.next = 100, .evseq = 2, .replica_bytes = 40, .total = 60},
                         .offset = 57,
                         .bytes = some};
  PanelWish wish{.nonce = 1, .life = 2, .settled = {1, 2, 3, 4, 5, 6, 7, 1u << 31}};
  wish.watched = 0x91;
  wish.edges_from = 7;
  wish.playout = 28'800;
  wish.meter = 3;
  wish.relay.push_back({.from = 5, .to = 9});
  wish.segments.push_back({.version = 2, .n0 = 1000, .playing = true, .mute_n0 = 500});
  PanelTold panel{.life = 3, .positions = {0, 1, 2, kKnobMost, 1, 0, 1, 0}};
  panel.coalesced = 4;
  panel.lost = 5;
  panel.next_edge = 6;
  panel.moves.push_back({.input = 2, .number = 9, .value = 300, .at = 10});
  panel.edges.push_back({.number = 1, .output = 7, .level = kBrightest, .due = 11, .at = 12});
  const Event event{
      .at = -5, .id = 1ull << 63, .command = Command::kTempo, .target = 65'535, .value = -7};
  std::vector<Told> all;
  all.push_back(
      ToldOf("Ping", Ping{.bridge_ns = 5, .board_ns = 6, .n = -7}, EncodePing, ParsePing));
  all.push_back(ToldOf("Report", FullReport(), EncodeReport, ParseReport));
  all.push_back(ToldOf("Slice", SomeSlice(), slice_frame, slice_of));
  all.push_back(ToldOf("Prepared", Prepared{.part = 12, .version = 3, .error = "no"},
                       EncodePrepared, ParsePrepared));
  all.push_back(ToldOf("Stop", Incarnation{300}, EncodeStop, ParseStop));
  all.push_back(ToldOf("Event", EventTold{.part = 12, .event = event}, EncodeEvent, ParseEvent));
  all.push_back(ToldOf("Verdict", VerdictTold{.part = 12, .id = 77, .verdict = Verdict::kExpired},
                       EncodeVerdict, ParseVerdict));
  all.push_back(ToldOf("StateWish",
                       StateWish{.ticket = 1, .replica = 2, .not_before = -3, .offset = 4},
                       EncodeStateWish, ParseStateWish));
  all.push_back(ToldOf("StatePiece", piece, EncodeStatePiece, ParseStatePiece));
  all.push_back(ToldOf("StateTaken",
                       StateTaken{.ticket = 1, .outcome = StateOutcome::kTooLarge, .have = 2},
                       EncodeStateTaken, ParseStateTaken));
  all.push_back(ToldOf("TrialWish",
                       TrialWish{.ticket = 4, .kernel = 255, .samples = 480'000, .seed = ~0ull},
                       EncodeTrialWish, ParseTrialWish));
  all.push_back(
      ToldOf("TrialTold",
             TrialTold{.ticket = 4, .done = true, .kernel = "eq", .hash = 7, .block_ns_max = 9},
             EncodeTrialTold, ParseTrialTold));
  all.push_back(ToldOf("PanelWish", wish, EncodePanelWish, ParsePanelWish));
  all.push_back(ToldOf("PanelTold", panel, EncodePanelTold, ParsePanelTold));
  all.push_back(ToldOf("HearingWish", HearingWish{.part = 3, .input = 255}, EncodeHearingWish,
                       ParseHearingWish));
  all.push_back(ToldOf("HearingTold", FullHearing(), EncodeHearingTold, ParseHearingTold));
  all.push_back(ToldOf("ClockTold", FullClock(), EncodeClockTold, ParseClockTold));
  return all;
}

}  // namespace continuo::mcu
