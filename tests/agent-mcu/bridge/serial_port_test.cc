// SPDX-License-Identifier: Apache-2.0
#include "agent-mcu/bridge/serial_port.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <unistd.h>

#include <array>
#include <cstdlib>
#include <string>
#include <vector>

namespace continuo::mcu {
namespace {

using Bytes = std::vector<std::uint8_t>;

/// A board at the other side of a terminal.
class Board {
 public:
  Board() : fd_(posix_openpt(O_RDWR | O_NOCTTY | O_NONBLOCK)) {
    EXPECT_EQ(grantpt(fd_), 0);
    EXPECT_EQ(unlockpt(fd_), 0);
  }
  ~Board() { close(fd_); }
  std::string path() const { return ptsname(fd_); }

  /// Waits for a millisecond at most.
  void Turn() {
    pollfd waits{fd_, POLLIN, 0};
    poll(&waits, 1, 1);
    std::array<std::uint8_t, 512> bytes;
    const ssize_t heard = read(fd_, bytes.data(), bytes.size());
    if (heard > 0) {
      link_.Hear(std::span(bytes).first(static_cast<std::size_t>(heard)), clock_.Now());
    }
    const std::size_t spoken = link_.Speak(bytes, clock_.Now());
    EXPECT_EQ(write(fd_, bytes.data(), spoken), static_cast<ssize_t>(spoken));
  }
  SerialLink& link() { return link_; }

 private:
  const int fd_;
  transport::MachineClock clock_;
  SerialLink link_{{.life = 7}};
};

TEST(SerialPortTest, FramesGoOverATerminalBothWays) {
  Board board;
  SerialPort port(board.path(), [](const std::string&) {});
  Bytes out(1400);
  for (std::size_t i = 0; i < out.size(); ++i) out[i] = static_cast<std::uint8_t>(i % 7 * 3);
  ASSERT_TRUE(board.link().Send(out));
  Bytes heard, answered;
  for (int turn = 0; turn < 10'000 && (heard.empty() || answered.empty()); ++turn) {
    std::array<transport::DatagramPort::Incoming, 4> batch;
    if (port.Receive(batch) > 0) {
      heard = {batch[0].bytes.begin(), batch[0].bytes.end()};
      port.Send({{}, heard});
    }
    port.Flush();
    board.Turn();
    const auto front = board.link().Front();
    answered = {front.begin(), front.end()};
  }
  EXPECT_EQ(heard, out);
  EXPECT_EQ(answered, out);
  EXPECT_EQ(port.send_errors(), 0u);
}

TEST(SerialPortTest, ALineThatWasUnpluggedIsOpenedAgainWhenItIsBack) {
  const std::string path = testing::TempDir() + "line-" + std::to_string(getpid());
  std::vector<std::string> said;
  SerialPort port(path, [&said](const std::string& text) { said.push_back(text); });
  std::array<transport::DatagramPort::Incoming, 4> batch;
  const auto hears = [&](Board& board, const Bytes& message) {
    EXPECT_TRUE(board.link().Send(message));
    for (int turn = 0; turn < 3'000; ++turn) {
      board.Turn();
      if (port.Receive(batch) > 0) {
        return Bytes(batch[0].bytes.begin(), batch[0].bytes.end()) == message;
      }
    }
    return false;
  };
  port.Receive(batch);
  for (const std::uint8_t life : {1, 2}) {
    Board board;
    ASSERT_EQ(symlink(board.path().c_str(), path.c_str()), 0);
    EXPECT_TRUE(hears(board, {life}));
    unlink(path.c_str());
  }
  for (int turn = 0; turn < 200; ++turn) {
    poll(nullptr, 0, 1);
    port.Receive(batch);
  }
  EXPECT_EQ(said, (std::vector<std::string>{
                      "its line is not there: " + path + ": No such file or directory",
                      "its line " + path + " is open", "its line " + path + " is gone",
                      "its line " + path + " is open", "its line " + path + " is gone"}));
}

TEST(SerialPortTest, WhereNobodyIsNothingIsSent) {
  SerialPort port("/nowhere", [](const std::string&) {});
  std::array<transport::DatagramPort::Incoming, 4> batch;
  EXPECT_EQ(port.Receive(batch), 0);
  port.Send({{}, Bytes{1}});
  port.Flush();
  EXPECT_EQ(port.send_errors(), 1u);
}

}  // namespace
}  // namespace continuo::mcu
