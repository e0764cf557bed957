// SPDX-License-Identifier: Apache-2.0
#include "agent-mcu/link/zmtp.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace continuo::mcu {
namespace {

using Bytes = std::vector<std::uint8_t>;
constexpr Nanoseconds kMs = 1'000'000;

Bytes operator+(Bytes one, const Bytes& other) {
  one.insert(one.end(), other.begin(), other.end());
  return one;
}
Bytes Text(std::string_view text) {
  return {text.begin(), text.end()};
}
Bytes Greeting(std::uint8_t major = 3, std::uint8_t minor = 1,
               std::string_view mechanism = "NULL") {
  Bytes bytes{0xff, 0, 0, 0, 0, 0, 0, 0, 1, 0x7f, major, minor};
  bytes = bytes + Text(mechanism);
  bytes.resize(64);
  return bytes;
}
Bytes Short(std::uint8_t flags, const Bytes& body) {
  return Bytes{flags, static_cast<std::uint8_t>(body.size())} + body;
}
Bytes Command(std::string_view name, const Bytes& data) {
  return Short(4, Bytes{static_cast<std::uint8_t>(name.size())} + Text(name) + data);
}
Bytes Ready(std::string_view type) {
  return Command("READY", Bytes{11} + Text("Socket-Type") +
                              Bytes{0, 0, 0, static_cast<std::uint8_t>(type.size())} + Text(type));
}

/// What the client makes of these bytes; its messages are appended to `heard`.
ZmtpError Heard(ZmtpClient& client, const Bytes& bytes, std::vector<Bytes>* heard = nullptr,
                Nanoseconds now = 0) {
  std::span<const std::uint8_t> left = bytes;
  while (client.Hear(left, now)) {
    if (heard != nullptr) heard->emplace_back(client.message().begin(), client.message().end());
  }
  return client.error();
}
ZmtpError Judged(const Bytes& bytes) {
  ZmtpClient client({.identity = "mcu-1"});
  client.Begin(0);
  return Heard(client, bytes);
}
Bytes Said(ZmtpClient& client) {
  const Bytes said(client.outgoing().begin(), client.outgoing().end());
  client.Sent(said.size());
  return said;
}
ZmtpClient Connected(std::uint8_t minor = 1) {
  ZmtpClient client({.identity = "mcu-1"});
  client.Begin(0);
  EXPECT_EQ(Heard(client, Greeting(3, minor) + Ready("ROUTER")), ZmtpError::kNone);
  EXPECT_TRUE(client.ready());
  Said(client);
  return client;
}

TEST(ZmtpTest, SaysWhoItIs) {
  ZmtpClient client({.identity = "mcu-1"});
  client.Begin(0);
  Bytes greeting = Greeting();
  greeting[8] = 0;
  EXPECT_EQ(Said(client), greeting);
  EXPECT_FALSE(client.Send(Text("too early")));
  Heard(client, Greeting());
  EXPECT_EQ(Said(client),
            Command("READY", Bytes{11} + Text("Socket-Type") + Bytes{0, 0, 0, 6} + Text("DEALER") +
                                 Bytes{8} + Text("Identity") + Bytes{0, 0, 0, 5} + Text("mcu-1")));
  EXPECT_FALSE(client.ready());
  EXPECT_EQ(Heard(client, Ready("ROUTER")), ZmtpError::kNone);
  EXPECT_TRUE(client.ready());
}

TEST(ZmtpTest, WhatIsWrongIsNamed) {
  EXPECT_EQ(Judged(Text("HTTP/1.1 400")), ZmtpError::kSignature);
  EXPECT_EQ(Judged({0xff, 0, 0, 0, 0, 0, 0, 0, 1, 0x7e}), ZmtpError::kSignature);
  EXPECT_EQ(Judged({0xff, 0, 0, 0, 0, 0, 0, 0, 1, 0x7f, 1}), ZmtpError::kVersion);
  EXPECT_EQ(Judged(Greeting(3, 0, "CURVE")), ZmtpError::kMechanism);
  EXPECT_EQ(Judged(Greeting(3, 0, "NULLNULL")), ZmtpError::kMechanism);
  EXPECT_EQ(Judged(Greeting() + Short(8, Text("x"))), ZmtpError::kFlags);
  EXPECT_EQ(Judged(Greeting() + Short(5, Text("x"))), ZmtpError::kFlags);
  EXPECT_EQ(Judged(Greeting() + Short(0, Text("before READY"))), ZmtpError::kCommand);
  EXPECT_EQ(Judged(Greeting() + Command("PING", {0, 1})), ZmtpError::kCommand);
  EXPECT_EQ(Judged(Greeting() + Short(4, {200, 'x'})), ZmtpError::kCommand);
  EXPECT_EQ(Judged(Greeting() + Command("READY", {11, 'S'})), ZmtpError::kCommand);
  EXPECT_EQ(Judged(Greeting() + Ready("REP")), ZmtpError::kSocketType);
  EXPECT_EQ(Judged(Greeting() + Command("READY", {})), ZmtpError::kSocketType);
  EXPECT_EQ(Judged(Greeting() + Command("ERROR", Bytes{2} + Text("no"))), ZmtpError::kRefused);
  const Bytes well = Greeting() + Ready("ROUTER");
  EXPECT_EQ(Judged(well + Bytes{2, 0, 0, 0, 0, 0, 0, 5, 153}), ZmtpError::kTooLong);  // 1433
  EXPECT_EQ(Judged(well + Bytes{2, 1, 0, 0, 0, 0, 0, 0, 0}), ZmtpError::kTooLong);
  EXPECT_EQ(Judged(well + Command("PING", Bytes(19))), ZmtpError::kCommand);
  EXPECT_EQ(Judged(well + Command("SUBSCRIBE", {})), ZmtpError::kNone);
  for (int error = 0; error <= static_cast<int>(ZmtpError::kSilent); ++error) {
    EXPECT_STRNE(ToString(static_cast<ZmtpError>(error)), "unknown");
  }
}

TEST(ZmtpTest, MessagesComeInWhateverPortions) {
  const Bytes shortest{7}, longest(ZmtpClient::kMaxMessage, 9);
  const Bytes bytes = Greeting() + Ready("ROUTER") + Short(0, shortest) +
                      Bytes{2, 0, 0, 0, 0, 0, 0, 5, 152} + longest + Short(1, Text("a part")) +
                      Short(0, Text("and the other")) + Short(0, shortest);
  for (const std::size_t portion : {std::size_t{1}, std::size_t{7}, bytes.size()}) {
    ZmtpClient client({.identity = "mcu-1"});
    client.Begin(0);
    std::vector<Bytes> heard;
    for (std::size_t at = 0; at < bytes.size(); at += portion) {
      const auto end = std::min(at + portion, bytes.size());
      ASSERT_EQ(Heard(client, Bytes(&bytes[at], &bytes[at] + (end - at)), &heard),
                ZmtpError::kNone);
    }
    EXPECT_EQ(heard, (std::vector<Bytes>{shortest, longest, shortest})) << portion;
    EXPECT_EQ(client.counters().passed_over, 2u);
  }
}

TEST(ZmtpTest, WhatHasNoRoomIsNotSent) {
  ZmtpClient client = Connected();
  EXPECT_TRUE(client.Send({}));
  EXPECT_EQ(Said(client), (Bytes{0, 0}));
  EXPECT_FALSE(client.Send(Bytes(ZmtpClient::kMaxMessage + 1)));
  EXPECT_TRUE(client.Send(Bytes(ZmtpClient::kMaxMessage)));
  EXPECT_TRUE(client.Send(Bytes(ZmtpClient::kMaxMessage)));
  EXPECT_FALSE(client.Send(Bytes(ZmtpClient::kMaxMessage)));
  client.Sent(ZmtpClient::kMaxMessage + ZmtpClient::kHead);
  EXPECT_TRUE(client.Send(Bytes(ZmtpClient::kMaxMessage)));
  EXPECT_EQ(client.counters().no_room, 2u);
}

TEST(ZmtpTest, AnswersToPingAndPingsWhoIsSilent) {
  ZmtpClient client = Connected();
  Heard(client, Command("PING", Bytes{0, 1} + Text("context")));
  EXPECT_EQ(Said(client), Command("PONG", Text("context")));
  client.Turn(249 * kMs);
  EXPECT_TRUE(Said(client).empty());
  client.Turn(250 * kMs);
  client.Turn(251 * kMs);
  EXPECT_EQ(Said(client), Command("PING", {0, 10}));
  Heard(client, Command("PONG", {}), nullptr, 300 * kMs);
  client.Turn(1299 * kMs);
  EXPECT_TRUE(client.ready());
  client.Turn(1300 * kMs);
  EXPECT_EQ(client.error(), ZmtpError::kSilent);
  EXPECT_TRUE(client.outgoing().empty() && !client.ready());
  client.Begin(2000 * kMs);
  EXPECT_EQ(client.error(), ZmtpError::kNone);
  client.Turn(3000 * kMs);
  EXPECT_EQ(client.error(), ZmtpError::kSilent) << "nobody greets";
}

TEST(ZmtpTest, APeerOfThreePointNoughtIsNotPinged) {
  ZmtpClient client = Connected(0);
  client.Turn(500 * kMs);
  EXPECT_TRUE(Said(client).empty());
}

}  // namespace
}  // namespace continuo::mcu
