// SPDX-License-Identifier: Apache-2.0
// States from real donors to an audio thread that the test plays.
#include "agent/shell/state_taker.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <functional>
#include <variant>

#include "agent/edge/state/state_service.h"
#include "agent/handoff/image.h"
#include "agent/rt/test_show.h"
#include "agent/shell/inbox.h"
#include "proto/transport/server.h"

namespace continuo::agent {
namespace {

using handoff::Command;
using plan::ReplicaState;
using test::TestShow;
using testing::HasSubstr;
using Outcome = rt::Learned::Outcome;

/// A server that gives what it is told to.
class Donor {
 public:
  Donor() : service_([this](const StateWish&) { return give_(); }) {
    std::string error;
    server_ = transport::Server::Start("127.0.0.1:0", {service_.grpc()}, error);
  }
  /// Before anybody asks.
  void Gives(std::function<StateGiven()> give) { give_ = std::move(give); }
  const std::string& address() const { return server_->address(); }

 private:
  std::function<StateGiven()> give_;
  StateService service_;
  std::unique_ptr<transport::Server> server_;
};

class StateTakerTest : public testing::Test {
 protected:
  static constexpr Incarnation kJoiner = 77;

  /// The bass has a replica that comes on the spare node.
  void Start(plan::Origin origin, plan::Role role) {
    plan::Plan plan = show_.plan();
    plan::Task& bass = plan.tasks[2];
    ASSERT_EQ(bass.description.id, TestShow::kBass);
    bass.replicas.push_back({TestShow::kSpare, kJoiner, origin, role});
    std::vector<plan::Peer> peers;
    for (std::size_t i = 0; i < 2; ++i)
      peers.push_back({bass.replicas[i].node, donors_[i].address()});
    for (Donor& donor : donors_) donor.Gives([this] { return Given(Image()); });
    const auto program = std::make_shared<rt::Program>();
    ASSERT_EQ(rt::DeriveProgram(plan, TestShow::kSpare, *program), "");
    generation_ = bass.generation;
    image_ = MakeImage(plan, bass);
    taker_ = std::make_unique<StateTaker>(StateTaker::Outside{
        .line = &line_,
        .send = [this](const Command& command) { line_.commands.TrySend(command); },
        .tell = [this](plan::Incident incident) { told_.push_back(std::move(incident)); },
        .arrived = [this](StateTaker::Arrived arrived) { inbox_.Post(std::move(arrived)); },
        .restored = [this](StateTaker::Restored restored) { inbox_.Post(std::move(restored)); }});
    taker_->Follow(program, show_.MaterialsOf(plan), peers);
    const bool witness = role == plan::Role::kWitness;
    handoff::ReplicaCounters replica;
    replica.task = TestShow::kBass;
    replica.incarnation = kJoiner;
    replica.state = witness ? ReplicaState::kWitness : ReplicaState::kSubscribed;
    counters_.replicas.push_back(replica);
  }
  std::vector<std::uint8_t> MakeImage(const plan::Plan& plan, const plan::Task& task) const {
    std::string error;
    const auto body = rt::TaskBody::Make(plan, task, show_.materials()[2], error);
    EXPECT_EQ(error, "");
    std::vector<std::uint8_t> bytes(1 << 20);
    ByteWriter writer(std::span<std::uint8_t>(bytes).subspan(handoff::kImageHeadBytes));
    body->Snapshot(writer);
    handoff::ImageHead head;
    head.task = task.description.id;
    head.generation = task.generation;
    head.next = 700;
    head.body_bytes = static_cast<std::uint32_t>(writer.size());
    handoff::EncodeImageHead(head, std::span<std::uint8_t, handoff::kImageHeadBytes>(
                                       bytes.data(), handoff::kImageHeadBytes));
    bytes.resize(handoff::kImageHeadBytes + writer.size());
    return bytes;
  }
  std::vector<std::uint8_t> Image() const { return image_; }
  static StateGiven Given(std::vector<std::uint8_t> image) {
    return {StateGiven::Answer::kGiven, "", {std::move(image), 700, 1, false}};
  }

  void Turn() {
    while (auto happening = inbox_.Take(std::chrono::milliseconds(2))) {
      std::visit([this](auto& one) { taker_->Handle(std::move(one), now_); }, *happening);
    }
    now_ += 50'000'000;
    taker_->Turn(counters_, now_);
  }
  /// Turns until the audio thread is told something. The time of the test goes faster than that of the donors.
  Command Told() {
    Command command;
    for (int turns = 0; !line_.commands.TryReceive(command) && turns < 2000; ++turns) Turn();
    return command;
  }
  void Return(rt::Learned* learned, Outcome outcome) {
    learned->outcome = outcome;
    line_.learned.TrySend(learned);
    Turn();
  }
  plan::ReplicaStatus Status() const {
    plan::Status status;
    plan::ReplicaStatus& replica = status.replicas.emplace_back();
    replica.task = TestShow::kBass;
    replica.incarnation = kJoiner;
    replica.state = counters_.replicas[0].state;
    taker_->AddTo(status);
    return status.replicas[0];
  }

