// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "proto/plan/link.h"

// One of each, with every field away from its default, so that a forgotten field shows.

namespace continuo::transport {

inline const std::string kHashA(64, 'a');
inline const std::string kHashB(64, 'b');

inline plan::Task ConductorSample() {
  plan::Task task;
  task.description.id = dsp::kConductorId;
  task.description.name = "conductor";
  task.description.kind = "conductor";
  task.replicas = {{1, 1}, {2, 2}};
  return task;
}

inline plan::Task TaskSample() {
  plan::Task task;
  task.description.id = 3;
  task.description.name = "drums";
  task.description.kind = "mixer";
  task.description.channels = 4;
  task.description.input_ports = 2;
  task.description.wires.push_back(
      {.from = 2, .port = 1, .begins = 96'000'005, .ends = 96'000'006, .delay = 8192});
  task.description.params.push_back({5, -3.25f});
  task.description.scenes.push_back({64, 6, 2.5f});
  task.description.assets.push_back({kHashA.c_str(), 36});
  task.description.notes = {kHashB.c_str(), 0x0204, -12, 35, 81, true};
  task.description.automation.push_back({983040, 6, dsp::CurveShape::kExponential, 0.25f});
  task.generation = 7;
  task.epoch = 9;
  task.wanted = 3;
  task.span = {96 * 1'000'010, 96 * 1'000'020};
  task.rewired = 96 * 1'000'012;
  task.replicas = {{1, 12}, {2, 13, plan::Origin::kJoiner, plan::Role::kWitness, true}};
  return task;
}

inline plan::Task SourceSample() {
  plan::Task task = ConductorSample();
  task.description.id = 2;
  task.description.name = "bass";
  task.description.kind = "synth";
  task.description.channels = 4;
  return task;
}

inline session::Segment SegmentSample(MediaTime n0) {
  return {.version = 3,
          .n0 = n0,
          .tick0 = 983040,
          .tempo_mbpm = 112'500,
          .playing = true,
          .meter_num = 6,
          .meter_den = 8,
          .bar_tick = 983040,
          .bar_number = 2,
          .muted = true,
          .mute_n0 = n0 - 48};
}

inline plan::Plan PlanSample() {
  plan::Plan plan;
  plan.tempo_marks.push_back({983040, 90'500});
  plan.tempo_marks.push_back({1966080, 120'000});
  plan.term = 4;
  plan.version = 11;
  plan.run = 10;
  plan.show = "demo";
  plan.quantum = 96;
  plan.timing = {14'401, 14'402, 12'003, 16'804, 205};
  plan.media = {2, 0x8000'0000'0000'0001u, 123'456'789, 99'000'000'000, kSampleRate};
  plan.start_n = 96 * 1'000'000;
  plan.length = 1'440'000;
  plan.session = SegmentSample(plan.start_n);
  for (const plan::NodeId id : {1, 2}) {
    plan::Node& node = plan.nodes.emplace_back();
    node.id = id;
    node.name = "pi-" + std::to_string(id);
    node.networks.push_back({0xff000101, 5004});
    node.networks.push_back({0x7f000201, 5005});
  }
  plan.tasks = {ConductorSample(), SourceSample(), TaskSample()};
  // A part, which has all that a whole plan has.
  plan.deepest = 2;
  plan.all_tasks = 5;
  plan.tasks[2].foreign = true;
  plan.tasks[1].depth = 1;
  plan.tasks[2].depth = 2;
  plan.tasks[0].lead = 20'000;
  plan.tasks[1].lead = 19'999;
  plan.tasks[2].lead = 19'998;
  plan.outputs = {{5, "foh-a", 3, 2, 2, 96'000'007, 1190}};
  return plan;
}

inline Event EventSample() {
  return {.at = 96'000'001,
          .id = 4ull << 32 | 17,
          .command = Command::kTempo,
          .target = 3,
          .value = -5};
}

inline plan::JoinProgress JoinSample() {
  return {2, 100, 200, 1'000'000, 3, 450, true, 96'480'000, "the donor went away"};
}

inline plan::DeviceStatus DeviceSample() {
  return {"jack:default", true, 900, 1, 2, 3, 4, 5, 6, true, 7, 8, 9, "no JACK server runs", 10};
}

inline plan::Status StatusSample() {
  plan::Status status;
  status.now = 96'000'002;
  status.plan_version = 7;
  status.replicas = {{3,
                      12,
                      plan::ReplicaState::kRetired,
                      1001,
                      2,
                      5005,
                      JoinSample(),
                      96'000'004,
                      6006,
                      3003,
                      4004,
                      {-6.5f, -144.0f},
                      DeviceSample()}};
  plan::StreamStatus& stream = status.streams.emplace_back();
  stream.task = 3;
  stream.legs = {{12, plan::Network::kBlue, 2, 1, 2, 3, 4, 5, true, true, -6, 7, 8}};
  stream.concealed = 6;
  stream.tainted = 7;
  stream.nacks = 8;
  stream.divergences = 9;
  stream.needed_after = 10;
  status.outputs = {{5, 96'000'000, 48'000, 1, 2, -3, true, "the disk is full", DeviceSample()}};
  status.packets_sent = 10;
  status.packets_received = 11;
  status.packets_refused = 12;
  status.nacks_sent = 13;
  status.nacks_answered = 14;
  status.stalls = 15;
  status.stall_max = 16;
  status.realtime = true;
  status.clock = {true,
                  clock::LockState::kHoldover,
                  wire::PtpPortState::kListening,
                  18,
                  true,
                  -19,
                  20,
                  -21,
                  22,
                  23,
                  24,
                  "ptp4l ends again and again"};
  status.board = {"mps2-an386", 25, "hard fault", true, "by the board 3 replayed",
                  26,           27, 28,           true};
  status.board.hears.push_back({1,
                                2,
                                3,
                                4,
                                5,
                                6,
                                7,
                                8,
                                9,
                                10,
                                11,
                                12,
                                13,
                                true,
                                -14,
                                15,
                                {-16, -17, 18, 19, 20},
                                {{21, 22}}});
  status.board.says.push_back({1, 2, 3, 4, {-5, 6, 7, 8, 9}});
  return status;
}

inline plan::Hello HelloSample() {
  plan::Hello hello;
  hello.name = "pi-1";
  hello.build_id = "build";
  hello.clock_id = 0x9000'0000'0000'0002u;
  hello.clock_now = 5;
  hello.networks.push_back({0x7f000101, 5004});
  hello.asset_address = "127.0.0.1:7500";
  hello.can_output = true;
  hello.can_compute = true;
  hello.domain = "rack";
  hello.cores = 4;
  hello.memory_bytes = 8'000'000'000;
  hello.heard_term = 7;
  hello.held_term = 6;
  hello.held_version = 7;
  hello.costs = {{"eq", 34, false}, {"synth", 125, true}};
  return hello;
}

inline std::vector<plan::FromAgent> FromAgentSamples() {
  return {HelloSample(),
          plan::PlanPrepared{4, 11, "no memory"},
          plan::VerdictReached{3, 17, Verdict::kExpired},
          StatusSample(),
          plan::Incident{plan::IncidentKind::kMarginWell, 3, 96'000'003, 1, 2, "text", 11},
          plan::PlanHeld{6, PlanSample()}};
}

inline std::vector<plan::ToAgent> ToAgentSamples() {
  return {
      plan::Welcome{4, 1}, plan::Refusal{"of another release"},
      plan::PlanSent{PlanSample(), {"127.0.0.1:7400", "127.0.0.1:7500"}, {{2, "127.0.0.1:7600"}}},
      plan::EventSubmitted{4, 3, EventSample()}, plan::ShowStopped{4}};
}

}  // namespace continuo::transport
