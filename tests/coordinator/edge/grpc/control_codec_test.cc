// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <google/protobuf/util/message_differencer.h>

#include <cmath>
#include <limits>

#include "coordinator/edge/grpc/log_codec.h"
#include "coordinator/edge/grpc/request_codec.h"
#include "coordinator/edge/grpc/show_codec.h"
#include "coordinator/edge/grpc/take_codec.h"
#include "coordinator/edge/grpc/view_codec.h"
#include "proto/continuo/v1/control.pb.h"
#include "proto/transport/samples.h"
#include "support/every_field.h"

namespace continuo::coordinator {
namespace {

using google::protobuf::util::MessageDifferencer;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using transport::FieldPlace;

ShowTask TaskSample() {
  ShowTask task;
  task.name = "drums";
  task.kind = "sampler";
  task.channels = 2;
  task.redundancy = 3;
  task.tier = 2;
  task.inputs = {{"bass", 1}};
  task.params = {{"gain.1", -3.5f}};
  task.automation = {{"cutoff", {{{5, 2, 240}, 800.0f, dsp::CurveShape::kStep}}}};
  task.samples = {{36, "kick"}};
  task.notes = ShowNotes{"song", {10, 11}, -12, 35, 81, true};
  task.on = {"pi-1", "pi-2"};
  task.lead = 72'000;
  return task;
}

ShowApplied ShowSample() {
  ShowApplied wish;
  wish.show.name = "demo";
  wish.show.redundancy = 2;
  wish.show.quantum = 96;
  wish.show.tempo_mbpm = 112'500;
  wish.show.tempo_changes = {{{17, 3, 240}, 90'500}};
  wish.show.meter_num = 6;
  wish.show.meter_den = 8;
  wish.show.length = 1'440'000;
  wish.show.assets = {{"song", AssetKind::kNotes, "song.mid"}};
  wish.show.tasks = {TaskSample()};
  wish.show.outputs = {{"foh", "drums", {{"a", "foh-1"}, {"b", ""}}, 1190}};
  wish.show.scenes = {{"thin", {{"drums", {{"gain", -3}}}}}};
  wish.source = "show: demo";
  wish.by = "ana@desk";
  wish.key = {1ull << 63, 9};
  wish.assets = {{"song", AssetKind::kNotes, transport::kHashA, 2, 48'000, 7, 4096}};
  return wish;
}

ReplicaView ReplicaSample() {
  ReplicaView replica;
  replica.node = 1;
  replica.node_name = "pi-1";
  replica.incarnation = 12;
  replica.state = plan::ReplicaState::kRetired;
  replica.origin = plan::Origin::kJoiner;
  replica.role = plan::Role::kWitness;
  replica.leaving = true;
  replica.live = true;
  replica.next = 1001;
  replica.join = transport::JoinSample();
  replica.state_bytes = 2;
  replica.gap = 3;
  replica.process_ns_mean = 5;
  replica.process_ns_max = 6;
  replica.selected = 70;
  replica.selected_last_s = 7;
  replica.readings = {-6.5f, -144.0f};
  replica.device = transport::DeviceSample();
  return replica;
}

OperationView OperationSample() {
  OperationView operation;
  operation.id = 1ull << 40;
  operation.parent = 6;
  operation.kind = OperationKind::kReplicas;
  operation.phase = OperationPhase::kDone;
  operation.text = "move drums from pi-1 to pi-3";
  operation.task = "drums";
  operation.from = "pi-1";
  operation.to = "pi-3";
  operation.note = "pi-2 failed";
  operation.incoming = 13;
  operation.outgoing = 12;
  operation.incoming_state = plan::ReplicaState::kRetired;
  operation.join = transport::JoinSample();
  operation.attempts = 2;
  operation.moves = 4;
  operation.moves_done = 3;
  operation.kernel_class = "exact";
  operation.at_n = 96'000'005;
  operation.started_n = 96'000'006;
  operation.ended_n = 96'000'007;
  operation.done = true;
  operation.ok = true;
  operation.verdict = "drums moved";
  return operation;
}

View ViewSample() {
  View view;
  view.coordinators = {{"10.0.0.2:7400", true}};
  view.term = 4;
  view.now = 96'000'500;
  view.stall_max = 6;
  view.journal_trouble = "the disk is full";
  view.show = {ShowPhase::kFailed, "demo", "no memory", "show: demo", ShowSample().assets};
  view.plan = transport::PlanSample();
  view.session.segment = transport::SegmentSample(view.plan.start_n);
  view.session.segments = {transport::SegmentSample(view.plan.start_n - 480), view.session.segment};
  view.session.position = {17, 3, 240};
  view.session.tick = 983'040;
  NodeView& node = view.nodes.emplace_back();
  node = {.id = 1,
          .name = "pi-1",
          .domain = "rack",
          .build_id = "build",
          .asset_address = "127.0.0.1:7500",
          .networks = transport::HelloSample().networks,
          .beats_heard = {true, true},
          .liveness = Liveness::kDead,
          .attached = true,
          .can_output = true,
          .can_compute = true,
          .drained = true,
          .in_plan = true,
          .holds_plan = true,
          .prepared = true,
          .cores = 4,
          .load_ppm = 5,
          .status = transport::StatusSample(),
          .status_n = 8,
          .clock_offsets = {20, std::numeric_limits<Nanoseconds>::min()}};
  TaskView& task = view.tasks.emplace_back();
  task = {3, "drums", "sampler", {2, 4}, 2, 1, {}, 5, 6, 7};
  task.replicas = {ReplicaSample()};
  view.outputs = {{5, "foh-a", "drums", 1, "pi-1", true, transport::StatusSample().outputs[0]}};
  view.events = {{transport::EventSample(), 3, "tempo", Verdict::kExpired}};
  view.incidents = {{9, "pi-1", {plan::IncidentKind::kOverrun, 3, 96'000'003, 1, 2, "text", 11}}};
  view.gaps = {{3, 10, 11}};
  view.plans = {std::make_shared<const plan::Plan>(view.plan)};
  view.operations = {OperationSample()};
  view.clock = view.nodes[0].status->clock;
  view.clock_offsets = {18, -19};
  view.versions = {{3, 12, "ana@desk", "demo", 4, "begins"}};
  view.lock = {"ana@desk", "doors are open", 13};
  view.scenes = {{"thin", 2, 3}};
  return view;
}

template <typename Message, typename Wish>
std::string ErrorOf(const Message& message, Wish& wish) {
  std::string error;
  ReadRequest(message, wish, FieldPlace(error));
  return error;
}

TEST(ControlCodec, AShowComesBackEqual) {
  v1::ApplyShowRequest message;
  WriteRequest(ShowSample(), message);
  EXPECT_THAT(MissingFields(message), IsEmpty());
  ShowApplied back;
  EXPECT_EQ(ErrorOf(message, back), "");
  EXPECT_TRUE(back == ShowSample());
}

TEST(ControlCodec, AParameterThatIsNoNumberIsRefusedAtItsPlace) {
  v1::ApplyShowRequest message;
  WriteRequest(ShowSample(), message);
  message.mutable_show()->mutable_tasks(0)->mutable_params(0)->set_value(std::nanf(""));
  ShowApplied back;
  EXPECT_EQ(ErrorOf(message, back), "show.tasks[0].params[0].value: NaN is not allowed");
}

TEST(ControlCodec, MoreNodesThanFeedsAreRefused) {
  v1::ApplyShowRequest message;
  WriteRequest(ShowSample(), message);
  message.mutable_show()->mutable_outputs(0)->add_on("foh-3");
  ShowApplied back;
  EXPECT_EQ(ErrorOf(message, back), "show.outputs[0].on: 3 is not between 0 and 2");
}

TEST(ControlCodec, AViewComesBackEqual) {
  v1::ClusterStatus written, again;
  ToProto(ViewSample(), written);
  EXPECT_THAT(MissingFields(written), IsEmpty());
  View back;
  std::string error;
  FromProto(written, back, FieldPlace(error));
  EXPECT_EQ(error, "");
  ToProto(back, again);
  EXPECT_TRUE(MessageDifferencer::Equals(written, again));
}

TEST(ControlCodec, ADiffComesBackEqual) {
  ShowDiff diff;
  diff.plays = true;
  diff.playing = "demo";
  diff.differences = {{Heard::kStop, "parameter", "bass", "gain", "-3 dB", "-6 dB", "louder"}};
  diff.reply = {.code = Code::kPrecondition, .text = "not now"};
  v1::DiffShowReply message;
  WriteReply(diff, message);
  ShowDiff back;
  std::string error;
  ReadReply(message, back, FieldPlace(error));
  EXPECT_EQ(error, "");
  EXPECT_EQ(back.differences, diff.differences);
  EXPECT_EQ(back.playing, "demo");
  EXPECT_FALSE(back.reply.ok());
  EXPECT_EQ(back.reply.text, "not now");
}

TEST(ControlCodec, LockAndRollbackComeBackEqualAndTextsAreBounded) {
  v1::LockShowRequest lock;
  const LockRequested wanted{0, false, "ana@desk", "doors", {1, 2}};
  WriteRequest(wanted, lock);
  LockRequested back;
  EXPECT_EQ(ErrorOf(lock, back), "");
  EXPECT_TRUE(back == wanted);
  lock.set_reason(std::string(201, 'x'));
  EXPECT_EQ(ErrorOf(lock, back), "reason: longer than 200 bytes");
  lock.set_reason("two\nlines");
  EXPECT_EQ(ErrorOf(lock, back), "reason: not one line");
  v1::RollbackShowRequest rollback;
  const RollbackRequested last{0, 7, "ana@desk", {3, 4}};
  WriteRequest(last, rollback);
  RollbackRequested again;
  EXPECT_EQ(ErrorOf(rollback, again), "");
  EXPECT_TRUE(again == last);
}

TEST(ControlCodec, ALogComesBackEqual) {
  const LogPage page{3, 4, {{5, 6, LogEntry::Kind::kReport, Severity::kError, "why", 2}}};
  v1::GetLogReply message;
  ToProto(page, message);
  EXPECT_THAT(MissingFields(message), IsEmpty());
  LogPage back;
  std::string error;
  FromProto(message, back, FieldPlace(error));
  EXPECT_EQ(error, "");
  ASSERT_EQ(back.entries.size(), 1u);
  EXPECT_EQ(back.entries[0].text, "why");
  EXPECT_EQ(back.entries[0].kind, LogEntry::Kind::kReport);
  EXPECT_EQ(back.entries[0].cause, 2u);
  message.mutable_entries(0)->set_kind(static_cast<v1::LogKind>(9));
  FromProto(message, back, FieldPlace(error));
  EXPECT_THAT(error, HasSubstr("entries[0].kind"));
}

TEST(ControlCodec, AStormOfEventsLeavesTheStatusSmall) {
  View view = ViewSample();
  view.events.clear();
  for (EventId id = 1; id <= 60'000; ++id) {
    Event event = transport::EventSample();
    event.id = id;
    view.events.push_back({event, 3, "tempo", Verdict::kCommitted});
  }
  v1::ClusterStatus status;
  ToProto(view, status);
  ASSERT_EQ(status.events_size(), 200);
  EXPECT_EQ(status.events(0).event().id(), 59'801u);
  EXPECT_EQ(status.events(199).event().id(), 60'000u);
}

TEST(ControlCodec, AViewWithoutAPlanIsAView) {
  v1::ClusterStatus written;
  ToProto(View(), written);
  View back;
  std::string error;
  FromProto(written, back, FieldPlace(error));
  EXPECT_EQ(error, "");
}

TEST(ControlCodec, EveryChangeOfTheSessionComesBackEqual) {
  for (const Command command : {Command::kPlay, Command::kStop, Command::kLocate, Command::kTempo,
                                Command::kMeter, Command::kMute, Command::kScene}) {
    EventRequested wish;
    wish.command = command;
    wish.key = {5, 6};
    wish.at = session::BarBeat{17, 3, 240};
    if (command == Command::kLocate) wish.locate_to = {5, 2, 1};
    if (command == Command::kTempo) wish.value = 112'500;
    if (command == Command::kMute) wish.value = 1;
    if (command == Command::kScene) wish.scene = "thin";
    if (command == Command::kMeter) wish.value = 6 << 8 | 8;
    v1::TransportRequest message;
    WriteRequest(wish, message);
    EventRequested back;
    EXPECT_EQ(ErrorOf(message, back), "");
    EXPECT_EQ(back.command, wish.command);
    EXPECT_EQ(back.key, wish.key);
    EXPECT_EQ(back.value, wish.value);
    EXPECT_EQ(back.scene, wish.scene);
    EXPECT_EQ(back.locate_to.bar, wish.locate_to.bar);
    ASSERT_TRUE(back.at.has_value());
    EXPECT_EQ(back.at->sub, 240);
  }
}

TEST(ControlCodec, AParameterKeepsItsBits) {
  EventRequested wish, back;
  wish.key = {7, 8};
  wish.task = "bass";
  wish.param = "cutoff";
  wish.value = Event::FromFloat(std::nextafter(-0.1f, 0.0f));
  v1::SetParameterRequest message;
  WriteRequest(wish, message);
  EXPECT_EQ(ErrorOf(message, back), "");
  EXPECT_EQ(back.value, wish.value);
  EXPECT_EQ(back.key, wish.key);
  EXPECT_FALSE(back.at.has_value());
}

TEST(ControlCodec, WishesThatAreNoneAreRefusedAtTheirPlace) {
  EventRequested wish;
  EXPECT_THAT(ErrorOf(v1::TransportRequest(), wish), HasSubstr("change: missing"));
  EXPECT_EQ(ErrorOf(v1::SetParameterRequest(), wish), "task: missing");
  v1::TransportRequest tempo;
  tempo.set_tempo_mbpm(5);
  EXPECT_EQ(ErrorOf(tempo, wish), "tempo_mbpm: 5 is not between 10000 and 999000");
  v1::TransportRequest meter;
  meter.mutable_meter()->set_numerator(4);
  meter.mutable_meter()->set_denominator(3);
  EXPECT_EQ(ErrorOf(meter, wish), "meter.denominator: 3 is not 1, 2, 4, 8, 16 or 32");
  v1::TransportRequest early;
  early.mutable_play();
  early.mutable_at()->set_beat(1);
  EXPECT_EQ(ErrorOf(early, wish), "at.bar: 0 is not between 1 and 10000000");
}

TEST(ControlCodec, ATakeHoldsEveryPlanAndWhatWasCommittedInOrder) {
  View view = ViewSample();
  plan::Plan first = view.plan;
  --first.version;
  view.plans.insert(view.plans.begin(), std::make_shared<const plan::Plan>(first));
  Event early = transport::EventSample(), open = transport::EventSample();
  early.at -= 1;
  view.events.push_back({early, 3, "", Verdict::kCommitted});
  view.events.insert(view.events.begin(), {transport::EventSample(), 3, "", Verdict::kCommitted});
  view.events.push_back({open, 3, "", Verdict::kNone});
  v1::Take message;
  WriteTake(view, "build", message);
  EXPECT_THAT(MissingFields(message), IsEmpty());
  TakeTexts take;
  std::string error;
  ReadTake(message, take, FieldPlace(error));
  EXPECT_EQ(error, "");
  ASSERT_EQ(take.events.size(), 2u);
  EXPECT_TRUE(take.events[0].second == early);
  EXPECT_EQ(take.undecided, 1);
  ASSERT_EQ(take.plans.size(), 2u);
  EXPECT_TRUE(take.plans[0] == *view.plans[0]);
  EXPECT_TRUE(take.plans[1] == view.plan);
}

TEST(ControlCodec, ATakeOfAVeryLongPerformanceFitsIntoAMessage) {
  View view = ViewSample();
  plan::Plan plan = view.plan;
  plan.tasks.resize(64, plan.tasks.front());
  view.plans.clear();
  for (plan.version = 1; plan.version <= 4096; ++plan.version) {
    if (plan.version == 100) plan.tasks.pop_back();  // this one changed what is played
    view.plans.push_back(std::make_shared<const plan::Plan>(plan));
  }
  v1::Take message;
  WriteTake(view, "build", message);
  EXPECT_LT(message.ByteSizeLong(), 8u << 20);
  EXPECT_GT(message.plans_size(), 100);
  EXPECT_EQ(message.plans(0).version(), 1u);
  EXPECT_EQ(message.plans(1).version(), 100u);
  EXPECT_EQ(message.plans(message.plans_size() - 1).version(), 4096u);
}

}  // namespace
}  // namespace continuo::coordinator
