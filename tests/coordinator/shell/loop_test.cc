// SPDX-License-Identifier: Apache-2.0
#include "coordinator/shell/loop.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <future>
#include <thread>

#include "coordinator/core/stage.h"

// The loop runs in a thread of its own, on a clock that goes on by a millisecond whenever it is read. Tests wait for
// answers, never for time.

namespace continuo::coordinator {
namespace {

using testing::HasSubstr;

class CountingClock : public clock::Clock {
 public:
  Nanoseconds Now() const override { return now_ += 1'000'000; }
  void SleepUntil(Nanoseconds t) override { now_ = t; }

 private:
  mutable std::atomic<Nanoseconds> now_{1'000'000'000};
};

/// Remembers rows as long as it lives; says no when told to.
class MemoryJournal : public Journal {
 public:
  std::string ForEach(const std::function<void(const Input&)>& take) override {
    for (const Input& input : rows_) take(input);
    return "";
  }
  Appended Append(std::uint64_t, std::span<const Input> inputs) override {
    if (full) return {Appended::Fate::kRefused, "no space left"};
    if (another) return {Appended::Fate::kDeposed, "another leads"};
    if (slow.exchange(false)) {
      entered.set_value();
      gate.get_future().wait();
    }
    rows_.insert(rows_.end(), inputs.begin(), inputs.end());
    size = rows_.size();
    return {};
  }
  bool Held() const override { return held; }
  bool Confirm() override { return !another; }
  std::atomic<bool> full{false};
  std::atomic<bool> another{false};  // writes it now
  std::atomic<bool> held{true};
  std::atomic<std::size_t> size{0};
  std::atomic<bool> slow{false};     // the next row waits until the gate opens
  std::promise<void> entered, gate;  // for one such row
  const std::vector<Input>& rows() const { return rows_; }

 private:
  std::vector<Input> rows_;
};

/// What was sent, and how long the journal was when it left.
class Streams : public AgentStreams {
 public:
  explicit Streams(MemoryJournal& journal) : journal_(journal) {}
  void Send(ConnectionId connection, const plan::ToAgent& message) override {
    const std::lock_guard lock(mutex_);
    sent_.push_back({connection, message, journal_.size});
  }
  void Close(ConnectionId connection) override {
    const std::lock_guard lock(mutex_);
    closed_.push_back(connection);
  }
  struct Sent {
    ConnectionId connection;
    plan::ToAgent message;
    std::size_t journal_size;
  };
  std::vector<Sent> sent() const {
    const std::lock_guard lock(mutex_);
    return sent_;
  }
  std::vector<ConnectionId> closed() const {
    const std::lock_guard lock(mutex_);
    return closed_;
  }

 private:
  MemoryJournal& journal_;
  mutable std::mutex mutex_;
  std::vector<Sent> sent_;
  std::vector<ConnectionId> closed_;
};

class LoopTest : public testing::Test {
 protected:
  ~LoopTest() override { End(); }

  void Begin() {
    loop_ = std::make_unique<Loop>(clock_, journal_, streams_);
    ASSERT_EQ(loop_->Recover({Stage::kClock, 1'000'000, "test", "c:1"}), "");
    thread_ = std::thread([this] { end_ = loop_->Run(true); });
  }
  void End() {
    if (!thread_.joinable()) return;
    loop_->Stop();
    thread_.join();
  }
  ConnectionId Attach(const std::string& name, std::set<std::string> abilities) {
    const ConnectionId connection = ++connections_;
    loop_->Post(AgentSpoke{connection, HelloOf(name, abilities)});
    return connection;
  }
  std::future<Reply> Ask(Inbox::What what) {
    auto promise = std::make_shared<std::promise<Reply>>();
    loop_->Ask(std::move(what), [promise](const Reply& reply) { promise->set_value(reply); });
    return promise->get_future();
  }
  static ShowApplied Small() { return {0, SmallShow(), "show: small", SmallAssets()}; }

