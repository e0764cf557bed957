// SPDX-License-Identifier: Apache-2.0
#include "coordinator/edge/grpc/request_codec.h"

#include <bit>

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

}  // namespace

void ReadRequest(const v1::ApplyShowRequest& in, ShowApplied& wish, const FieldPlace& place) {
  FromProto(in.show(), wish.show, place.Field("show"));
  wish.source = in.source();
  for (int i = 0; i < in.assets_size(); ++i) {
    FromProto(in.assets(i), wish.assets.emplace_back(), place.Item("assets", i));
  }
}

void ReadRequest(const v1::StopShowRequest&, ShowStopRequested&, const FieldPlace&) {}

void ReadRequest(const v1::SetParameterRequest& in, EventRequested& wish, const FieldPlace& place) {
  wish.command = Command::kParam;
  wish.task = in.task();
  if (in.task().empty()) place.Refuse("task", "missing");
  wish.param = in.param();
  if (in.param().empty()) place.Refuse("param", "missing");
  wish.value = Event::FromFloat(place.Finite("value", in.value()));
  ReadDate(in, wish, place);
}

void ReadRequest(const v1::TransportRequest& in, EventRequested& wish, const FieldPlace& place) {
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
    case v1::TransportRequest::CHANGE_NOT_SET:
      return place.Refuse("change", "missing, or of a kind unknown here");
  }
}

void WriteRequest(const ShowApplied& wish, v1::ApplyShowRequest& out) {
  ToProto(wish.show, *out.mutable_show());
  out.set_source(wish.source);
  for (const ImportedAsset& asset : wish.assets) ToProto(asset, *out.add_assets());
}

void WriteRequest(const EventRequested& wish, v1::SetParameterRequest& out) {
  out.set_task(wish.task);
  out.set_param(wish.param);
  out.set_value(Event{.value = wish.value}.AsFloat());
  WriteDate(wish, out);
}

void WriteRequest(const EventRequested& wish, v1::TransportRequest& out) {
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
