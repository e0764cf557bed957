// SPDX-License-Identifier: Apache-2.0
// The client of a board before the ROUTER of the real libzmq.
#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <chrono>
#include <string>
#include <utility>
#include <vector>
#include <zmq.hpp>

#include "agent-mcu/link/zmtp.h"

namespace continuo::mcu {
namespace {

using Bytes = std::vector<std::uint8_t>;
constexpr Nanoseconds kMs = 1'000'000;

Nanoseconds Now() {
  return std::chrono::steady_clock::now().time_since_epoch() / std::chrono::nanoseconds(1);
}

/// A board's client and its connection.
class Board {
 public:
  explicit Board(const std::string& endpoint, ZmtpClient::Config config = {.identity = "mcu-1"},
                 std::size_t portion = 4096)
      : client(config), portion_(portion) {
    sockaddr_in to{};
    to.sin_family = AF_INET;
    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    to.sin_port =
        htons(static_cast<std::uint16_t>(std::stoi(endpoint.substr(endpoint.rfind(':') + 1))));
    EXPECT_EQ(connect(fd_, reinterpret_cast<sockaddr*>(&to), sizeof to), 0);
    client.Begin(now_);
  }
  ~Board() { close(fd_); }

  /// Waits for a millisecond at most. False: the connection is over.
  bool Turn() {
    const Nanoseconds looked = std::exchange(looked_, Now());
    now_ += std::min(looked_ - looked, kStall);
    client.Turn(now_);
    const auto out = client.outgoing().first(std::min(portion_, client.outgoing().size()));
    if (!out.empty()) {
      const ssize_t said = send(fd_, out.data(), out.size(), MSG_NOSIGNAL);
      if (said < 0) return false;
      client.Sent(static_cast<std::size_t>(said));
    }
    pollfd waits{fd_, POLLIN, 0};
    const int wait_ms = client.outgoing().empty() ? 1 : 0;
    if (poll(&waits, 1, wait_ms) <= 0) return client.error() == ZmtpError::kNone;
    std::array<std::uint8_t, 4096> bytes;
    const ssize_t count = recv(fd_, bytes.data(), std::min(portion_, bytes.size()), 0);
    if (count <= 0) return false;
    std::span<const std::uint8_t> left = std::span(bytes).first(static_cast<std::size_t>(count));
    while (client.Hear(left, now_)) {
      heard.emplace_back(client.message().begin(), client.message().end());
    }
    return client.error() == ZmtpError::kNone;
  }
  /// Whether `is` becomes true within ten seconds.
  template <typename Is>
  bool Until(const Is& is) {
    const Nanoseconds end = Now() + 10'000 * kMs;
    while (!is()) {
      if (Now() >= end || !Turn()) return false;
    }
    return true;
  }

  ZmtpClient client;
  std::vector<Bytes> heard;

 private:
  /// Of a turn, at most: a machine that stands still is no silent peer.
  static constexpr Nanoseconds kStall = 5 * kMs;
  const std::size_t portion_;
  Nanoseconds looked_ = Now(), now_ = looked_;
  const int fd_ = socket(AF_INET, SOCK_STREAM, 0);
};

class ZmtpRouterTest : public testing::Test {
 protected:
  ZmtpRouterTest() {
    router.set(zmq::sockopt::linger, 0);
    router.set(zmq::sockopt::router_mandatory, 1);
    router.set(zmq::sockopt::router_handover, 1);  // it may not know yet that a connection is over
    router.set(zmq::sockopt::heartbeat_ivl, 20);
    router.set(zmq::sockopt::heartbeat_timeout, 5000);
    router.bind("tcp://127.0.0.1:*");
    endpoint = router.get(zmq::sockopt::last_endpoint);
  }
  /// "identity: message"; empty: there is none.
  std::string Received() {
    zmq::message_t identity, message;
    if (!router.recv(identity, zmq::recv_flags::dontwait)) return "";
    EXPECT_TRUE(router.recv(message, zmq::recv_flags::dontwait).has_value());
    return identity.to_string() + ": " + message.to_string();
  }
  void Answer(const Bytes& bytes) {
    router.send(zmq::str_buffer("mcu-1"), zmq::send_flags::sndmore);
    router.send(zmq::buffer(bytes), zmq::send_flags::none);
  }

