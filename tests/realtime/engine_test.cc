// SPDX-License-Identifier: Apache-2.0
// A stage on real sockets and the machine's clock, every wake-up of every audio thread inside the trap.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <memory>
#include <vector>

#include "agent/rt/learned.h"
#include "agent/rt/program.h"
#include "agent/rt/pulse.h"
#include "agent/rt/test_show.h"
#include "proto/plan/media_time.h"
#include "proto/transport/machine_clock.h"
#include "proto/transport/udp_port.h"
#include "realtime/trap.h"

namespace continuo::agent {
namespace {

using handoff::Command;

/// One agent without its shell.
struct Node {
  std::array<std::unique_ptr<transport::UdpPort>, plan::kMaxNetworks> ports;
  handoff::Line line;
  std::shared_ptr<handoff::SampleRing> ring =
      std::make_shared<handoff::SampleRing>(2, 4 * kSampleRate);
  std::shared_ptr<handoff::DeviceRing> device =
      std::make_shared<handoff::DeviceRing>(2, kSampleRate);
  std::unique_ptr<rt::Engine> engine;
  std::unique_ptr<rt::Pulse> pulse;
  Nanoseconds due = 0;
  bool dead = false;
};

class RealtimeEngineTest : public testing::Test {
 protected:
  static constexpr Frames kLength = kSampleRate / 2;

  explicit RealtimeEngineTest(Frames length = kLength) : show_({.length = length}) {
    plan::Plan& plan = show_.plan();
    plan.media = {.version = 1, .clock_id = 1, .t0 = clock_.Now(), .n0 = 0};
    plan.media.n0 = plan.start_n - plan.timing.promise - kSampleRate / 5;
    nodes_ = std::vector<Node>(test::TestShow::kNodes);
    for (std::size_t i = 0; i < nodes_.size(); ++i) Bind(nodes_[i], plan.nodes[i]);
    for (std::size_t i = 0; i < nodes_.size(); ++i) Build(nodes_[i], plan.nodes[i].id);
  }

  void Bind(Node& node, plan::Node& planned) {
    for (std::uint32_t network = 0; network < plan::kMaxNetworks; ++network) {
      std::string error;
      node.ports[network] = transport::UdpPort::Bind({0x7f000001u + (network << 8), 0}, error);
      ASSERT_NE(node.ports[network], nullptr) << error;
      const transport::Address at = node.ports[network]->local();
      planned.networks[network] = {at.ip, at.port};
    }
  }

  void Build(Node& node, plan::NodeId id, const rt::Engine* predecessor = nullptr) {
    const auto program = std::make_shared<rt::Program>();
    std::string error = rt::DeriveProgram(show_.plan(), id, *program);
    rt::Engine::Wiring wiring;
    for (int i = 0; i < plan::kMaxNetworks; ++i) wiring.ports[i] = node.ports[i].get();
    wiring.clock = &clock_;
    wiring.line = &node.line;
    if (!program->outputs.empty()) {
      wiring.outputs.push_back(node.ring);
      wiring.devices.push_back(node.device);
    }
    node.engine =
        rt::Engine::Make(program, show_.materials(), wiring,
                         predecessor == nullptr ? nullptr : predecessor->program(), error);
    ASSERT_NE(node.engine, nullptr) << error;
    if (node.pulse == nullptr) node.pulse = std::make_unique<rt::Pulse>(clock_, node.line);
    node.line.commands.TrySend({Command::Kind::kArm, node.engine.get()});
  }

  MediaTime Now() {
    return plan::MediaTimeAt(show_.plan().media, clock_.Now()) - show_.plan().start_n;
  }

  /// One thread plays all audio threads in turn. However late it is, each has turned at least once when n is reached.
  void RunTo(Frames n) {
    while (Now() < n) {
      const Nanoseconds next =
          TurnThose([this](const Node& node) { return node.due <= clock_.Now(); });
      realtime_trap::Armed armed;
      clock_.SleepUntil(next);
    }
    TurnThose([](const Node&) { return true; });
  }

  /// Turns the living nodes that are due; when the next one is.
  template <typename IsDue>
  Nanoseconds TurnThose(const IsDue& is_due) {
    Nanoseconds next = clock_.Now() + 2'000'000;
    for (Node& node : nodes_) {
      if (node.dead) continue;
      realtime_trap::Armed armed;
      if (is_due(node)) node.due = node.pulse->Turn();
      next = std::min(next, node.due);
    }
    return next;
  }

  void SendToAll(const Command& command) {
    for (Node& node : nodes_) node.line.commands.TrySend(command);
  }

  std::vector<float> Played(plan::NodeId id) {
    std::vector<float> played(8 * kSampleRate);
    played.resize(nodes_[id - 1u].ring->Read(played));
    return played;
  }

