// SPDX-License-Identifier: Apache-2.0
// A state from one server to one client in one process; and what liars, cripples and the dead do to it.
#include <gmock/gmock.h>
#include <grpcpp/impl/service_type.h>

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <functional>
#include <future>
#include <mutex>
#include <thread>
#include <utility>

#include "agent/edge/state/state_fetch.h"
#include "agent/edge/state/state_service.h"
#include "proto/continuo/v1/replica_state.grpc.pb.h"
#include "proto/transport/asset_folder.h"
#include "proto/transport/server.h"

namespace continuo::agent {
namespace {

using Clock = std::chrono::steady_clock;
using std::chrono::milliseconds;
using testing::HasSubstr;

std::vector<std::uint8_t> Bytes(std::size_t count) {
  std::vector<std::uint8_t> bytes(count);
  for (std::size_t i = 0; i < count; ++i) bytes[i] = static_cast<std::uint8_t>(i * 7 + i / 251);
  return bytes;
}

class TransferTest : public testing::Test {
 protected:
  void Serve(grpc::Service* service) {
    std::string error;
    server_ = transport::Server::Start("127.0.0.1:0", {service}, error);
    ASSERT_NE(server_, nullptr) << error;
  }
  void Serve(StateService::Give give, std::int64_t bytes_per_second = kStateBytesPerSecond) {
    server_.reset();
    service_ = std::make_unique<StateService>(std::move(give), bytes_per_second);
    Serve(service_->grpc());
  }
  void Give(StateGiven given, std::int64_t bytes_per_second = kStateBytesPerSecond) {
    Serve([given](const StateWish&) { return given; }, bytes_per_second);
  }
  static StateGiven Given(std::size_t bytes) {
    return {StateGiven::Answer::kGiven, "", {Bytes(bytes), 700, 12, false}};
  }
  StateReceived Fetch(const StateWish& wish = {5, 3, 0, false}) {
    StateFetch fetch(server_->address(), wish);
    return fetch.Run([this](std::uint64_t bytes, std::uint64_t total) {
      bytes_ = bytes;
      total_ = total;
    });
  }

  /// For Run: keeps `begun_` when the first bytes have come.
  std::function<void(std::uint64_t, std::uint64_t)> TellBegun() {
    return [this](std::uint64_t bytes, std::uint64_t) {
      if (bytes > 0 && !std::exchange(told_, true)) begun_.set_value();
    };
  }

