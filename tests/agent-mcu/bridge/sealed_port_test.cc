// SPDX-License-Identifier: Apache-2.0
#include "agent-mcu/bridge/sealed_port.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "proto/mcu/seal/board_seal.h"
#include "support/toy_cipher.h"

namespace continuo::mcu {
namespace {

using testing::Contains;
using testing::HasSubstr;
using Bytes = std::vector<std::uint8_t>;

/// A network with one board behind it, which says back whatever frame it hears.
class Echo final : public transport::DatagramPort {
 public:
  Echo(const Cipher& cipher, const std::optional<DeviceKey>& device, std::vector<Bytes>& strangers)
      : board_(cipher, device, {1}), strangers_(strangers) {}

  void Send(const Outgoing& datagram) override {
    Bytes answer(kMaxHandshakeBytes), frame(kMaxSealedBytes);
    const Unsealed heard = board_.Hear(datagram.bytes, answer);
    answer.resize(heard.answer);
    if (!answer.empty()) waiting_.push_back(answer);
    if (heard.frame.empty()) return;
    frame.resize(board_.Seal(heard.frame, frame));
    waiting_.push_back(frame);
  }
  void Flush() override {}
  int Receive(std::span<Incoming> out) override {
    for (const Bytes& stranger : strangers_) waiting_.push_back(stranger);
    strangers_.clear();
    taken_.clear();
    taken_.swap(waiting_);
    for (std::size_t i = 0; i < taken_.size(); ++i) out[i] = {{}, taken_[i]};
    return static_cast<int>(taken_.size());
  }
  std::uint64_t send_errors() const override { return 0; }

 private:
  BoardSeal board_;
  std::vector<Bytes>& strangers_;
  std::vector<Bytes> waiting_, taken_;
};

class SealedPortTest : public testing::Test {
 protected:
  static DeviceKey Device(std::uint8_t key) {
    DeviceKey device;
    EXPECT_TRUE(device.name.Assign("mcu-1"));
    device.key.fill(key);
    return device;
  }
  void Begin(const std::optional<DeviceKey>& bridge, const std::optional<DeviceKey>& board) {
    port_.emplace(std::make_unique<Echo>(cipher_, board, strangers_), transport::Address{}, cipher_,
                  bridge, Bytes32{2}, [this](const std::string& text) { said_.push_back(text); });
  }
  /// What comes back within some turns.
  Bytes Hear(int turns) {
    std::array<transport::DatagramPort::Incoming, 16> batch;
    for (int i = 0; i < turns; ++i) {
      const int count = port_->Receive(batch);
      if (count > 0) return {batch[0].bytes.begin(), batch[0].bytes.end()};
      port_->Send({{}, kFrame});
      port_->Flush();
    }
    return {};
  }

  const Bytes kFrame{kFrameMcu, 1, 2, 3, 4, 5, 6, 7};
  ToyCipher cipher_;
  std::vector<Bytes> strangers_;
  std::optional<SealedPort> port_;
  std::vector<std::string> said_;
};

TEST_F(SealedPortTest, CarriesFramesAndSaysWhatItRefuses) {
  Begin(Device(7), Device(7));
  EXPECT_EQ(Hear(5), kFrame);
  EXPECT_THAT(said_, Contains("the board has the key: sealed session 1"));
  strangers_ = {kFrame, {kFrameSealed, 0, 4, 0}, Bytes(60, kFrameSealed)};
  EXPECT_EQ(Hear(5), kFrame) << "what comes behind is heard";
  EXPECT_EQ(port_->counters()[static_cast<std::size_t>(SealError::kPlain)], 1u);
  EXPECT_EQ(port_->counters()[static_cast<std::size_t>(SealError::kVersion)], 2u);
  EXPECT_THAT(said_, Contains(HasSubstr("1 in the clear")));
}

TEST_F(SealedPortTest, BothEndsTellWhatTheyRefused) {
  EXPECT_EQ(RefusedText({}, {9}), "") << "what was opened does not count";
  EXPECT_EQ(RefusedText({0, 0, 0, 0, 2}, {}), "by the board 2 replayed");
  EXPECT_EQ(RefusedText({0, 3, 0, 0, 2}, {0, 1}),
            "by the board 3 malformed, 2 replayed; by the bridge 1 malformed");
}

TEST_F(SealedPortTest, SaysThatTheBoardRefusesItsKey) {
  Begin(Device(7), Device(8));
  EXPECT_EQ(Hear(5), Bytes());
  EXPECT_THAT(said_, Contains(HasSubstr("forged (another key")));
  EXPECT_GT(port_->send_errors(), 0u);
}

TEST_F(SealedPortTest, WithoutKeysItIsAsIfItWereNotThere) {
  Begin({}, {});
  EXPECT_EQ(Hear(2), kFrame);
  EXPECT_TRUE(said_.empty());
}

}  // namespace
}  // namespace continuo::mcu