  zmq::context_t context;
  zmq::socket_t router{context, zmq::socket_type::router};
  std::string endpoint;
};

TEST_F(ZmtpRouterTest, MessagesOfAllLengthsGoBothWays) {
  for (const std::size_t portion : {std::size_t{16}, std::size_t{4096}}) {
    Board board(endpoint, {.identity = "mcu-1"}, portion);
    ASSERT_TRUE(board.Until([&] { return board.client.ready(); }));
    for (const std::size_t size : {1, 2, 255, 256, 1000, 1432}) {
      Bytes message(size);
      for (std::size_t i = 0; i < size; ++i) message[i] = static_cast<std::uint8_t>(i * 7 + size);
      ASSERT_TRUE(board.client.Send(message));
      std::string received;
      ASSERT_TRUE(board.Until([&] { return !(received = Received()).empty(); })) << size;
      EXPECT_EQ(received, "mcu-1: " + std::string(message.begin(), message.end()));
      board.heard.clear();
      Answer(message);
      ASSERT_TRUE(board.Until([&] { return !board.heard.empty(); })) << size;
      EXPECT_EQ(board.heard, std::vector<Bytes>{message});
    }
  }
}

TEST_F(ZmtpRouterTest, SilenceOfBothIsBridgedByPingAndPong) {
  Board board(endpoint, {.identity = "mcu-1", .ping_after = 10 * kMs, .silent_after = 200 * kMs});
  ASSERT_TRUE(board.Until([&] { return board.client.ready(); }));
  const Nanoseconds end = Now() + 800 * kMs;
  while (Now() < end) ASSERT_TRUE(board.Turn()) << ToString(board.client.error());
  ASSERT_TRUE(board.client.Send(Bytes{'x'}));
  std::string received;
  EXPECT_TRUE(board.Until([&] { return !(received = Received()).empty(); }));
  EXPECT_EQ(received, "mcu-1: x");
}

TEST_F(ZmtpRouterTest, ItPingsWhoSaysNothing) {
  router.set(zmq::sockopt::heartbeat_ivl, 0);
  router.unbind(endpoint);
  router.bind("tcp://127.0.0.1:*");
  Board board(router.get(zmq::sockopt::last_endpoint),
              {.identity = "mcu-1", .ping_after = 10 * kMs, .silent_after = 200 * kMs});
  ASSERT_TRUE(board.Until([&] { return board.client.ready(); }));
  const Nanoseconds end = Now() + 500 * kMs;
  while (Now() < end) ASSERT_TRUE(board.Turn()) << ToString(board.client.error());
  EXPECT_GT(board.client.counters().pings, 5u);
}

TEST_F(ZmtpRouterTest, AnotherKindOfSocketIsNoBridge) {
  zmq::socket_t other(context, zmq::socket_type::rep);
  other.bind("tcp://127.0.0.1:*");
  Board board(other.get(zmq::sockopt::last_endpoint));
  board.Until([&] { return board.client.error() != ZmtpError::kNone; });
  EXPECT_EQ(board.client.error(), ZmtpError::kSocketType);
}

TEST_F(ZmtpRouterTest, ItsDeathIsSeenAndTheNextOneIsSpokenTo) {
  Board board(endpoint);
  ASSERT_TRUE(board.Until([&] { return board.client.ready(); }));
  router.close();
  EXPECT_FALSE(board.Until([] { return false; }));
  EXPECT_FALSE(board.Turn());
  router = zmq::socket_t(context, zmq::socket_type::router);
  router.bind(endpoint);
  Board again(endpoint);
  EXPECT_TRUE(again.Until([&] { return again.client.ready(); }));
}

}  // namespace
}  // namespace continuo::mcu