  std::promise<void> begun_;
  bool told_ = false;
  std::unique_ptr<StateService> service_;
  std::unique_ptr<transport::Server> server_;
  std::uint64_t bytes_ = 0, total_ = 0;
};

TEST_F(TransferTest, StateComesWholeWithWhatIsSaidOfIt) {
  Give(Given(3 * kStateChunkBytes + 1));
  const StateReceived received = Fetch();
  EXPECT_EQ(received.error, "");
  EXPECT_EQ(received.state.bytes, Bytes(3 * kStateChunkBytes + 1));
  EXPECT_EQ(received.state.next, 700);
  EXPECT_EQ(received.state.incarnation, 12u);
  EXPECT_FALSE(received.state.tainted);
  EXPECT_EQ(bytes_, total_);
  EXPECT_EQ(total_, 3 * kStateChunkBytes + 1);
}

TEST_F(TransferTest, WishReachesTheDonor) {
  StateWish heard;
  Serve([&heard](const StateWish& wish) {
    heard = wish;
    return Given(10);
  });
  EXPECT_EQ(Fetch({5, 3, 600, true}).error, "");
  EXPECT_EQ(heard.task, 5u);
  EXPECT_EQ(heard.generation, 3);
  EXPECT_EQ(heard.not_before, 600);
  EXPECT_TRUE(heard.may_be_tainted);
}

TEST_F(TransferTest, SenderKeepsToItsRate) {
  Give(Given(10 * kStateChunkBytes), 20 * kStateChunkBytes);
  const auto begin = Clock::now();
  EXPECT_EQ(Fetch().error, "");
  EXPECT_GE(Clock::now() - begin, milliseconds(440)) << "nine chunks after the first";
}

TEST_F(TransferTest, DonorThatCannotGiveSaysWhy) {
  for (const auto answer :
       {StateGiven::Answer::kNotHere, StateGiven::Answer::kNotNow, StateGiven::Answer::kNoAnswer}) {
    Give({answer, "is joining itself", {}});
    const StateReceived received = Fetch();
    EXPECT_EQ(received.error, "is joining itself");
    EXPECT_FALSE(received.busy);
  }
}

TEST_F(TransferTest, TaintedStateIsMarkedAndOnlyForThoseWhoTakeIt) {
  StateGiven given = Given(10);
  given.state.tainted = true;
  Give(given);
  EXPECT_EQ(Fetch().error, "is tainted");
  const StateReceived received = Fetch({5, 3, 0, true});
  EXPECT_EQ(received.error, "");
  EXPECT_TRUE(received.state.tainted);
}

TEST_F(TransferTest, StateThatIsTooOldIsNotSent) {
  Give(Given(10));
  EXPECT_EQ(Fetch({5, 3, 700, false}).error, "");
  EXPECT_THAT(Fetch({5, 3, 701, false}).error, HasSubstr("behind"));
}

TEST_F(TransferTest, NonsenseIsRefusedBeforeAnybodyIsAsked) {
  Give(Given(10));
  EXPECT_THAT(Fetch({0, 3, 0, false}).error, HasSubstr("task"));
  EXPECT_THAT(Fetch({5, 0, 0, false}).error, HasSubstr("generation"));
}

TEST_F(TransferTest, OneTransferTooManyIsToldToComeBack) {
  std::mutex mutex;
  std::condition_variable changed;
  int asked = 0;
  bool go = false;
  Serve([&](const StateWish&) {
    std::unique_lock lock(mutex);
    ++asked;
    changed.notify_all();
    changed.wait(lock, [&] { return go; });
    return Given(10);
  });
  std::vector<std::thread> others;
  std::atomic<int> served{0};
  for (int i = 0; i < kMaxTransfers; ++i) {
    others.emplace_back([&] {
      StateFetch fetch(server_->address(), {5, 3, 0, false});
      if (fetch.Run([](std::uint64_t, std::uint64_t) {}).error.empty()) ++served;
    });
  }
  {
    std::unique_lock lock(mutex);
    changed.wait(lock, [&] { return asked == kMaxTransfers; });
  }
  const StateReceived refused = Fetch();
  EXPECT_TRUE(refused.busy);
  EXPECT_THAT(refused.error, HasSubstr("many"));
  {
    const std::lock_guard lock(mutex);
    go = true;
  }
  changed.notify_all();
  for (std::thread& other : others) other.join();
  EXPECT_EQ(served, kMaxTransfers);
  EXPECT_EQ(Fetch().error, "") << "there is room again";
}

TEST_F(TransferTest, AbsentDonorIsToldAtOnce) {
  StateFetch fetch("127.0.0.1:9", {5, 3, 0, false});
  const auto begin = Clock::now();
  EXPECT_EQ(fetch.Run([](std::uint64_t, std::uint64_t) {}).error, "does not answer");
  EXPECT_LT(Clock::now() - begin, milliseconds(2000));
}

TEST_F(TransferTest, SlowTransferCanBeEnded) {
  Give(Given(100 * kStateChunkBytes), kStateChunkBytes);
  StateFetch fetch(server_->address(), {5, 3, 0, false});
  std::thread impatient([&] {
    begun_.get_future().wait();
    fetch.Cancel();
  });
  const auto begin = Clock::now();
  EXPECT_THAT(fetch.Run(TellBegun()).error, HasSubstr("ended"));
  EXPECT_LT(Clock::now() - begin, milliseconds(5000));
  impatient.join();
}

TEST_F(TransferTest, TransferThatIsEndedBeforeItBeginsDoesNotBegin) {
  Give(Given(10));
  StateFetch fetch(server_->address(), {5, 3, 0, false});
  fetch.Cancel();
  EXPECT_NE(fetch.Run([](std::uint64_t, std::uint64_t) {}).error, "");
}

TEST_F(TransferTest, DonorThatDiesInMidTransferIsAFailedDonor) {
  Give(Given(100 * kStateChunkBytes), 20 * kStateChunkBytes);
  StateFetch fetch(server_->address(), {5, 3, 0, false});
  std::thread killer([this] {
    begun_.get_future().wait();
    server_->Stop();
  });
  EXPECT_NE(fetch.Run(TellBegun()).error, "");
  killer.join();
}

/// Sends exactly these messages.
class Liar final : public v1::StateTransfer::Service {
 public:
  explicit Liar(std::vector<v1::StateChunk> messages) : messages_(std::move(messages)) {}
  grpc::Status Fetch(grpc::ServerContext*, const v1::StateRequest*,
                     grpc::ServerWriter<v1::StateChunk>* writer) override {
    for (const v1::StateChunk& message : messages_) writer->Write(message);
    return grpc::Status::OK;
  }

