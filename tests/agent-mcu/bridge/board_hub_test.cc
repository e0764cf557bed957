// SPDX-License-Identifier: Apache-2.0
#include "agent-mcu/bridge/board_hub.h"

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <chrono>
#include <mutex>
#include <optional>
#include <string>
#include <vector>
#include <zmq.hpp>

#include "agent-mcu/bridge/board_argument.h"

namespace continuo::mcu {
namespace {

using namespace std::chrono_literals;
using Bytes = std::vector<std::uint8_t>;

template <typename Is>
bool Until(const Is& is) {
  const auto end = std::chrono::steady_clock::now() + 3s;
  while (!is()) {
    if (std::chrono::steady_clock::now() > end) return false;
    poll(nullptr, 0, 1);
  }
  return true;
}

class BoardHubTest : public testing::Test {
 protected:
  void SetUp() override {
    std::string error;
    hub = BoardHub::Listen(
        "127.0.0.1:0", [this](const std::string& text) { Hear(text); }, error);
    ASSERT_NE(hub, nullptr) << error;
  }
  void Hear(const std::string& text) {
    const std::lock_guard lock(mutex);
    said += text + "\n";
  }
  std::string Said() {
    const std::lock_guard lock(mutex);
    return said;
  }
  zmq::socket_t Board(const std::string& name) {
    zmq::socket_t socket(context, zmq::socket_type::dealer);
    socket.set(zmq::sockopt::routing_id, name);
    socket.set(zmq::sockopt::linger, 0);
    socket.connect("tcp://" + hub->address());
    return socket;
  }
  /// The next message of the board's; empty after three seconds without.
  static std::string Heard(transport::DatagramPort& port) {
    std::array<transport::DatagramPort::Incoming, 1> one;
    if (!Until([&] { return port.Receive(one) == 1; })) return "";
    return {one[0].bytes.begin(), one[0].bytes.end()};
  }
  /// What the board hears of this, said again until it does.
  static std::string Answered(transport::DatagramPort& port, zmq::socket_t& board,
                              std::string_view text) {
    zmq::message_t message;
    const Bytes bytes(text.begin(), text.end());
    const bool heard = Until([&] {
      port.Send({{}, bytes});
      port.Flush();
      return board.recv(message, zmq::recv_flags::dontwait).has_value();
    });
    return heard ? message.to_string() : "";
  }

