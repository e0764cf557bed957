// SPDX-License-Identifier: Apache-2.0
#include "proto/transport/link_codec.h"

#include <algorithm>

#include "proto/continuo/v1/agent_link.pb.h"
#include "proto/transport/plan_codec.h"

namespace continuo::transport {
namespace {

void Write(const plan::Hello& hello, v1::FromAgent& message) {
  v1::Hello& out = *message.mutable_hello();
  out.set_link_version(hello.link_version);
  out.set_name(hello.name);
  out.set_build_id(hello.build_id);
  out.set_clock_id(hello.clock_id);
  out.set_clock_now(hello.clock_now);
  for (const plan::Endpoint& endpoint : hello.networks) ToProto(endpoint, *out.add_networks());
  out.set_asset_address(hello.asset_address);
  out.set_can_output(hello.can_output);
  out.set_can_compute(hello.can_compute);
  out.set_domain(hello.domain);
  out.set_cores(hello.cores);
  out.set_memory_bytes(hello.memory_bytes);
  out.set_heard_term(hello.heard_term);
  out.set_held_term(hello.held_term);
  out.set_held_version(hello.held_version);
  for (const plan::KernelCost& cost : hello.costs) {
    v1::KernelCost& to = *out.add_costs();
    to.set_kind(cost.kind);
    to.set_ns_per_frame(cost.ns_per_frame);
    to.set_measured(cost.measured);
  }
}

std::vector<plan::KernelCost> ReadCosts(const v1::Hello& in, const FieldPlace& place) {
  std::vector<plan::KernelCost> costs;
  for (int i = 0; i < in.costs_size(); ++i) {
    const v1::KernelCost& from = in.costs(i);
    const FieldPlace at = place.Item("costs", i);
    if (from.kind().empty() || from.kind().size() > 32) at.Refuse("kind", "not 1 to 32 bytes long");
    const bool known = std::any_of(costs.begin(), costs.end(), [&](const plan::KernelCost& c) {
      return c.kind == from.kind();
    });
    if (known) at.Refuse("kind", "\"" + from.kind() + "\" stands there twice");
    const auto ns = at.Within("ns_per_frame", from.ns_per_frame(), 1, kAnyU32);
    costs.push_back({from.kind(), static_cast<std::uint32_t>(ns), from.measured()});
  }
  return costs;
}

// Of another link version only the version and the name are looked at: the rest may mean something else there, and
// the answer is a refusal in any case.
plan::Hello Read(const v1::Hello& in, const FieldPlace& place) {
  plan::Hello hello;
  hello.link_version = in.link_version();
  hello.name = in.name();
  if (hello.link_version != plan::kLinkVersion) return hello;
  if (!IsNodeName(in.name())) {
    place.Refuse("name", "\"" + in.name() +
                             "\" is no node name (letters, digits, '-', '_' and '.', 1 to 32)");
  }
  hello.build_id = in.build_id();
  hello.clock_id = in.clock_id();
  hello.clock_now = in.clock_now();
  if (in.networks_size() > plan::kMaxNetworks) {
    place.Refuse("networks", "a node is on at most two networks");
  }
  for (int i = 0; i < std::min(in.networks_size(), plan::kMaxNetworks); ++i) {
    plan::Endpoint endpoint;
    FromProto(in.networks(i), endpoint, place.Item("networks", i));
    hello.networks.push_back(endpoint);
  }
  hello.asset_address = in.asset_address();
  hello.can_output = in.can_output();
  hello.can_compute = in.can_compute();
  hello.domain = in.domain();
  hello.cores = place.Within("cores", in.cores(), 0, 4096);
  if (in.memory_bytes() < 0) place.Refuse("memory_bytes", "less than nothing");
  hello.memory_bytes = in.memory_bytes();
  hello.heard_term = in.heard_term();
  hello.held_term = in.held_term();
  hello.held_version = in.held_version();
  hello.costs = ReadCosts(in, place);
  return hello;
}

void Write(const plan::PlanPrepared& prepared, v1::FromAgent& message) {
  v1::PlanPrepared& out = *message.mutable_plan_prepared();
  out.set_term(prepared.term);
  out.set_version(prepared.version);
  out.set_error(prepared.error);
}

plan::PlanPrepared Read(const v1::PlanPrepared& in, const FieldPlace& place) {
  plan::PlanPrepared prepared;
  prepared.term = in.term();
  prepared.version = place.Within("version", in.version(), 1, kAnyU32);
  prepared.error = in.error();
  return prepared;
}

void Write(const plan::VerdictReached& reached, v1::FromAgent& message) {
  v1::VerdictReached& out = *message.mutable_verdict_reached();
  out.set_task(reached.task);
  out.set_id(reached.id);
  out.set_verdict(static_cast<v1::Verdict>(reached.verdict));
}

plan::VerdictReached Read(const v1::VerdictReached& in, const FieldPlace& place) {
  plan::VerdictReached reached;
  reached.task = place.Within("task", in.task(), 1, kAnyU32);
  reached.id = in.id();
  if (in.id() == 0) place.Refuse("id", "missing");
  reached.verdict = static_cast<Verdict>(
      place.Within("verdict", in.verdict(), v1::VERDICT_COMMITTED, v1::VERDICT_EXPIRED));
  return reached;
}

void Write(const plan::Status& status, v1::FromAgent& message) {
  ToProto(status, *message.mutable_status());
}

void Write(const plan::Incident& incident, v1::FromAgent& message) {
  ToProto(incident, *message.mutable_incident());
}

void Write(const plan::PlanHeld& held, v1::FromAgent& message) {
  message.mutable_plan_held()->set_term(held.term);
  if (held.plan.version != 0) ToProto(held.plan, *message.mutable_plan_held()->mutable_plan());
}

plan::PlanHeld Read(const v1::PlanHeld& in, const FieldPlace& place) {
  plan::PlanHeld held;
  held.term = in.term();
  if (in.has_plan()) FromProto(in.plan(), held.plan, place.Field("plan"));
  return held;
}

void Write(const plan::Welcome& welcome, v1::ToAgent& message) {
  message.mutable_welcome()->set_term(welcome.term);
  message.mutable_welcome()->set_node(welcome.node);
}

plan::Welcome Read(const v1::Welcome& in, const FieldPlace& place) {
  plan::Welcome welcome;
  welcome.term = in.term();
  welcome.node = place.Within("node", in.node(), 0, 0xffff);
  return welcome;
}

void Write(const plan::Refusal& refusal, v1::ToAgent& message) {
  message.mutable_refusal()->set_reason(refusal.reason);
}

void Write(const plan::PlanSent& whole, v1::ToAgent& message) {
  const plan::PlanSent sent = plan::ForItsNode(whole);
  ToProto(sent.plan, *message.mutable_plan_sent()->mutable_plan());
  for (const std::string& source : sent.asset_sources) {
    message.mutable_plan_sent()->add_asset_sources(source);
  }
  for (const plan::Peer& peer : sent.peers) {
    v1::Peer& out = *message.mutable_plan_sent()->add_peers();
    out.set_node(peer.node);
    out.set_address(peer.address);
  }
}

plan::PlanSent Read(const v1::PlanSent& in, const FieldPlace& place) {
  plan::PlanSent sent;
  FromProto(in.plan(), sent.plan, place.Field("plan"));
  for (const std::string& source : in.asset_sources()) sent.asset_sources.push_back(source);
  for (int i = 0; i < in.peers_size(); ++i) {
    const FieldPlace at = place.Item("peers", i);
    plan::Peer& peer = sent.peers.emplace_back();
    peer.node = at.Within("node", in.peers(i).node(), 1, 0xffff);
    peer.address = in.peers(i).address();
    if (peer.address.empty()) at.Refuse("address", "missing");
  }
  return sent;
}

void Write(const plan::EventSubmitted& submitted, v1::ToAgent& message) {
  v1::EventSubmitted& out = *message.mutable_event_submitted();
  out.set_term(submitted.term);
  out.set_task(submitted.task);
  ToProto(submitted.event, *out.mutable_event());
}

plan::EventSubmitted Read(const v1::EventSubmitted& in, const FieldPlace& place) {
  plan::EventSubmitted submitted;
  submitted.term = in.term();
  submitted.task = place.Within("task", in.task(), 1, kAnyU32);
  FromProto(in.event(), submitted.event, place.Field("event"));
  return submitted;
}

void Write(const plan::ShowStopped& stopped, v1::ToAgent& message) {
  message.mutable_show_stopped()->set_term(stopped.term);
}

}  // namespace

void ToProto(const plan::FromAgent& message, v1::FromAgent& out) {
  std::visit([&](const auto& one) { Write(one, out); }, message);
}

void ToProto(const plan::ToAgent& message, v1::ToAgent& out) {
  std::visit([&](const auto& one) { Write(one, out); }, message);
}

void FromProto(const v1::FromAgent& in, plan::FromAgent& message, const FieldPlace& place) {
  switch (in.message_case()) {
    case v1::FromAgent::kHello:
      message = Read(in.hello(), place.Field("hello"));
      return;
    case v1::FromAgent::kPlanPrepared:
      message = Read(in.plan_prepared(), place.Field("plan_prepared"));
      return;
    case v1::FromAgent::kVerdictReached:
      message = Read(in.verdict_reached(), place.Field("verdict_reached"));
      return;
    case v1::FromAgent::kStatus:
      FromProto(in.status(), message.emplace<plan::Status>(), place.Field("status"));
      return;
    case v1::FromAgent::kIncident:
      FromProto(in.incident(), message.emplace<plan::Incident>(), place.Field("incident"));
      return;
    case v1::FromAgent::kPlanHeld:
      message = Read(in.plan_held(), place.Field("plan_held"));
      return;
    case v1::FromAgent::MESSAGE_NOT_SET:
      return place.Refuse("message", "missing, or of a kind unknown here");
  }
}

void FromProto(const v1::ToAgent& in, plan::ToAgent& message, const FieldPlace& place) {
  switch (in.message_case()) {
    case v1::ToAgent::kWelcome:
      message = Read(in.welcome(), place.Field("welcome"));
      return;
    case v1::ToAgent::kRefusal:
      message = plan::Refusal{in.refusal().reason()};
      return;
    case v1::ToAgent::kPlanSent:
      message = Read(in.plan_sent(), place.Field("plan_sent"));
      return;
    case v1::ToAgent::kEventSubmitted:
      message = Read(in.event_submitted(), place.Field("event_submitted"));
      return;
    case v1::ToAgent::kShowStopped:
      message = plan::ShowStopped{in.show_stopped().term()};
      return;
    case v1::ToAgent::MESSAGE_NOT_SET:
      return place.Refuse("message", "missing, or of a kind unknown here");
  }
}

bool IsNodeName(std::string_view name) {
  return !name.empty() && name.size() <= 32 && std::all_of(name.begin(), name.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
           c == '_' || c == '.';
  });
}

}  // namespace continuo::transport
