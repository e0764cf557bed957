// SPDX-License-Identifier: Apache-2.0
#include "coordinator/cli/log_text.h"

#include <gmock/gmock.h>

#include <nlohmann/json.hpp>

namespace continuo::coordinator::cli {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

const Terminal kPlain(false, false, 200);
constexpr Nanoseconds kSecond = 1'000'000'000;
const WallClock kClock(96'000, 1'795'637'052 * kSecond);

LogEntry Death() {
  return {12, 48'000, LogEntry::Kind::kDecision, Severity::kWarning, "pi-1 is dead\nmore of it",
          11};
}

TEST(LogLines, SayBothTimesTheNumberAndTheCause) {
  const auto lines = LogLines(Death(), kClock, kPlain);
  ASSERT_EQ(lines.size(), 2u);
  EXPECT_THAT(lines[0], AllOf(HasSubstr(":11.000"), HasSubstr("n 48000"), HasSubstr("#12"),
                              HasSubstr("pi-1 is dead"), HasSubstr("(of #11)")));
  EXPECT_EQ(lines[1], "    more of it");
}

TEST(LogJson, OneObjectOnOneLine) {
  const auto json = nlohmann::json::parse(LogJson(Death(), kClock));
  EXPECT_EQ(json["number"], 12);
  EXPECT_EQ(json["cause"], 11);
  EXPECT_EQ(json["kind"], "decision");
  EXPECT_EQ(json["severity"], "warning");
  EXPECT_EQ(json["time"], "2026-11-25T20:04:11.000Z");
  LogEntry first = Death();
  first.cause = 0;
  EXPECT_TRUE(nlohmann::json::parse(LogJson(first, kClock))["cause"].is_null());
}

}  // namespace
}  // namespace continuo::coordinator::cli
