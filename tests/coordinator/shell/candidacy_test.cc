// SPDX-License-Identifier: Apache-2.0
#include "coordinator/shell/candidacy.h"

#include <gmock/gmock.h>

#include <atomic>
#include <condition_variable>
#include <map>
#include <mutex>
#include <set>

// A candidate with its three threads, over a store in memory. Tests wait for what happens, never for time; only what
// they do not look at takes as long as the shipped timing says.

namespace continuo::coordinator {
namespace {

using ::testing::IsEmpty;

constexpr const char* kHere = "one:7400";
constexpr const char* kThere = "two:7400";

class CountingClock : public clock::Clock {
 public:
  Nanoseconds Now() const override { return now_ += 1'000'000; }
  void SleepUntil(Nanoseconds t) override { now_ = t; }

 private:
  mutable std::atomic<Nanoseconds> now_{1'000'000'000};
};

class NoStreams final : public AgentStreams {
 public:
  void Send(ConnectionId, const plan::ToAgent&) override {}
  void Close(ConnectionId) override {}
};

/// etcd's rules; leases end when a test says so. Any thread.
class ModelStore final : public SharedStore {
 public:
  StoreAnswer Ask(const AskStore& ask) {
    const std::lock_guard lock(mutex_);
    return {ask.number, std::visit([this](const auto& what) { return On(what); }, ask.what)};
  }
  Written Write(Revision guard, std::span<const Entry> entries) override {
    const std::lock_guard lock(mutex_);
    if (guard != leader_.created) return {Fate::kDeposed, "", leader_.address + " leads now"};
    for (const Entry& entry : entries) keys_[entry.key] = entry.value;
    return {Fate::kWritten};
  }
  Confirmed Confirm(Revision guard) override {
    const std::lock_guard lock(mutex_);
    return guard == leader_.created ? Confirmed::kYes : Confirmed::kNo;
  }
  Page Read(const std::string& from, const std::string& to) override {
    const std::lock_guard lock(mutex_);
    Page page;
    for (auto at = keys_.lower_bound(from); at != keys_.end() && at->first < to; ++at) {
      page.entries.push_back({at->first, at->second});
    }
    return page;
  }

  /// The lease of whoever leads has ended, and that one was quicker.
  void LetLead(const std::string& address) {
    const std::lock_guard lock(mutex_);
    leases_.erase(leader_.lease);
    leader_ = {++revision_, -1, address};
  }
  void LetNobodyLead() {
    const std::lock_guard lock(mutex_);
    leader_ = {};
  }
  std::string Leader() {
    const std::lock_guard lock(mutex_);
    return leader_.address;
  }
  std::size_t Leases() {
    const std::lock_guard lock(mutex_);
    return leases_.size();
  }
  void Damage() {
    const std::lock_guard lock(mutex_);
    keys_["journal/00000000000000000001"] = "nothing that anybody could read";
  }

 private:
  using What = decltype(StoreAnswer::what);
  What On(const GrantLease& grant) {
    leases_.insert(++last_lease_);
    return LeaseGranted{last_lease_, grant.ttl_s};
  }
  What On(const ClaimLeaderKey& claim) {
    if (leader_.created == 0) leader_ = {++revision_, claim.lease, claim.address};
    return leader_;
  }
  What On(const ReadLeaderKey&) { return leader_; }
  What On(const KeepLease& keep) {
    constexpr int kTtl = 2;
    return LeaseKept{leases_.contains(keep.lease) ? kTtl : 0};
  }
  What On(const RevokeLease& revoke) {
    leases_.erase(revoke.lease);
    if (leader_.lease == revoke.lease) leader_ = {};
    return leader_;
  }

