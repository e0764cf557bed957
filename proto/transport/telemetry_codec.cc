// SPDX-License-Identifier: Apache-2.0
#include "proto/continuo/v1/telemetry.pb.h"
#include "proto/transport/link_codec.h"

namespace continuo::transport {
namespace {

// The enumerations travel as their numbers.
static_assert(static_cast<int>(plan::ReplicaState::kFenced) == v1::REPLICA_STATE_FENCED);
static_assert(static_cast<int>(plan::ReplicaState::kRetired) == v1::REPLICA_STATE_RETIRED);
static_assert(static_cast<int>(plan::IncidentKind::kOverrun) == v1::INCIDENT_KIND_OVERRUN);
static_assert(static_cast<int>(plan::IncidentKind::kMarginWell) == v1::INCIDENT_KIND_MARGIN_WELL);

void WriteReplica(const plan::ReplicaStatus& replica, v1::ReplicaStatus& out) {
  out.set_task(replica.task);
  out.set_incarnation(replica.incarnation);
  out.set_state(static_cast<v1::ReplicaState>(replica.state));
  out.set_next(replica.next);
  out.set_live_members(replica.live_members);
  out.set_process_ns_max(replica.process_ns_max);
  out.set_process_ns_mean(replica.process_ns_mean);
  out.set_state_bytes(replica.state_bytes);
  if (replica.join != plan::JoinProgress{}) ToProto(replica.join, *out.mutable_join());
  out.set_retired_at(replica.retired_at);
  out.set_gap(replica.gap);
  for (const float value : replica.readings) out.add_readings(value);
  if (!replica.device.name.empty()) ToProto(replica.device, *out.mutable_device());
}

void ReadReadings(const v1::ReplicaStatus& in, std::vector<float>& readings,
                  const FieldPlace& place) {
  if (in.readings_size() > plan::kMaxReadings) place.Refuse("readings", "too many");
  if (!place.ok()) return;
  for (int i = 0; i < in.readings_size(); ++i) {
    readings.push_back(place.Item("readings", i).Finite("value", in.readings(i)));
  }
}

void ReadReplica(const v1::ReplicaStatus& in, plan::ReplicaStatus& replica,
                 const FieldPlace& place) {
  replica.task = place.Within("task", in.task(), 1, kAnyU32);
  replica.incarnation = in.incarnation();
  replica.state = static_cast<plan::ReplicaState>(
      place.Within("state", in.state(), v1::REPLICA_STATE_EMPTY, v1::REPLICA_STATE_RETIRED));
  replica.next = in.next();
  replica.live_members = in.live_members();
  replica.process_ns_max = in.process_ns_max();
  replica.process_ns_mean = in.process_ns_mean();
  replica.state_bytes = in.state_bytes();
  FromProto(in.join(), replica.join, place.Field("join"));
  replica.retired_at = in.retired_at();
  replica.gap = in.gap();
  ReadReadings(in, replica.readings, place);
  FromProto(in.device(), replica.device);
}

void WriteLeg(const plan::LegStatus& leg, v1::LegStatus& out) {
  out.set_incarnation(leg.incarnation);
  out.set_network(static_cast<std::uint32_t>(leg.network));
  out.set_node(leg.node);
  out.set_received(leg.received);
  out.set_selected(leg.selected);
  out.set_late(leg.late);
  out.set_repaired(leg.repaired);
  out.set_selected_last_s(leg.selected_last_s);
  out.set_measured(leg.measured);
  out.set_delay_mean(leg.delay_mean);
  out.set_delay_worst(leg.delay_worst);
  out.set_fresh(leg.fresh);
  out.set_delay_now(leg.delay_now);
}

/// An hour, either way: a packet that is older is none any more, and sums stay far from overflowing.
Frames DelayFrom(const char* field, std::int64_t value, const FieldPlace& place) {
  constexpr Frames kMost = Frames{3600} * kSampleRate;
  return place.Within(field, value, -kMost, kMost);
}

void ReadLeg(const v1::LegStatus& in, plan::LegStatus& leg, const FieldPlace& place) {
  leg.incarnation = in.incarnation();
  leg.network =
      static_cast<plan::Network>(place.Within("network", in.network(), 0, plan::kMaxNetworks - 1));
  leg.node = place.Within("node", in.node(), 0, 0xffff);
  leg.received = in.received();
  leg.selected = in.selected();
  leg.late = in.late();
  leg.repaired = in.repaired();
  leg.selected_last_s = in.selected_last_s();
  leg.measured = in.measured();
  leg.delay_mean = DelayFrom("delay_mean", in.delay_mean(), place);
  leg.delay_worst = DelayFrom("delay_worst", in.delay_worst(), place);
  leg.fresh = in.fresh();
  leg.delay_now = DelayFrom("delay_now", in.delay_now(), place);
}

void WriteStream(const plan::StreamStatus& stream, v1::StreamStatus& out) {
  out.set_task(stream.task);
  for (const plan::LegStatus& leg : stream.legs) WriteLeg(leg, *out.add_legs());
  out.set_concealed(stream.concealed);
  out.set_tainted(stream.tainted);
  out.set_nacks(stream.nacks);
  out.set_divergences(stream.divergences);
  out.set_needed_after(stream.needed_after);
}

void ReadStream(const v1::StreamStatus& in, plan::StreamStatus& stream, const FieldPlace& place) {
  stream.task = place.Within("task", in.task(), 1, kAnyU32);
  for (int i = 0; i < in.legs_size(); ++i) {
    ReadLeg(in.legs(i), stream.legs.emplace_back(), place.Item("legs", i));
  }
  stream.concealed = in.concealed();
  stream.tainted = in.tainted();
  stream.nacks = in.nacks();
  stream.divergences = in.divergences();
  stream.needed_after = place.Within("needed_after", in.needed_after(), 0, FramesOfMs(120'000));
}

}  // namespace

void ToProto(const plan::DeviceStatus& device, v1::DeviceStatus& out) {
  out.set_name(device.name);
  out.set_running(device.running);
  out.set_latency(device.latency);
  out.set_losses(device.losses);
  out.set_xruns(device.xruns);
  out.set_starved(device.starved);
  out.set_slips(device.slips);
  out.set_skipped(device.skipped);
  out.set_repeated(device.repeated);
  out.set_guarding(device.guarding);
  out.set_refused(device.refused);
  out.set_over(device.over);
  out.set_dc(device.dc);
  out.set_error(device.error);
  out.set_silent(device.silent);
}

void FromProto(const v1::DeviceStatus& in, plan::DeviceStatus& device) {
  device.name = in.name();
  device.running = in.running();
  device.latency = in.latency();
  device.losses = in.losses();
  device.xruns = in.xruns();
  device.starved = in.starved();
  device.slips = in.slips();
  device.skipped = in.skipped();
  device.repeated = in.repeated();
  device.guarding = in.guarding();
  device.refused = in.refused();
  device.over = in.over();
  device.dc = in.dc();
  device.error = in.error();
  device.silent = in.silent();
}

void ToProto(const plan::JoinProgress& join, v1::JoinProgress& out) {
  out.set_donor(join.donor);
  out.set_snapshot_bytes(join.snapshot_bytes);
  out.set_snapshot_total(join.snapshot_total);
  out.set_snapshot_next(join.snapshot_next);
  out.set_behind(join.behind);
  out.set_catch_up_percent(join.catch_up_percent);
  out.set_hash_equal(join.hash_equal);
  out.set_in_sync_at(join.in_sync_at);
  out.set_error(join.error);
}

void FromProto(const v1::JoinProgress& in, plan::JoinProgress& join, const FieldPlace& place) {
  join.donor = place.Within("donor", in.donor(), 0, 0xffff);
  join.snapshot_bytes = in.snapshot_bytes();
  join.snapshot_total = in.snapshot_total();
  join.snapshot_next = in.snapshot_next();
  join.behind = in.behind();
  join.catch_up_percent = in.catch_up_percent();
  join.hash_equal = in.hash_equal();
  join.in_sync_at = in.in_sync_at();
  join.error = in.error();
}

void ToProto(const plan::OutputStatus& output, v1::OutputStatus& out) {
  out.set_id(output.id);
  out.set_first_n(output.first_n);
  out.set_frames(output.frames);
  out.set_concealed(output.concealed);
  out.set_tainted(output.tainted);
  out.set_margin_min(output.margin_min);
  out.set_finished(output.finished);
  out.set_error(output.error);
  if (!output.device.name.empty()) ToProto(output.device, *out.mutable_device());
}

void FromProto(const v1::OutputStatus& in, plan::OutputStatus& output) {
  output.id = in.id();
  output.first_n = in.first_n();
  output.frames = in.frames();
  output.concealed = in.concealed();
  output.tainted = in.tainted();
  output.margin_min = in.margin_min();
  output.finished = in.finished();
  output.error = in.error();
  if (in.has_device()) FromProto(in.device(), output.device);
}

void ToProto(const plan::Status& status, v1::AgentStatus& out) {
  out.set_now(status.now);
  out.set_plan_version(status.plan_version);
  for (const plan::ReplicaStatus& one : status.replicas) WriteReplica(one, *out.add_replicas());
  for (const plan::StreamStatus& one : status.streams) WriteStream(one, *out.add_streams());
  for (const plan::OutputStatus& one : status.outputs) ToProto(one, *out.add_outputs());
  out.set_packets_sent(status.packets_sent);
  out.set_packets_received(status.packets_received);
  out.set_packets_refused(status.packets_refused);
  out.set_nacks_sent(status.nacks_sent);
  out.set_nacks_answered(status.nacks_answered);
  out.set_stalls(status.stalls);
  out.set_stall_max(status.stall_max);
  out.set_realtime(status.realtime);
  if (status.clock.follows) ToProto(status.clock, *out.mutable_clock());
  if (!status.board.name.empty()) ToProto(status.board, *out.mutable_board());
}

void FromProto(const v1::AgentStatus& in, plan::Status& status, const FieldPlace& place) {
  status = {};
  status.now = in.now();
  status.plan_version = in.plan_version();
  for (int i = 0; i < in.replicas_size(); ++i) {
    ReadReplica(in.replicas(i), status.replicas.emplace_back(), place.Item("replicas", i));
  }
  for (int i = 0; i < in.streams_size(); ++i) {
    ReadStream(in.streams(i), status.streams.emplace_back(), place.Item("streams", i));
  }
  for (const v1::OutputStatus& one : in.outputs()) FromProto(one, status.outputs.emplace_back());
  status.packets_sent = in.packets_sent();
  status.packets_received = in.packets_received();
  status.packets_refused = in.packets_refused();
  status.nacks_sent = in.nacks_sent();
  status.nacks_answered = in.nacks_answered();
  status.stalls = in.stalls();
  status.stall_max = in.stall_max();
  status.realtime = in.realtime();
  if (in.has_clock()) FromProto(in.clock(), status.clock, place.Field("clock"));
  if (in.has_board()) FromProto(in.board(), status.board, place.Field("board"));
}

void ToProto(const plan::Incident& incident, v1::Incident& out) {
  out.set_kind(static_cast<v1::IncidentKind>(incident.kind));
  out.set_task(incident.task);
  out.set_n(incident.n);
  out.set_kept(incident.kept);
  out.set_differing(incident.differing);
  out.set_text(incident.text);
  out.set_incarnation(incident.incarnation);
}

void FromProto(const v1::Incident& in, plan::Incident& incident, const FieldPlace& place) {
  incident.kind = static_cast<plan::IncidentKind>(
      place.Within("kind", in.kind(), v1::INCIDENT_KIND_DIVERGENCE, v1::INCIDENT_KIND_MARGIN_WELL));
  incident.task = in.task();
  incident.n = in.n();
  incident.kept = place.Within("kept", in.kept(), 0, 0xffff);
  incident.differing = place.Within("differing", in.differing(), 0, 0xffff);
  incident.text = in.text();
  incident.incarnation = in.incarnation();
}

}  // namespace continuo::transport