 private:
  const std::vector<v1::StateChunk> messages_;
};

class LiarTest : public TransferTest {
 protected:
  static v1::StateChunk Header(std::uint64_t total, const std::string& sha256) {
    v1::StateChunk message;
    message.mutable_header()->set_total(total);
    message.mutable_header()->set_sha256(sha256);
    return message;
  }
  static v1::StateChunk Data(const std::string& data) {
    v1::StateChunk message;
    message.set_data(data);
    return message;
  }
  std::string ErrorOf(std::vector<v1::StateChunk> messages) {
    Liar liar(std::move(messages));
    Serve(&liar);
    const std::string error = Fetch().error;
    server_.reset();
    return error;
  }
  const std::string text_ = "a state", hash_ = transport::Sha256("a state");
};

TEST_F(LiarTest, TheTruthIsTaken) {
  EXPECT_EQ(ErrorOf({Header(7, hash_), Data("a st"), Data("ate")}), "");
}

TEST_F(LiarTest, OneBitThatFlippedOnTheWayIsFound) {
  EXPECT_THAT(ErrorOf({Header(7, hash_), Data("a stbte")}), HasSubstr("other bytes"));
}

TEST_F(LiarTest, TruncatedStateIsRefused) {
  EXPECT_THAT(ErrorOf({Header(7, hash_), Data("a sta")}), HasSubstr("after 5 of 7 bytes"));
  EXPECT_THAT(ErrorOf({Header(7, hash_)}), HasSubstr("after 0 of 7 bytes"));
  EXPECT_THAT(ErrorOf({}), HasSubstr("nothing"));
}

TEST_F(LiarTest, MoreThanAnnouncedIsRefused) {
  EXPECT_THAT(ErrorOf({Header(7, hash_), Data("a state!")}), HasSubstr("more than"));
}

TEST_F(LiarTest, AnnouncementThatWouldFillTheMemoryIsRefused) {
  EXPECT_THAT(ErrorOf({Header(std::uint64_t{1} << 60, hash_)}), HasSubstr("256 MiB"));
  EXPECT_THAT(ErrorOf({Header(0, hash_)}), HasSubstr("announced 0 bytes"));
}

TEST_F(LiarTest, StateWithoutHashHeaderOrOrderIsRefused) {
  EXPECT_THAT(ErrorOf({Header(7, "abc"), Data("a state")}), HasSubstr("SHA-256"));
  EXPECT_THAT(ErrorOf({Data("a state")}), HasSubstr("without a header"));
  EXPECT_THAT(ErrorOf({Header(7, hash_), Header(7, hash_)}), HasSubstr("twice"));
}

}  // namespace
}  // namespace continuo::agent
