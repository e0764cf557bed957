// SPDX-License-Identifier: Apache-2.0
#include "agent-mcu/link/udp_stack.h"

#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <vector>

namespace continuo::mcu {
namespace {

constexpr UdpStack::Config kOne{.mac = {2, 0, 0, 0, 0, 1},
                                .ip = 0x0a000201,
                                .mask = 0xffffff00,
                                .gateway = 0x0a0002fe,
                                .port = 5004};
constexpr UdpStack::Config kOther{.mac = {2, 0, 0, 0, 0, 2},
                                  .ip = 0x0a000202,
                                  .mask = 0xffffff00,
                                  .gateway = 0x0a0002fe,
                                  .port = 7000};
using Bytes = std::vector<std::uint8_t>;

Bytes FrameOf(UdpStack& stack, std::uint32_t ip, std::uint16_t port, std::string_view text) {
  Bytes out(UdpStack::kMaxFrame);
  out.resize(stack.Make(ip, port, Bytes(text.begin(), text.end()), out));
  return out;
}

/// What comes out where `frame` goes in; an answer goes back to `from`.
std::string Deliver(const Bytes& frame, UdpStack& to, UdpStack& from) {
  UdpIncoming datagram;
  FixedVector<std::uint8_t, 64> answer;
  if (to.Take(frame, datagram, answer)) return {datagram.bytes.begin(), datagram.bytes.end()};
  UdpIncoming none;
  FixedVector<std::uint8_t, 64> no_answer;
  if (!answer.empty()) from.Take({answer.data(), answer.size()}, none, no_answer);
  return "";
}

TEST(UdpStackTest, AsksForTheNeighbourAndThenSpeaksToIt) {
  UdpStack one(kOne), other(kOther);
  EXPECT_EQ(Deliver(FrameOf(one, kOther.ip, 7000, "lost"), other, one), "");
  EXPECT_EQ(Deliver(FrameOf(one, kOther.ip, 7000, "heard"), other, one), "heard");
  // Who asks makes itself known.
  EXPECT_EQ(Deliver(FrameOf(other, kOne.ip, 5004, "answer"), one, other), "answer");
}

TEST(UdpStackTest, WhatIsFarGoesToTheGateway) {
  UdpStack one(kOne);
  const Bytes question = FrameOf(one, 0x7f000101, 7000, "far");
  const Bytes asked(question.begin() + 38, question.begin() + 42);
  EXPECT_EQ(asked, (Bytes{0x0a, 0x00, 0x02, 0xfe}));
}

TEST(UdpStackTest, TcpIsHandedOnWhole) {
  UdpStack one(kOne), other(kOther);
  Deliver(FrameOf(one, kOther.ip, 7000, ""), other, one);
  Bytes packet(40, 1), frame(UdpStack::kMaxFrame);
  packet[9] = 6;
  frame.resize(one.Wrap(kOther.ip, packet, frame));
  ASSERT_EQ(frame.size(), 60u);
  const auto heard = other.TcpPacket(frame);
  EXPECT_EQ(Bytes(heard.begin(), heard.begin() + 40), packet);
  EXPECT_TRUE(one.TcpPacket(frame).empty()) << "it is for somebody else";
  for (std::size_t size = 0; size < 24; ++size) {
    EXPECT_TRUE(other.TcpPacket(std::span(frame).first(size)).empty());
  }
  frame[14 + 9] = 17;
  EXPECT_TRUE(other.TcpPacket(frame).empty());
  EXPECT_EQ(one.Wrap(kOther.ip, Bytes(1501), frame), 0u);
}

TEST(UdpStackTest, DamagedAndForeignFramesArePassedOver) {
  UdpStack one(kOne), other(kOther);
  Deliver(FrameOf(one, kOther.ip, 7000, ""), other, one);
  const Bytes frame = FrameOf(one, kOther.ip, 7000, "heard");
  ASSERT_EQ(Deliver(frame, other, one), "heard");
  for (std::size_t size = 0; size < UdpStack::kHead + 5; ++size) {
    EXPECT_EQ(Deliver(Bytes(frame.begin(), frame.begin() + static_cast<int>(size)), other, one),
              "");
  }
  for (std::size_t i = 14; i < 34; ++i) {  // the IP header has a checksum
    Bytes damaged = frame;
    damaged[i] ^= 1;
    EXPECT_EQ(Deliver(damaged, other, one), "") << i;
  }
  EXPECT_EQ(Deliver(FrameOf(one, kOther.ip, 7001, "another port"), other, one), "");
  EXPECT_GT(other.passed_over(), 0u);
}

TEST(UdpStackTest, WhatDoesNotFitIsNotSent) {
  UdpStack one(kOne);
  Bytes out(UdpStack::kMaxFrame);
  EXPECT_EQ(one.Make(kOther.ip, 7000, Bytes(1473), out), 0u);
  EXPECT_GT(one.Make(kOther.ip, 7000, Bytes(1472), out), 0u);
}

}  // namespace
}  // namespace continuo::mcu