  TestShow show_{{}};
  std::array<Donor, 2> donors_;
  std::uint16_t generation_ = 0;
  std::vector<std::uint8_t> image_;
  handoff::Line line_;
  handoff::Counters counters_;
  std::vector<plan::Incident> told_;
  Inbox<std::variant<StateTaker::Arrived, StateTaker::Restored>> inbox_;
  Nanoseconds now_ = 1'000'000'000;
  std::unique_ptr<StateTaker> taker_;
};

TEST_F(StateTakerTest, JoinerGetsABodyThatIsReady) {
  Start(plan::Origin::kJoiner, plan::Role::kCompute);
  const Command command = Told();
  ASSERT_EQ(command.kind, Command::Kind::kLearn);
  EXPECT_EQ(command.task, TestShow::kBass);
  EXPECT_EQ(command.incarnation, kJoiner);
  ASSERT_NE(command.learned, nullptr);
  EXPECT_NE(command.learned->body, nullptr);
  EXPECT_EQ(command.learned->image.head.next, 700);
  EXPECT_EQ(Status().state, ReplicaState::kSnapshot);
  EXPECT_EQ(Status().join.snapshot_total, Image().size());
  Return(command.learned, Outcome::kTaken);
  EXPECT_EQ(Status().state, ReplicaState::kSubscribed) << "as the audio thread says";
  EXPECT_NE(Status().join.donor, 0);
  EXPECT_TRUE(told_.empty());
}

TEST_F(StateTakerTest, StateThatCannotBeRestoredIsToldAndAnotherDonorAsked) {
  Start(plan::Origin::kJoiner, plan::Role::kCompute);
  int asked = 0;
  for (Donor& donor : donors_) {
    donor.Gives([this, &asked] {
      std::vector<std::uint8_t> image = Image();
      if (++asked == 1) image.resize(image.size() - 1);
      return Given(std::move(image));
    });
  }
  const Command command = Told();
  ASSERT_EQ(command.kind, Command::Kind::kLearn);
  ASSERT_EQ(told_.size(), 1u);
  EXPECT_EQ(told_[0].kind, plan::IncidentKind::kStateRefused);
  EXPECT_NE(told_[0].differing, Status().join.donor);
  EXPECT_THAT(told_[0].text, HasSubstr("cut off"));
  EXPECT_EQ(Status().join.error, "");
  Return(command.learned, Outcome::kTaken);
}

TEST_F(StateTakerTest, JoinThatGetsNothingEndsInASentence) {
  Start(plan::Origin::kJoiner, plan::Role::kCompute);
  for (Donor& donor : donors_) {
    donor.Gives([] { return StateGiven{StateGiven::Answer::kNotNow, "is itself catch-up", {}}; });
  }
  for (int turns = 0; Status().join.error.empty() && turns < 2000; ++turns) Turn();
  EXPECT_THAT(Status().join.error, HasSubstr("is itself catch-up"));
  ASSERT_EQ(told_.size(), 3u);
  EXPECT_EQ(told_[2].kind, plan::IncidentKind::kJoinFailed);
  EXPECT_EQ(told_[2].incarnation, kJoiner) << "or nobody knows which attempt has failed";
  EXPECT_THAT(told_[2].text, HasSubstr("bass"));
}

TEST_F(StateTakerTest, WitnessResumesFromTheCheckpointThatWasTaken) {
  Start(plan::Origin::kFounder, plan::Role::kWitness);
  const Command keep = Told();
  ASSERT_EQ(keep.kind, Command::Kind::kCheckpoint);
  EXPECT_EQ(keep.learned->body, nullptr);
  Return(keep.learned, Outcome::kTaken);
  line_.resumes.TrySend({TestShow::kBass, kJoiner, 700});
  Command resume = Told();
  while (resume.kind == Command::Kind::kCheckpoint) {
    Return(resume.learned, Outcome::kRefused);
    resume = Told();
  }
  ASSERT_EQ(resume.kind, Command::Kind::kResume);
  EXPECT_NE(resume.learned->body, nullptr);
  EXPECT_EQ(resume.learned->bytes, Image());
  Return(resume.learned, Outcome::kTaken);
}

TEST_F(StateTakerTest, TransfersEndWithTheShow) {
  Start(plan::Origin::kJoiner, plan::Role::kCompute);
  taker_->Turn(counters_, now_ += 50'000'000);
  taker_->Stop();
  Command command;
  for (int turns = 0; turns < 50; ++turns) Turn();
  EXPECT_FALSE(line_.commands.TryReceive(command));
}

}  // namespace
}  // namespace continuo::agent
