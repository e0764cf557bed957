// SPDX-License-Identifier: Apache-2.0
#include "proto/transport/plan_codec.h"

#include <limits>

#include "proto/continuo/v1/plan.pb.h"
#include "proto/plan/validate.h"
#include "proto/wire/control_frames.h"

namespace continuo::transport {
namespace {

constexpr std::int64_t kAnyI64 = std::numeric_limits<std::int64_t>::max();

// The enumerations travel as their numbers.
static_assert(static_cast<int>(plan::Origin::kJoiner) == v1::ORIGIN_JOINER);
static_assert(static_cast<int>(plan::Role::kWitness) == v1::ROLE_WITNESS);

void ReadNode(const v1::Node& in, plan::Node& node, const FieldPlace& place) {
  node.id = place.Within("id", in.id(), 1, 0xffff);
  node.name = in.name();
  if (in.name().empty()) place.Refuse("name", "missing");
  if (in.networks_size() > plan::kMaxNetworks) {
    return place.Refuse("networks", "a node is on at most two networks");
  }
  for (int i = 0; i < in.networks_size(); ++i) {
    plan::Endpoint endpoint;
    FromProto(in.networks(i), endpoint, place.Item("networks", i));
    node.networks.push_back(endpoint);
  }
}

void ReadTask(const v1::Task& in, plan::Task& task, const FieldPlace& place) {
  FromProto(in.description(), task.description, place.Field("description"));
  task.generation = place.Within("generation", in.generation(), 1, 0xffff);
  task.epoch = in.epoch();
  task.span.begins = place.Within("begins", in.begins(), 0, dsp::kForever);
  task.rewired = place.Within("rewired", in.rewired(), 0, dsp::kForever);
  task.span.ends = place.Within("ends", in.ends(), 0, dsp::kForever);
  if (task.span.ends == 0) task.span.ends = dsp::kForever;
  task.lead = place.Within("lead", in.lead(), 0, 60 * kSampleRate);
  task.foreign = in.foreign();
  task.depth = place.Within("depth", in.depth(), 0, dsp::kMaxTasks - 1);
  if (in.wanted() != 0) task.wanted = place.Within("wanted", in.wanted(), 1, plan::kMaxRedundancy);
  for (int i = 0; i < in.replicas_size(); ++i) {
    const FieldPlace at = place.Item("replicas", i);
    plan::Replica& replica = task.replicas.emplace_back();
    replica.node = at.Within("node", in.replicas(i).node(), 1, 0xffff);
    replica.incarnation = at.Within("incarnation", in.replicas(i).incarnation(), 1, kAnyU32);
    replica.origin = static_cast<plan::Origin>(
        at.Within("origin", in.replicas(i).origin(), v1::ORIGIN_FOUNDER, v1::ORIGIN_JOINER));
    replica.role = static_cast<plan::Role>(
        at.Within("role", in.replicas(i).role(), v1::ROLE_COMPUTE, v1::ROLE_WITNESS));
    replica.leaving = in.replicas(i).leaving();
  }
}

void ReadOutput(const v1::Output& in, plan::Output& output, const FieldPlace& place) {
  output.id = in.id();
  output.name = in.name();
  if (in.name().empty()) place.Refuse("name", "missing");
  output.from = place.Within("from", in.from(), 1, kAnyU32);
  output.node = place.Within("node", in.node(), 1, 0xffff);
  output.before = in.before();
  output.since = place.Within("since", in.since(), 0, dsp::kForever);
  output.offset = place.Within("offset", in.offset(), 0, 60 * kSampleRate);
}

void ReadMedia(const v1::MediaTimeMap& in, plan::MediaTimeMap& media, const FieldPlace& place) {
  media.version = in.version();
  media.clock_id = in.clock_id();
  media.t0 = in.t0();
  media.n0 = in.n0();
  media.rate_hz = place.Within("rate_hz", in.rate_hz(), 1, 1'000'000);
}

void WriteMedia(const plan::MediaTimeMap& media, v1::MediaTimeMap& out) {
  out.set_version(media.version);
  out.set_clock_id(media.clock_id);
  out.set_t0(media.t0);
  out.set_n0(media.n0);
  out.set_rate_hz(media.rate_hz);
}

void ReadMarks(const v1::Plan& in, session::TempoMarks& marks, const FieldPlace& place) {
  if (in.tempo_marks_size() > session::kMaxTempoMarks) {
    return place.Refuse("tempo_marks", std::to_string(in.tempo_marks_size()) +
                                           " tempo marks, at most " +
                                           std::to_string(session::kMaxTempoMarks) + " allowed");
  }
  for (int i = 0; i < in.tempo_marks_size(); ++i) {
    const FieldPlace at = place.Item("tempo_marks", i);
    session::TempoMark mark;
    mark.tick = at.Within("tick", in.tempo_marks(i).tick(), 1, session::kTickLimit - 1);
    mark.tempo_mbpm = static_cast<std::uint32_t>(
        at.Within("tempo_mbpm", in.tempo_marks(i).tempo_mbpm(), session::kTempoMinMilliBpm,
                  session::kTempoMaxMilliBpm));
    marks.push_back(mark);
  }
}

void ReadHead(const v1::Plan& in, plan::Plan& plan, const FieldPlace& place) {
  plan.term = in.term();
  plan.version = place.Within("version", in.version(), 1, kAnyU32);
  plan.run = in.run();
  plan.show = in.show();
  plan.quantum = place.Within("quantum", in.quantum(), 6, kMaxQuantum);
  if (!IsQuantum(plan.quantum)) {
    place.Refuse("quantum", std::to_string(plan.quantum) + " is none of 6, 12, 16, 32, 48, 64, 96");
  }
  FromProto(in.timing(), plan.timing, place.Field("timing"));
  ReadMedia(in.media(), plan.media, place.Field("media"));
  plan.start_n = place.Within("start_n", in.start_n(), 0, kAnyI64);
  if (plan.start_n % plan.quantum != 0) {
    place.Refuse("start_n", std::to_string(plan.start_n) + " is no multiple of the quantum");
  }
  plan.length = place.Within("length", in.length(), 0, kAnyI64);
  plan.deepest = place.Within("deepest", in.deepest(), 0, dsp::kMaxTasks - 1);
  plan.all_tasks = place.Within("all_tasks", in.all_tasks(), 0, dsp::kMaxTasks);
  FromProto(in.session(), plan.session, place.Field("session"));
  ReadMarks(in, plan.tempo_marks, place);
}

}  // namespace

void ToProto(const plan::Endpoint& endpoint, v1::Endpoint& out) {
  out.set_address(endpoint.address);
  out.set_port(endpoint.port);
}

void FromProto(const v1::Endpoint& in, plan::Endpoint& endpoint, const FieldPlace& place) {
  endpoint.address = in.address();
  endpoint.port = place.Within("port", in.port(), in.address() == 0 ? 0 : 1, 0xffff);
}

void ToProto(const plan::Timing& timing, v1::Timing& out) {
  out.set_playout(timing.playout);
  out.set_promise(timing.promise);
  out.set_silence(timing.silence);
  out.set_lead(timing.lead);
  out.set_repair_after(timing.repair_after);
}

void FromProto(const v1::Timing& in, plan::Timing& timing, const FieldPlace& place) {
  // A minute: more than any latency that makes sense, and small enough that sums cannot overflow.
  constexpr std::int64_t kMax = 60 * kSampleRate;
  timing.playout = place.Within("playout", in.playout(), 1, kMax);
  timing.promise = place.Within("promise", in.promise(), 1, kMax);
  timing.silence = place.Within("silence", in.silence(), 1, kMax);
  timing.lead = place.Within("lead", in.lead(), 1, kMax);
  timing.repair_after = place.Within("repair_after", in.repair_after(), 1, kMax);
}

void ToProto(const plan::Node& node, v1::Node& out) {
  out.set_id(node.id);
  out.set_name(node.name);
  for (const plan::Endpoint& endpoint : node.networks) ToProto(endpoint, *out.add_networks());
}

void ToProto(const plan::Task& task, v1::Task& out) {
  ToProto(task.description, *out.mutable_description());
  out.set_generation(task.generation);
  out.set_epoch(task.epoch);
  out.set_wanted(static_cast<std::uint32_t>(task.wanted));
  out.set_begins(task.span.begins);
  out.set_rewired(task.rewired);
  out.set_ends(task.span.ends == dsp::kForever ? 0 : task.span.ends);
  out.set_lead(task.lead);
  out.set_foreign(task.foreign);
  out.set_depth(static_cast<std::uint32_t>(task.depth));
  for (const plan::Replica& replica : task.replicas) {
    v1::Replica& to = *out.add_replicas();
    to.set_node(replica.node);
    to.set_incarnation(replica.incarnation);
    to.set_origin(static_cast<v1::Origin>(replica.origin));
    to.set_role(static_cast<v1::Role>(replica.role));
    to.set_leaving(replica.leaving);
  }
}

void ToProto(const plan::Output& output, v1::Output& out) {
  out.set_id(output.id);
  out.set_name(output.name);
  out.set_from(output.from);
  out.set_node(output.node);
  out.set_before(output.before);
  out.set_since(output.since);
  out.set_offset(output.offset);
}

void ToProto(const plan::Plan& plan, v1::Plan& out) {
  out.set_term(plan.term);
  out.set_version(plan.version);
  out.set_run(plan.run);
  out.set_show(plan.show);
  out.set_quantum(plan.quantum);
  ToProto(plan.timing, *out.mutable_timing());
  WriteMedia(plan.media, *out.mutable_media());
  out.set_start_n(plan.start_n);
  out.set_length(plan.length);
  out.set_deepest(static_cast<std::uint32_t>(plan.deepest));
  out.set_all_tasks(static_cast<std::uint32_t>(plan.all_tasks));
  ToProto(plan.session, *out.mutable_session());
  for (const session::TempoMark& mark : plan.tempo_marks) {
    v1::TempoMark& made = *out.add_tempo_marks();
    made.set_tick(mark.tick);
    made.set_tempo_mbpm(mark.tempo_mbpm);
  }
  for (const plan::Node& node : plan.nodes) ToProto(node, *out.add_nodes());
  for (const plan::Task& task : plan.tasks) ToProto(task, *out.add_tasks());
  for (const plan::Output& output : plan.outputs) ToProto(output, *out.add_outputs());
}

void FromProto(const v1::Plan& in, plan::Plan& plan, const FieldPlace& place) {
  plan = {};
  ReadHead(in, plan, place);
  for (int i = 0; i < in.nodes_size(); ++i) {
    ReadNode(in.nodes(i), plan.nodes.emplace_back(), place.Item("nodes", i));
  }
  if (in.tasks_size() > dsp::kMaxTasks) {
    return place.Refuse("tasks", std::to_string(in.tasks_size()) + " tasks, at most " +
                                     std::to_string(dsp::kMaxTasks) + " allowed");
  }
  for (int i = 0; i < in.tasks_size(); ++i) {
    ReadTask(in.tasks(i), plan.tasks.emplace_back(), place.Item("tasks", i));
  }
  for (int i = 0; i < in.outputs_size(); ++i) {
    ReadOutput(in.outputs(i), plan.outputs.emplace_back(), place.Item("outputs", i));
  }
  if (!place.ok()) return;
  const std::string wrong = plan::Validate(plan);
  if (!wrong.empty()) place.Refuse(wrong);
}

}  // namespace continuo::transport