  CountingClock clock_;
  MemoryJournal journal_;
  Streams streams_{journal_};
  std::unique_ptr<Loop> loop_;
  std::thread thread_;
  std::atomic<Loop::End> end_{Loop::End::kStopped};
  ConnectionId connections_ = 0;
};

TEST_F(LoopTest, NothingLeavesBeforeItsCauseIsDurable) {
  Begin();
  Attach("pi-1", {"compute"});
  Attach("pi-2", {"compute"});
  EXPECT_EQ(loop_->Look()->nodes.size(), 2u);
  const auto sent = streams_.sent();
  ASSERT_EQ(sent.size(), 2u);
  EXPECT_GE(sent[0].journal_size, 2u);  // Started, Hello
  EXPECT_GE(sent[1].journal_size, 3u);
}

TEST_F(LoopTest, ShowIsAnsweredWhenAllHavePrepared) {
  Begin();
  std::vector<ConnectionId> nodes;
  for (const char* name : {"pi-1", "pi-2"}) nodes.push_back(Attach(name, {"compute"}));
  for (const char* name : {"rack-a", "rack-b"}) nodes.push_back(Attach(name, {"output"}));
  std::future<Reply> reply = Ask(Small());
  EXPECT_EQ(loop_->Look()->show.phase, ShowPhase::kPreparing);
  for (const ConnectionId node : nodes) {
    loop_->Post(AgentSpoke{node, plan::PlanPrepared{1, 1, ""}});
  }
  const Reply answer = reply.get();
  EXPECT_TRUE(answer.ok()) << answer.text;
  EXPECT_EQ(answer.start_n, loop_->Look()->plan.start_n);
}

TEST_F(LoopTest, FullDiskRefusesChangesAndKeepsEverythingElseGoing) {
  Begin();
  const ConnectionId first = Attach("pi-1", {"compute"});
  EXPECT_EQ(loop_->Look()->nodes.size(), 1u);
  journal_.full = true;
  const Reply refused = Ask(Small()).get();
  EXPECT_EQ(refused.code, Code::kExhausted);
  EXPECT_THAT(refused.text, HasSubstr("no space left"));
  // A node on record comes and goes; a new one is told why not.
  loop_->Post(AgentLeft{first});
  Attach("pi-1", {"compute"});
  const ConnectionId stranger = Attach("pi-2", {"compute"});
  const View view = loop_->Look().value_or(View{});
  ASSERT_EQ(view.nodes.size(), 1u);
  EXPECT_TRUE(view.nodes[0].attached);
  EXPECT_THAT(view.journal_trouble, HasSubstr("no space left"));
  EXPECT_EQ(streams_.closed(), std::vector<ConnectionId>{stranger});
  journal_.full = false;
  EXPECT_EQ(Ask(Small()).get().code, Code::kInvalid);  // too few nodes: it was looked at
  EXPECT_EQ(loop_->Look()->journal_trouble, "");
}

TEST_F(LoopTest, ADiskThatFillsUpDuringPreparationKeepsNobodyWaiting) {
  Begin();
  std::vector<ConnectionId> nodes;
  for (const char* name : {"pi-1", "pi-2"}) nodes.push_back(Attach(name, {"compute"}));
  for (const char* name : {"rack-a", "rack-b"}) nodes.push_back(Attach(name, {"output"}));
  std::future<Reply> reply = Ask(Small());
  ASSERT_EQ(loop_->Look()->show.phase, ShowPhase::kPreparing);
  journal_.full = true;
  loop_->Post(AgentSpoke{nodes[0], plan::PlanPrepared{1, 1, ""}});
  const Reply answer = reply.get();
  EXPECT_FALSE(answer.ok());
  EXPECT_THAT(answer.text, HasSubstr("no space left"));
  EXPECT_EQ(loop_->Look()->show.phase, ShowPhase::kFailed);
}

TEST_F(LoopTest, AnEventThatWaitedForTheDiskIsNotDatedFromBefore) {
  Begin();
  journal_.slow = true;
  Attach("pi-1", {"compute"});
  journal_.entered.get_future().wait();
  std::future<Reply> reply = Ask(EventRequested{});
  const Nanoseconds released = clock_.Now() + 5'000'000'000;
  clock_.SleepUntil(released);
  journal_.gate.set_value();
  reply.get();
  End();
  const auto& rows = journal_.rows();
  const auto wish = std::find_if(rows.begin(), rows.end(), [](const Input& input) {
    return std::holds_alternative<EventRequested>(input.what);
  });
  ASSERT_NE(wish, rows.end());
  EXPECT_GT(wish->time, released);
}

TEST_F(LoopTest, EveryQuestionIsAnsweredAtTheEnd) {
  Begin();
  for (const char* name : {"pi-1", "pi-2"}) Attach(name, {"compute"});
  for (const char* name : {"rack-a", "rack-b"}) Attach(name, {"output"});
  std::future<Reply> open = Ask(Small());
  EXPECT_EQ(loop_->Look()->show.phase, ShowPhase::kPreparing);
  End();
  EXPECT_EQ(open.get().code, Code::kEnded);
  EXPECT_EQ(Ask(ShowStopRequested{}).get().code, Code::kEnded);
  EXPECT_FALSE(loop_->Look());
}

TEST_F(LoopTest, NextLifeKnowsWhatTheLastDecided) {
  Begin();
  std::vector<ConnectionId> nodes;
  for (const char* name : {"pi-1", "pi-2"}) nodes.push_back(Attach(name, {"compute"}));
  for (const char* name : {"rack-a", "rack-b"}) nodes.push_back(Attach(name, {"output"}));
  std::future<Reply> reply = Ask(Small());
  for (const ConnectionId node : nodes) {
    loop_->Post(AgentSpoke{node, plan::PlanPrepared{1, 1, ""}});
  }
  const MediaTime start_n = reply.get().start_n;
  End();
  Begin();
  const View view = loop_->Look().value_or(View{});
  EXPECT_EQ(view.term, 2u);
  EXPECT_EQ(view.plan.start_n, start_n);
  EXPECT_EQ(view.nodes.size(), 4u);
  const std::size_t before = streams_.sent().size();
  Attach("pi-1", {"compute", "held=1.1"});
  EXPECT_TRUE(loop_->Look()->nodes[0].holds_plan);
  ASSERT_EQ(streams_.sent().size(), before + 1);  // welcome, and left alone
}

TEST_F(LoopTest, FullDiskAtTheStartIsSaidAtOnce) {
  journal_.full = true;
  loop_ = std::make_unique<Loop>(clock_, journal_, streams_);
  EXPECT_THAT(loop_->Recover({Stage::kClock, 1, "test", ""}), HasSubstr("no space left"));
}

TEST_F(LoopTest, WhoseJournalIsAnothersLetsNothingOutAndAnswersEverybody) {
  Begin();
  const ConnectionId first = Attach("pi-1", {"compute"});
  ASSERT_EQ(loop_->Look()->nodes.size(), 1u);
  const std::size_t sent = streams_.sent().size();
  journal_.another = true;
  const Reply reply = Ask(Small()).get();
  EXPECT_EQ(reply.code, Code::kEnded);
  EXPECT_THAT(reply.text, HasSubstr("not known"));
  thread_.join();
  EXPECT_EQ(end_, Loop::End::kDeposed);
  EXPECT_EQ(loop_->deposed(), "another leads");
  loop_->Post(AgentLeft{first});
  EXPECT_FALSE(loop_->Look());
  EXPECT_EQ(streams_.sent().size(), sent);
}

TEST_F(LoopTest, WokenAfterItsLeaseItDoesNotEvenStepWhatIsNotDurable) {
  Begin();
  Attach("pi-1", {"compute"});
  ASSERT_EQ(loop_->Look()->nodes.size(), 1u);
  journal_.held = false;
  thread_.join();
  EXPECT_EQ(end_, Loop::End::kDeposed);
}

TEST_F(LoopTest, AReaderIsShownNothingThatMayBeOld) {
  Begin();
  journal_.another = true;
  EXPECT_FALSE(loop_->Look());
  thread_.join();
  EXPECT_EQ(end_, Loop::End::kDeposed);
}

TEST_F(LoopTest, WhoHearsNobodyAnyMoreMakesRoom) {
  Begin();
  Attach("pi-1", {"compute"});
  loop_->Post(BeatHeard{"pi-1", plan::Network::kRed});
  ASSERT_TRUE(loop_->Look());
  thread_.join();  // the clock goes on whenever it is read
  EXPECT_EQ(end_, Loop::End::kDeaf);
}

}  // namespace
}  // namespace continuo::coordinator
