// SPDX-License-Identifier: Apache-2.0
#include <bit>

#include "proto/continuo/v1/session.pb.h"
#include "proto/transport/plan_codec.h"

namespace continuo::transport {

// Commands and verdicts travel as their numbers.
static_assert(static_cast<int>(Command::kParam) == v1::COMMAND_PARAM);
static_assert(static_cast<int>(Command::kScene) == v1::COMMAND_SCENE);
static_assert(static_cast<int>(Verdict::kExpired) == v1::VERDICT_EXPIRED);

void ToProto(const session::Segment& segment, v1::Segment& out) {
  out.set_version(segment.version);
  out.set_n0(segment.n0);
  out.set_tick0(segment.tick0);
  out.set_tempo_mbpm(segment.tempo_mbpm);
  out.set_playing(segment.playing);
  out.set_meter_num(segment.meter_num);
  out.set_meter_den(segment.meter_den);
  out.set_bar_tick(segment.bar_tick);
  out.set_bar_number(segment.bar_number);
  out.set_muted(segment.muted);
  out.set_mute_n0(segment.mute_n0);
}

void FromProto(const v1::Segment& in, session::Segment& segment, const FieldPlace& place) {
  segment.version = in.version();
  segment.n0 = in.n0();
  segment.tick0 = in.tick0();
  segment.tempo_mbpm = place.Within("tempo_mbpm", in.tempo_mbpm(), session::kTempoMinMilliBpm,
                                    session::kTempoMaxMilliBpm);
  segment.playing = in.playing();
  segment.meter_num = place.Within("meter_num", in.meter_num(), 1, 32);
  segment.meter_den = place.Within("meter_den", in.meter_den(), 1, 32);
  if (!std::has_single_bit(segment.meter_den)) {
    place.Refuse("meter_den", std::to_string(segment.meter_den) + " is not 1, 2, 4, 8, 16 or 32");
  }
  segment.bar_tick = in.bar_tick();
  segment.bar_number = place.Within("bar_number", in.bar_number(), 1, 0xffffffff);
  segment.muted = in.muted();
  segment.mute_n0 = place.Within("mute_n0", in.mute_n0(), 0, kMediaTimeLimit - 1);
}

void ToProto(const session::BarBeat& position, v1::BarBeat& out) {
  out.set_bar(position.bar);
  out.set_beat(position.beat);
  out.set_sub(position.sub);
}

void FromProto(const v1::BarBeat& in, session::BarBeat& position, const FieldPlace& place) {
  position.bar = place.Within("bar", in.bar(), 1, 10'000'000);
  position.beat = place.Within("beat", in.beat(), 1, 32);
  position.sub = place.Within("sub", in.sub(), 0, 4 * 960 - 1);
}

void ToProto(const Event& event, v1::Event& out) {
  out.set_at(event.at);
  out.set_id(event.id);
  out.set_command(static_cast<v1::Command>(event.command));
  out.set_target(event.target);
  out.set_value(event.value);
}

void FromProto(const v1::Event& in, Event& event, const FieldPlace& place) {
  event.at = in.at();
  event.id = in.id();
  if (in.id() == 0) place.Refuse("id", "missing");
  if (in.command() == v1::COMMAND_UNSPECIFIED || !v1::Command_IsValid(in.command())) {
    place.Refuse("command", std::to_string(in.command()) + " is no command known here");
  }
  event.command = static_cast<Command>(in.command());
  event.target = place.Within("target", in.target(), 0, 0xffff);
  event.value = in.value();
}

}  // namespace continuo::transport