  transport::MachineClock clock_;
  test::TestShow show_;
  std::vector<Node> nodes_;
};

TEST_F(RealtimeEngineTest, AWholeShowThroughADeathTakesNoMemoryLockOrForbiddenCall) {
  RunTo(-kSampleRate / 10);
  Event tempo{
      .at = show_.plan().start_n + kLength - 1000, .id = 1, .command = continuo::Command::kTempo};
  tempo.value = 77'000;
  SendToAll({Command::Kind::kSubmit, nullptr, dsp::kConductorId, tempo});
  RunTo(kSampleRate / 10);
  SendToAll({Command::Kind::kCorrupt});
  nodes_[0].dead = true;
  RunTo(kLength + show_.plan().timing.playout + kSampleRate / 20);

  // A machine that stood still may have altered samples, and that is no failure of this test; silence is.
  const std::vector<float> played = Played(test::TestShow::kFohA);
  EXPECT_EQ(played.size(), 2u * kLength);
  EXPECT_GT(test::Peak(played), 0.01f);
  handoff::VerdictNote verdict;
  EXPECT_TRUE(nodes_[1].line.verdicts.TryReceive(verdict) ||
              nodes_[2].line.verdicts.TryReceive(verdict));
  EXPECT_EQ(verdict.verdict, Verdict::kCommitted);
}

TEST_F(RealtimeEngineTest, EnginesComeBackWhenOthersTakeOverAndWhenAllIsStopped) {
  RunTo(-show_.plan().timing.promise + 1000);
  Node& node = nodes_[0];
  const std::unique_ptr<rt::Engine> first = std::move(node.engine);
  Build(node, 1);
  RunTo(-show_.plan().timing.promise + 2000);
  rt::Engine* retired = nullptr;
  ASSERT_TRUE(node.line.retired.TryReceive(retired));
  EXPECT_EQ(retired, first.get());
  node.line.commands.TrySend({Command::Kind::kStop});
  RunTo(-show_.plan().timing.promise + 3000);
  ASSERT_TRUE(node.line.retired.TryReceive(retired));
  EXPECT_EQ(retired, node.engine.get());
}

/// The master moves from node 1 to a spare node.
class RealtimeMoveTest : public RealtimeEngineTest {
 protected:
  static constexpr plan::TaskId kTask = test::TestShow::kMaster;
  static constexpr plan::NodeId kLeaver = 1, kDonor = 2, kJoiner = test::TestShow::kSpare;
  static constexpr Incarnation kIncarnation = 77;

  RealtimeMoveTest() : RealtimeEngineTest(3 * kSampleRate) {}

  Node& At(plan::NodeId id) { return nodes_[id - 1u]; }

  void Replan() {
    ++show_.plan().version;
    auto& replicas = show_.plan().tasks[kTask - 1].replicas;
    for (plan::Replica& r : replicas) r.leaving = r.node == kLeaver;
    replicas.push_back({kJoiner, kIncarnation, plan::Origin::kJoiner});
    for (plan::NodeId id = 1; id <= nodes_.size(); ++id) {
      before_.push_back(std::move(At(id).engine));
      Build(At(id), id, before_.back().get());
    }
  }

  /// What the donor's audio thread wrote.
  handoff::SnapshotSlot::Result TakeSnapshot(handoff::SnapshotSlot& slot) {
    At(kDonor).line.commands.TrySend(
        {.kind = Command::Kind::kSnapshot, .task = kTask, .slot = &slot});
    RunTo(Now() + 1000);
    handoff::SnapshotSlot* back = nullptr;
    EXPECT_TRUE(At(kDonor).line.snapshots.TryReceive(back));
    EXPECT_EQ(back, &slot);
    slot.bytes.resize(std::max(slot.used, slot.needed));
    return slot.result;
  }

  void Learn(std::vector<std::uint8_t> image) {
    std::string error;
    learned_ = rt::Learned::Make(*At(kJoiner).engine->program(), kTask, kIncarnation,
                                 std::move(image), show_.materials()[kTask - 1], error);
    ASSERT_NE(learned_, nullptr) << error;
    At(kJoiner).line.commands.TrySend({.kind = Command::Kind::kLearn, .learned = learned_.get()});
    RunTo(Now() + 1000);
    rt::Learned* back = nullptr;
    EXPECT_TRUE(At(kJoiner).line.learned.TryReceive(back));
    EXPECT_EQ(back, learned_.get());
    EXPECT_EQ(learned_->outcome, rt::Learned::Outcome::kTaken);
  }

  plan::ReplicaState StateAt(plan::NodeId id) {
    for (const auto& replica : At(id).line.counters.Read().replicas) {
      if (replica.task == kTask) return replica.state;
    }
    return plan::ReplicaState::kEmpty;
  }

  /// The machine did, for so long that a replica was troubled by it.
  bool StoodStill() {
    using plan::IncidentKind;
    bool did = false;
    for (Node& node : nodes_) {
      handoff::IncidentNote note;
      while (node.line.incidents.TryReceive(note)) {
        did |= note.kind == IncidentKind::kTainted || note.kind == IncidentKind::kFenced ||
               note.kind == IncidentKind::kExcluded || note.kind == IncidentKind::kConcealed;
      }
    }
    return did;
  }

  std::vector<std::unique_ptr<rt::Engine>> before_;
  std::unique_ptr<rt::Learned> learned_;
};

TEST_F(RealtimeMoveTest, SuccessionSnapshotLearningAndRetiringDoNotEither) {
  RunTo(kSampleRate / 10);
  Replan();
  RunTo(kSampleRate / 5);
  for (plan::NodeId id = 1; id <= nodes_.size(); ++id) {
    rt::Engine* retired = nullptr;
    ASSERT_TRUE(At(id).line.retired.TryReceive(retired));
    EXPECT_EQ(retired, before_[id - 1u].get());
  }
  before_.clear();

  using Result = handoff::SnapshotSlot::Result;
  handoff::SnapshotSlot slot(100);
  ASSERT_EQ(TakeSnapshot(slot), Result::kTooSmall);
  ASSERT_EQ(TakeSnapshot(slot), Result::kWritten);
  slot.bytes.resize(slot.used);
  Learn(slot.bytes);
  while (StateAt(kLeaver) != plan::ReplicaState::kRetired && Now() < 5 * kSampleRate / 2) {
    RunTo(Now() + kSampleRate / 10);
  }
  if (StoodStill()) return;  // then somebody may have been taken for dead, and the move waits
  EXPECT_EQ(StateAt(kJoiner), plan::ReplicaState::kInSync);
  EXPECT_EQ(StateAt(kLeaver), plan::ReplicaState::kRetired);
}

}  // namespace
}  // namespace continuo::agent