  zmq::context_t context;
  std::mutex mutex;
  std::string said;
  std::unique_ptr<BoardHub> hub;
};

TEST_F(BoardHubTest, EachBoardHasItsMessages) {
  const auto one = hub->PortOf("mcu-1"), other = hub->PortOf("mcu-2");
  zmq::socket_t first = Board("mcu-1/1"), second = Board("mcu-2");
  first.send(zmq::str_buffer("of the first"));
  second.send(zmq::str_buffer("of the second"));
  EXPECT_EQ(Heard(*one), "of the first");
  EXPECT_EQ(Heard(*other), "of the second");
  EXPECT_EQ(Answered(*other, second, "for the second"), "for the second");
  EXPECT_EQ(Answered(*one, first, "for the first"), "for the first");
}

TEST_F(BoardHubTest, WhoComesBackUnderItsNameIsHeardAtOnce) {
  const auto port = hub->PortOf("mcu-1");
  zmq::socket_t before = Board("mcu-1");
  before.send(zmq::str_buffer("before"));
  EXPECT_EQ(Heard(*port), "before");
  zmq::socket_t after = Board("mcu-1");  // though the other connection is not known to be dead
  after.send(zmq::str_buffer("after"));
  EXPECT_EQ(Heard(*port), "after");
  EXPECT_EQ(Answered(*port, after, "hello"), "hello");
}

TEST_F(BoardHubTest, WhoSaysThatHeIsABoardKeepsItFromNothing) {
  const auto port = hub->PortOf("mcu-1");
  zmq::socket_t board = Board("mcu-1/1"), liar = Board("mcu-1/2");
  board.send(zmq::message_t(), zmq::send_flags::none);  // here I am
  for (int i = 0; i < 500; ++i) liar.send(zmq::str_buffer("lies"), zmq::send_flags::none);
  EXPECT_TRUE(Until([&] { return hub->counters().flooded == 500 - BoardHub::kQueue; }));
  board.send(zmq::str_buffer("the truth"), zmq::send_flags::none);
  std::size_t lies = 0;
  while (lies <= BoardHub::kQueue && Heard(*port) == "lies") {
    ++lies;
    poll(nullptr, 0, 20);
  }
  EXPECT_LT(lies, BoardHub::kQueue / 2) << "it waited for its turn";
  EXPECT_EQ(Answered(*port, board, "for all"), "for all");
  EXPECT_EQ(Answered(*port, liar, "for all"), "for all");
}

TEST_F(BoardHubTest, StrangersNonsenseAndFloodsAreCountedAndNamedAndDisturbNoOther) {
  const auto port = hub->PortOf("mcu-1"), flooded = hub->PortOf("mcu-2");
  zmq::socket_t board = Board("mcu-1"), stranger = Board("mcu-\n9"), other = Board("mcu-2");
  stranger.send(zmq::str_buffer("hello"));
  board.send(zmq::str_buffer("one"), zmq::send_flags::sndmore);
  board.send(zmq::str_buffer("two"), zmq::send_flags::none);
  for (int i = 0; i < 500; ++i) other.send(zmq::str_buffer("more"), zmq::send_flags::none);
  // Whoever speaks HTTP, or stops in the middle of a greeting, or says more than a frame.
  std::array<int, 2> raw{};
  const std::array<std::string, 2> texts{"GET / HTTP/1.1\r\n\r\n", std::string("\xff\0\0\0", 4)};
  for (std::size_t i = 0; i < raw.size(); ++i) {
    raw[i] = socket(AF_INET, SOCK_STREAM, 0);
    sockaddr_in to{};
    to.sin_family = AF_INET;
    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    const std::string& at = hub->address();
    to.sin_port = htons(static_cast<std::uint16_t>(std::stoi(at.substr(at.find(':') + 1))));
    ASSERT_EQ(connect(raw[i], reinterpret_cast<sockaddr*>(&to), sizeof to), 0);
    ASSERT_GT(send(raw[i], texts[i].data(), texts[i].size(), MSG_NOSIGNAL), 0);
  }
  zmq::socket_t wordy = Board("mcu-3");
  wordy.send(zmq::message_t(1433), zmq::send_flags::none);
  EXPECT_TRUE(Until([&] {
    const BoardHub::Counters count = hub->counters();
    return count.strangers == 1 && count.malformed == 1 &&
           count.flooded == 500 - BoardHub::kQueue && count.handshakes > 0;
  })) << hub->counters().strangers
      << " " << hub->counters().malformed << " " << hub->counters().flooded << " "
      << hub->counters().handshakes;
  board.send(zmq::str_buffer("well"), zmq::send_flags::none);
  EXPECT_EQ(Heard(*port), "well");
  EXPECT_EQ(Answered(*port, board, "well, too"), "well, too");
  EXPECT_TRUE(Until([&] { return Said().find("\"mcu-?9\"") != std::string::npos; })) << Said();
  for (const int fd : raw) close(fd);
}

TEST_F(BoardHubTest, AnAddressThatIsTakenIsSaid) {
  std::string error;
  EXPECT_EQ(BoardHub::Listen(
                hub->address(), [](const std::string&) {}, error),
            nullptr);
  EXPECT_NE(error.find("cannot listen on " + hub->address()), std::string::npos) << error;
}

TEST(BoardArgumentTest, IsANameAndFields) {
  BoardArgument board;
  EXPECT_EQ(ParseBoardArgument(
                "  mcu-1 board=10.0.0.9:5004\tkey=a.key serial=/dev/ttyACM0 domain=rack", board),
            "");
  EXPECT_EQ(board.name, "mcu-1");
  EXPECT_EQ(board.board, "10.0.0.9:5004");
  EXPECT_EQ(board.key, "a.key");
  EXPECT_EQ(board.serial, "/dev/ttyACM0");
  EXPECT_EQ(board.domain, "rack");
  const auto wrong = [&board](const char* text) { return ParseBoardArgument(text, board); };
  EXPECT_NE(wrong("").find("begin with the node's name"), std::string::npos);
  EXPECT_NE(wrong("board=1").find("begin with the node's name"), std::string::npos);
  EXPECT_EQ(wrong("mcu-1 bord=1"),
            "\"bord=1\": a field is board=, serial=, key=, controls=, controls-log= or domain=");
  EXPECT_EQ(wrong("mcu-1 board"), "board: it must have a value");
  EXPECT_EQ(wrong("mcu-1 key=a key=b"), "key: it is there twice");
}

}  // namespace
}  // namespace continuo::mcu
