// SPDX-License-Identifier: Apache-2.0
#include "proto/wire/ptp_management.h"

#include <gtest/gtest.h>

#include <array>
#include <vector>

#include "dsp/base/bytes.h"

namespace continuo::wire {
namespace {

/// An answer as ptp4l sends it: head, then one TLV of that content.
class Answer {
 public:
  Answer(std::uint16_t tlv, std::uint16_t id, std::size_t content, std::uint8_t action = 2) {
    Be(std::uint8_t{0x0D}).Be(std::uint8_t{2});
    Be(static_cast<std::uint16_t>(54 + content));
    for (int i = 0; i < 26; ++i) Be(std::uint8_t{0});
    Be(std::uint16_t{77}).Be(std::uint8_t{4}).Be(std::uint8_t{0x7F});
    for (int i = 0; i < 12; ++i) Be(std::uint8_t{0xFF});
    Be(action).Be(std::uint8_t{0});
    Be(tlv).Be(static_cast<std::uint16_t>(2 + content)).Be(id);
  }
  template <typename T>
  Answer& Be(T value) {
    std::array<std::uint8_t, sizeof(T)> room{};
    ByteWriter(room).Be(value);
    bytes.insert(bytes.end(), room.begin(), room.end());
    return *this;
  }
  std::vector<std::uint8_t> bytes;
};

Answer TimeStatus() {
  Answer answer(1, 0xC000, 50);
  answer.Be(std::int64_t{-1'234}).Be(std::int64_t{1'790'000'000'000'000'000});
  answer.Be(std::int32_t{0}).Be(std::int32_t{0}).Be(std::uint16_t{0});
  answer.Be(std::uint16_t{0}).Be(std::uint64_t{0}).Be(std::uint16_t{0});
  return answer.Be(std::int32_t{1}).Be(std::uint64_t{0x96e4abfffebf3ad5});
}

TEST(PtpManagement, AQuestionIsTheStandards) {
  std::array<std::uint8_t, kPtpQuestionBytes> room{};
  const std::size_t bytes = EncodePtpGet(PtpId::kTimeStatus, 0x0102, {.number = 5, .sdo = 1}, room);
  ASSERT_EQ(bytes, 54u);
  EXPECT_EQ(room[0], 0x1D) << "majorSdoId 1, a management message";
  EXPECT_EQ(room[1], 2);
  EXPECT_EQ(room[3], 54) << "messageLength";
  EXPECT_EQ(room[4], 5) << "domainNumber";
  EXPECT_EQ(room[30] << 8 | room[31], 0x0102) << "sequenceId";
  EXPECT_EQ(room[34], 0xFF) << "any clock";
  EXPECT_EQ(room[46], 0) << "GET";
  EXPECT_EQ(room[51], 2) << "length of the TLV: the id";
  EXPECT_EQ(room[52] << 8 | room[53], 0xC000);
  EXPECT_EQ(EncodePtpGet(PtpId::kTimeStatus, 1, {}, std::span(room).first(53)), 0u);
}

TEST(PtpManagement, ASubscriptionIsToPortStatesAlone) {
  std::array<std::uint8_t, kPtpQuestionBytes> room{};
  ASSERT_EQ(EncodePtpSubscribe(60, 1, {}, room), 54u + 2 + 64);
  EXPECT_EQ(room[46], 1) << "SET";
  EXPECT_EQ(room[55], 60);
  EXPECT_EQ(room[56], 1);
  EXPECT_EQ(room[57], 0);
}

TEST(PtpManagement, ReadsTimeStatus) {
  PtpAnswer answer;
  ASSERT_TRUE(ParsePtpAnswer(TimeStatus().bytes, answer));
  EXPECT_EQ(answer.sequence, 77);
  const auto& time = std::get<PtpTimeStatus>(answer.content);
  EXPECT_EQ(time.offset_ns, -1'234);
  EXPECT_EQ(time.ingress_time, 1'790'000'000'000'000'000);
  EXPECT_TRUE(time.has_grandmaster);
  EXPECT_EQ(time.grandmaster, 0x96e4abfffebf3ad5);
}

TEST(PtpManagement, ReadsTheOthers) {
  PtpAnswer answer;
  Answer current(1, 0x2001, 18);
  current.Be(std::uint16_t{1}).Be(std::int64_t{-500 * 65'536}).Be(std::int64_t{107'000 * 65'536LL});
  ASSERT_TRUE(ParsePtpAnswer(current.bytes, answer));
  EXPECT_EQ(std::get<PtpCurrent>(answer.content), (PtpCurrent{1, -500, 107'000}));

  Answer properties(1, 0x2003, 4);
  properties.Be(std::int16_t{37}).Be(std::uint8_t{1 | 4 | 8}).Be(std::uint8_t{0x20});
  ASSERT_TRUE(ParsePtpAnswer(properties.bytes, answer));
  EXPECT_EQ(std::get<PtpTimeProperties>(answer.content),
            (PtpTimeProperties{37, true, true, false, true}));

  Answer port(1, 0x2004, 26);
  port.Be(std::uint64_t{9}).Be(std::uint16_t{1}).Be(std::uint8_t{9}).Be(std::uint8_t{0});
  port.Be(std::int64_t{3 * 65'536});
  for (int i = 0; i < 6; ++i) port.Be(std::uint8_t{0});
  ASSERT_TRUE(ParsePtpAnswer(port.bytes, answer));
  EXPECT_EQ(std::get<PtpPort>(answer.content), (PtpPort{9, 1, PtpPortState::kSlave, 3}));

  Answer error(2, 3, 2);
  error.Be(std::uint16_t{0xC003});
  ASSERT_TRUE(ParsePtpAnswer(error.bytes, answer));
  EXPECT_EQ(std::get<PtpRefused>(answer.content), PtpRefused{3});
}

TEST(PtpManagement, WhatIsNoAnswerIsRefused) {
  PtpAnswer answer;
  const std::vector<std::uint8_t> good = TimeStatus().bytes;
  for (std::size_t bytes = 0; bytes < good.size(); ++bytes) {
    EXPECT_FALSE(ParsePtpAnswer(std::span(good).first(bytes), answer)) << bytes;
  }
  EXPECT_FALSE(ParsePtpAnswer(Answer(1, 0x2001, 0, 0).bytes, answer)) << "a question";
  EXPECT_FALSE(ParsePtpAnswer(Answer(1, 0x1234, 0).bytes, answer)) << "of an unknown id";
  std::vector<std::uint8_t> other = good;
  other[1] = 1;
  EXPECT_FALSE(ParsePtpAnswer(other, answer)) << "PTPv1";
  other = good;
  other[50] = 0xFF;
  EXPECT_FALSE(ParsePtpAnswer(other, answer)) << "a TLV longer than the datagram";
}

}  // namespace
}  // namespace continuo::wire
