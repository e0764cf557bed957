// SPDX-License-Identifier: Apache-2.0
#include "coordinator/edge/grpc/request_codec.h"

#include <algorithm>
#include <bit>

#include "coordinator/edge/grpc/key_codec.h"
#include "coordinator/edge/grpc/show_codec.h"
#include "proto/continuo/v1/control.pb.h"
#include "proto/transport/plan_codec.h"

namespace continuo::coordinator {
namespace {

using transport::FieldPlace;

template <typename Request>
void ReadDate(const Request& in, EventRequested& wish, const FieldPlace& place) {
  if (in.has_at()) FromProto(in.at(), wish.at.emplace(), place.Field("at"));
}

template <typename Request>
void WriteDate(const EventRequested& wish, Request& out) {
  if (wish.at) transport::ToProto(*wish.at, *out.mutable_at());
}

std::int64_t ReadMeter(const v1::Meter& in, const FieldPlace& place) {
  const std::int64_t numerator = place.Within("numerator", in.numerator(), 1, 32);
  const std::int64_t denominator = place.Within("denominator", in.denominator(), 1, 32);
  if (!std::has_single_bit(static_cast<std::uint64_t>(denominator))) {
    place.Refuse("denominator", std::to_string(denominator) + " is not 1, 2, 4, 8, 16 or 32");
  }
  return numerator << 8 | denominator;
}

constexpr std::size_t kNameBytesMax = 64;
constexpr std::size_t kReasonBytesMax = 200;

/// For people: one line of at most so many bytes.
std::string ReadText(const std::string& text, const char* field, std::size_t most,
                     const FieldPlace& place) {
  const auto is_control = [](unsigned char c) { return c < 0x20 || c == 0x7f; };
  if (text.size() > most) place.Refuse(field, "longer than " + std::to_string(most) + " bytes");
  if (std::any_of(text.begin(), text.end(), is_control)) place.Refuse(field, "not one line");
  return text;
}

}  // namespace

void ReadRequest(const v1::ApplyShowRequest& in, ShowApplied& wish, const FieldPlace& place) {
  wish.key = ReadKey(in.key(), place);
  FromProto(in.show(), wish.show, place.Field("show"));
  wish.source = in.source();
  for (int i = 0; i < in.assets_size(); ++i) {
    FromProto(in.assets(i), wish.assets.emplace_back(), place.Item("assets", i));
  }
  wish.by = ReadText(in.by(), "by", kNameBytesMax, place);
}

void ReadRequest(const v1::StopShowRequest& in, ShowStopRequested& wish, const FieldPlace& place) {
  wish.key = ReadKey(in.key(), place);
  wish.by = ReadText(in.by(), "by", kNameBytesMax, place);
}

void ReadRequest(const v1::RollbackShowRequest& in, RollbackRequested& wish,
                 const FieldPlace& place) {
  wish.key = ReadKey(in.key(), place);
  wish.number = in.number();
  wish.by = ReadText(in.by(), "by", kNameBytesMax, place);
}

void ReadRequest(const v1::LockShowRequest& in, LockRequested& wish, const FieldPlace& place) {
  wish.key = ReadKey(in.key(), place);
  wish.on = !in.unlock();
  wish.by = ReadText(in.by(), "by", kNameBytesMax, place);
  wish.reason = ReadText(in.reason(), "reason", kReasonBytesMax, place);
}

void ReadRequest(const v1::SetParameterRequest& in, EventRequested& wish, const FieldPlace& place) {
  wish.key = ReadKey(in.key(), place);
  wish.command = Command::kParam;
  wish.task = in.task();
  if (in.task().empty()) place.Refuse("task", "missing");
  wish.param = in.param();
  if (in.param().empty()) place.Refuse("param", "missing");
  wish.value = Event::FromFloat(place.Finite("value", in.value()));
  ReadDate(in, wish, place);
}

void ReadRequest(const v1::TransportRequest& in, EventRequested& wish, const FieldPlace& place) {
  wish.key = ReadKey(in.key(), place);
  ReadDate(in, wish, place);
  switch (in.change_case()) {
    case v1::TransportRequest::kPlay:
      wish.command = Command::kPlay;
      return;
    case v1::TransportRequest::kStop:
      wish.command = Command::kStop;
      return;
    case v1::TransportRequest::kLocate:
      wish.command = Command::kLocate;
      return FromProto(in.locate(), wish.locate_to, place.Field("locate"));
    case v1::TransportRequest::kTempoMbpm:
      wish.command = Command::kTempo;
      wish.value = place.Within("tempo_mbpm", in.tempo_mbpm(), session::kTempoMinMilliBpm,
                                session::kTempoMaxMilliBpm);
      return;
    case v1::TransportRequest::kMeter:
      wish.command = Command::kMeter;
      wish.value = ReadMeter(in.meter(), place.Field("meter"));
      return;
    case v1::TransportRequest::kMute:
      wish.command = Command::kMute;
      wish.value = in.mute() ? 1 : 0;
      return;
    case v1::TransportRequest::kScene:
      wish.command = Command::kScene;
      wish.scene = ReadText(in.scene(), "scene", kNameBytesMax, place);
      return;
    case v1::TransportRequest::CHANGE_NOT_SET:
      return place.Refuse("change", "missing, or of a kind unknown here");
  }
}

void WriteRequest(const ShowApplied& wish, v1::ApplyShowRequest& out) {
  out.set_key(WriteKey(wish.key));
  ToProto(wish.show, *out.mutable_show());
  out.set_source(wish.source);
  for (const ImportedAsset& asset : wish.assets) ToProto(asset, *out.add_assets());
  out.set_by(wish.by);
}

void WriteRequest(const ShowStopRequested& wish, v1::StopShowRequest& out) {
  out.set_key(WriteKey(wish.key));
  out.set_by(wish.by);
}

void WriteRequest(const RollbackRequested& wish, v1::RollbackShowRequest& out) {
  out.set_key(WriteKey(wish.key));
  out.set_number(wish.number);
  out.set_by(wish.by);
}

void WriteRequest(const LockRequested& wish, v1::LockShowRequest& out) {
  out.set_key(WriteKey(wish.key));
  out.set_unlock(!wish.on);
  out.set_by(wish.by);
  out.set_reason(wish.reason);
}

void WriteRequest(const EventRequested& wish, v1::SetParameterRequest& out) {
  out.set_key(WriteKey(wish.key));
  out.set_task(wish.task);
  out.set_param(wish.param);
  out.set_value(Event{.value = wish.value}.AsFloat());
  WriteDate(wish, out);
}

void WriteRequest(const EventRequested& wish, v1::TransportRequest& out) {
  out.set_key(WriteKey(wish.key));
  WriteDate(wish, out);
  switch (wish.command) {
    case Command::kPlay:
      out.mutable_play();
      return;
    case Command::kStop:
      out.mutable_stop();
      return;
    case Command::kLocate:
      return transport::ToProto(wish.locate_to, *out.mutable_locate());
    case Command::kTempo:
      return out.set_tempo_mbpm(static_cast<std::uint32_t>(wish.value));
    case Command::kMeter:
      out.mutable_meter()->set_numerator(static_cast<std::uint32_t>(wish.value >> 8));
      out.mutable_meter()->set_denominator(static_cast<std::uint32_t>(wish.value & 0xff));
      return;
    case Command::kMute:
      return out.set_mute(wish.value == 1);
    case Command::kScene:
      return out.set_scene(wish.scene);
    case Command::kParam:
    case Command::kPlanVersion:
    case Command::kJoin:
      return;
  }
}

void WriteReply(const Reply& reply, v1::ApplyShowReply& out) {
  out.set_accepted(reply.ok());
  out.set_text(reply.text);
  for (const Issue& issue : reply.issues) ToProto(issue, *out.add_issues());
  out.set_plan_version(reply.plan_version);
  out.set_start_n(reply.start_n);
}

void WriteReply(const Reply& reply, v1::EventReply& out) {
  out.set_event(reply.event);
  out.set_at(reply.at);
  out.set_verdict(static_cast<v1::Verdict>(reply.verdict));
  out.set_text(reply.text);
}

void WriteReply(const ShowDiff& diff, v1::DiffShowReply& out) {
  out.set_plays(diff.plays);
  out.set_playing(diff.playing);
  for (const Difference& one : diff.differences) {
    v1::ShowDifference& to = *out.add_differences();
    to.set_what(one.what);
    to.set_of(one.of);
    to.set_field(one.field);
    to.set_before(one.before);
    to.set_after(one.after);
    to.set_text(one.text);
    to.set_heard(static_cast<v1::Heard>(one.heard));
  }
  out.set_accepted(diff.reply.ok());
  out.set_text(diff.reply.text);
  for (const Issue& issue : diff.reply.issues) ToProto(issue, *out.add_issues());
}

void ReadReply(const v1::DiffShowReply& in, ShowDiff& diff, const FieldPlace& place) {
  diff.plays = in.plays();
  diff.playing = in.playing();
  for (int i = 0; i < in.differences_size(); ++i) {
    const v1::ShowDifference& from = in.differences(i);
    const FieldPlace at = place.Item("differences", i);
    Difference& one = diff.differences.emplace_back();
    one.heard =
        static_cast<Heard>(at.Within("heard", from.heard(), v1::HEARD_NOTHING, v1::HEARD_STOP));
    one.what = from.what();
    one.of = from.of();
    one.field = from.field();
    one.before = from.before();
    one.after = from.after();
    one.text = from.text();
  }
  diff.reply.code = in.accepted() ? Code::kOk : Code::kPrecondition;
  diff.reply.text = in.text();
  for (const v1::Issue& issue : in.issues()) diff.reply.issues.push_back(FromProto(issue));
}

Reply ReadReply(const v1::ApplyShowReply& in) {
  Reply reply;
  reply.code = in.accepted() ? Code::kOk : Code::kInvalid;
  reply.text = in.text();
  for (const v1::Issue& issue : in.issues()) reply.issues.push_back(FromProto(issue));
  reply.plan_version = in.plan_version();
  reply.start_n = in.start_n();
  return reply;
}

Reply ReadReply(const v1::EventReply& in) {
  Reply reply;
  reply.text = in.text();
  reply.event = in.event();
  reply.at = in.at();
  reply.verdict = in.verdict() == v1::VERDICT_COMMITTED ? Verdict::kCommitted
                  : in.verdict() == v1::VERDICT_EXPIRED ? Verdict::kExpired
                                                        : Verdict::kNone;
  return reply;
}

}  // namespace continuo::coordinator
