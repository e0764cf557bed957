// SPDX-License-Identifier: Apache-2.0
#include "proto/continuo/v1/telemetry.pb.h"
#include "proto/transport/link_codec.h"

namespace continuo::transport {
namespace {

/// Samples of an hour: longer is no delay of a packet that anybody still waits for.
constexpr Frames kHour = Frames{3600} * kSampleRate;

Frames DelayFrom(std::string_view field, std::int64_t value, const FieldPlace& place) {
  return place.Within(field, value, 0, kHour);
}

void WriteDelays(const plan::BoardDelays& delays, v1::BoardDelays& out) {
  out.set_least(delays.least);
  out.set_mean(delays.mean);
  out.set_beyond_median(delays.beyond_median);
  out.set_beyond_p99(delays.beyond_p99);
  out.set_beyond_most(delays.beyond_most);
}

void ReadDelays(const v1::BoardDelays& in, plan::BoardDelays& delays, const FieldPlace& place) {
  delays.least = place.Within("least", in.least(), -kHour, kHour);
  delays.mean = place.Within("mean", in.mean(), -kHour, kHour);
  delays.beyond_median = DelayFrom("beyond_median", in.beyond_median(), place);
  delays.beyond_p99 = DelayFrom("beyond_p99", in.beyond_p99(), place);
  delays.beyond_most = DelayFrom("beyond_most", in.beyond_most(), place);
}

void WriteHearing(const plan::BoardHearing& hearing, v1::BoardHearing& out) {
  out.set_task(hearing.task);
  out.set_from(hearing.from);
  out.set_group(hearing.group);
  out.set_received(hearing.received);
  out.set_duplicates(hearing.duplicates);
  out.set_repaired(hearing.repaired);
  out.set_reordered(hearing.reordered);
  out.set_late(hearing.late);
  out.set_lost(hearing.lost);
  out.set_tainted(hearing.tainted);
  out.set_nacks(hearing.nacks);
  out.set_bytes_per_s(hearing.bytes_per_s);
  out.set_needed_after(hearing.needed_after);
  out.set_measured(hearing.measured);
  out.set_margin_min(hearing.margin_min);
  out.set_jitter_us(hearing.jitter_us);
  WriteDelays(hearing.came, *out.mutable_came());
  for (const plan::BoardDropout& dropout : hearing.dropouts) {
    v1::BoardDropout& one = *out.add_dropouts();
    one.set_at(dropout.at);
    one.set_length(dropout.length);
  }
}

void ReadHearing(const v1::BoardHearing& in, plan::BoardHearing& hearing, const FieldPlace& place) {
  hearing.task = place.Within("task", in.task(), 1, kAnyU32);
  hearing.from = place.Within("from", in.from(), 0, kAnyU32);
  hearing.group = static_cast<std::uint8_t>(place.Within("group", in.group(), 0, 0xff));
  hearing.received = in.received();
  hearing.duplicates = in.duplicates();
  hearing.repaired = in.repaired();
  hearing.reordered = in.reordered();
  hearing.late = in.late();
  hearing.lost = in.lost();
  hearing.tainted = in.tainted();
  hearing.nacks = in.nacks();
  hearing.bytes_per_s = in.bytes_per_s();
  hearing.needed_after = DelayFrom("needed_after", in.needed_after(), place);
  hearing.measured = in.measured();
  hearing.margin_min =
      place.Within("margin_min", in.margin_min(), -kMediaTimeLimit, kMediaTimeLimit);
  hearing.jitter_us = in.jitter_us();
  ReadDelays(in.came(), hearing.came, place.Field("came"));
  for (int i = 0; i < in.dropouts_size(); ++i) {
    const FieldPlace at = place.Item("dropouts", i);
    const v1::BoardDropout& one = in.dropouts(i);
    hearing.dropouts.push_back({.at = at.Within("at", one.at(), 0, kMediaTimeLimit),
                                .length = at.Within("length", one.length(), 0, kMediaTimeLimit)});
  }
}

void WriteSpeech(const plan::BoardSpeech& speech, v1::BoardSpeech& out) {
  out.set_task(speech.task);
  out.set_packets(speech.packets);
  out.set_repairs(speech.repairs);
  out.set_bytes_per_s(speech.bytes_per_s);
  WriteDelays(speech.computed, *out.mutable_computed());
}

void ReadSpeech(const v1::BoardSpeech& in, plan::BoardSpeech& speech, const FieldPlace& place) {
  speech.task = place.Within("task", in.task(), 1, kAnyU32);
  speech.packets = in.packets();
  speech.repairs = in.repairs();
  speech.bytes_per_s = in.bytes_per_s();
  ReadDelays(in.computed(), speech.computed, place.Field("computed"));
}

}  // namespace

void ToProto(const plan::BoardStatus& board, v1::BoardStatus& out) {
  out.set_name(board.name);
  out.set_boots(board.boots);
  out.set_fault(board.fault);
  out.set_sealed(board.sealed);
  out.set_refused(board.refused);
  out.set_overruns(board.overruns);
  out.set_block_us(board.block_us);
  out.set_time_us(board.time_us);
  out.set_own_time(board.own_time);
  for (const plan::BoardHearing& one : board.hears) WriteHearing(one, *out.add_hears());
  for (const plan::BoardSpeech& one : board.says) WriteSpeech(one, *out.add_says());
}

void FromProto(const v1::BoardStatus& in, plan::BoardStatus& board, const FieldPlace& place) {
  board.name = in.name();
  board.boots = in.boots();
  board.fault = in.fault();
  board.sealed = in.sealed();
  board.refused = in.refused();
  board.overruns = in.overruns();
  board.block_us = in.block_us();
  board.time_us = in.time_us();
  board.own_time = in.own_time();
  for (int i = 0; i < in.hears_size(); ++i) {
    ReadHearing(in.hears(i), board.hears.emplace_back(), place.Item("hears", i));
  }
  for (int i = 0; i < in.says_size(); ++i) {
    ReadSpeech(in.says(i), board.says.emplace_back(), place.Item("says", i));
  }
}

}  // namespace continuo::transport