  std::mutex mutex_;
  LeaderSeen leader_;
  Revision revision_ = 0;
  std::set<LeaseId> leases_;
  LeaseId last_lease_ = 0;
  std::map<std::string, std::string> keys_;
};

class CandidacyTest : public testing::Test {
 protected:
  void Campaign() {
    Court court{clock_,
                streams_,
                reception_,
                [](const Ledger&, Started&) { return std::string(); },
                [this] { Count(began_); },
                [this] { Count(ended_); }};
    candidacy_ = std::make_unique<Candidacy>(
        CandidateStore{[this](const AskStore& ask) { return store_.Ask(ask); }, store_, "a model"},
        court, kHere);
  }
  void Count(int& count) {
    const std::lock_guard lock(mutex_);
    ++count;
    happened_.notify_all();
  }
  void WaitFor(const int& count, int least) {
    std::unique_lock lock(mutex_);
    happened_.wait(lock, [&] { return count >= least; });
  }
  /// Waits for it; a machine that stands still for the length of a lease costs another election, and no more.
  template <typename Condition>
  static void Eventually(Condition condition) {
    while (!condition()) std::this_thread::yield();
  }
  std::shared_ptr<Inbox> WaitForInbox() {
    std::shared_ptr<Inbox> inbox;
    Eventually([&] { return (inbox = reception_.Enter().inbox) != nullptr; });
    return inbox;
  }
  void WaitUntilReferredTo(const std::string& leader) {
    Eventually([&] {
      const Lobby::Visit visit = reception_.Enter();
      return visit.inbox == nullptr && visit.leader == leader;
    });
  }

  CountingClock clock_;
  NoStreams streams_;
  Reception reception_;
  ModelStore store_;
  std::mutex mutex_;
  std::condition_variable happened_;
  int began_ = 0, ended_ = 0;  // reigns
  std::unique_ptr<Candidacy> candidacy_;
};

TEST_F(CandidacyTest, WhoIsAloneLeadsAndLetsVisitorsIn) {
  EXPECT_EQ(reception_.Enter().inbox, nullptr);
  Campaign();
  WaitFor(began_, 1);
  Eventually([this] { return store_.Leader() == kHere; });
  Eventually([this] { return WaitForInbox()->Look().has_value(); });
}

TEST_F(CandidacyTest, WhoDoesNotLeadSaysWhoDoes) {
  store_.LetLead(kThere);
  Campaign();
  WaitUntilReferredTo(kThere);
  EXPECT_EQ(began_, 0);
}

TEST_F(CandidacyTest, WhoIsReplacedShowsHisVisitorsOut) {
  Campaign();
  const std::shared_ptr<Inbox> known = WaitForInbox();
  store_.LetLead(kThere);
  WaitUntilReferredTo(kThere);
  EXPECT_FALSE(known->Look().has_value()) << "who came before is told nothing old";
}

TEST_F(CandidacyTest, WhoLeadsAgainBeginsAnew) {
  Campaign();
  WaitFor(began_, 1);
  const std::shared_ptr<Inbox> before = WaitForInbox();
  store_.LetLead(kThere);
  WaitUntilReferredTo(kThere);
  store_.LetNobodyLead();
  std::optional<View> view;
  Eventually([&] { return (view = WaitForInbox()->Look()).has_value(); });
  EXPECT_GE(view->term, 2u) << "it has read what was written in the first";
  EXPECT_FALSE(before->Look().has_value());
}

TEST_F(CandidacyTest, WhoCannotReadWhatIsThereLetsOthersTry) {
  store_.Damage();
  Campaign();
  WaitFor(ended_, 1);
  Eventually([this] { return store_.Leader().empty(); });
  EXPECT_EQ(began_, 0);
  EXPECT_EQ(reception_.Enter().inbox, nullptr);
}

TEST_F(CandidacyTest, WhoGoesGivesBackItsLease) {
  Campaign();
  WaitFor(began_, 1);
  candidacy_.reset();
  EXPECT_THAT(store_.Leader(), IsEmpty());
  EXPECT_EQ(store_.Leases(), 0u);
  EXPECT_EQ(reception_.Enter().inbox, nullptr);
}

TEST(ReceptionTest, TellsWhoIsThereAndWhoOfThemLeads) {
  Reception reception;
  EXPECT_THAT(reception.Coordinators(), IsEmpty());
  reception.Know(kHere, {kHere, kThere});
  reception.Refer(kThere);
  ASSERT_EQ(reception.Coordinators().size(), 2u);
  EXPECT_FALSE(reception.Coordinators()[0].leads);
  EXPECT_TRUE(reception.Coordinators()[1].leads);
}

}  // namespace
}  // namespace continuo::coordinator
