// SPDX-License-Identifier: Apache-2.0
#include "coordinator/cli/wall_clock.h"

#include <chrono>
#include <cstdio>
#include <ctime>

namespace continuo::coordinator::cli {
namespace {

constexpr Nanoseconds kSecond = 1'000'000'000;

std::string Format(const std::tm& time, const char* format) {
  char text[64];
  return {text, std::strftime(text, sizeof text, format, &time)};
}

std::string Milliseconds(Nanoseconds at) {
  char text[8];
  std::snprintf(text, sizeof text, ".%03d", static_cast<int>(at % kSecond / 1'000'000));
  return text;
}

std::tm Local(Nanoseconds at) {
  const std::time_t seconds = at / kSecond;
  std::tm time{};
  localtime_r(&seconds, &time);
  return time;
}

}  // namespace

WallClock::WallClock(MediaTime n)
    : n_(n),
      since_1970_(std::chrono::duration_cast<std::chrono::nanoseconds>(
                      std::chrono::system_clock::now().time_since_epoch())
                      .count()) {}

std::string WallClock::LocalText(MediaTime n) const {
  const std::tm time = Local(At(n)), now = Local(since_1970_);
  const bool today = time.tm_yday == now.tm_yday && time.tm_year == now.tm_year;
  return Format(time, today ? "%H:%M:%S" : "%Y-%m-%d %H:%M:%S") + Milliseconds(At(n));
}

std::string WallClock::UtcText(MediaTime n) const {
  const std::time_t seconds = At(n) / kSecond;
  std::tm time{};
  gmtime_r(&seconds, &time);
  return Format(time, "%Y-%m-%dT%H:%M:%S") + Milliseconds(At(n)) + "Z";
}

}  // namespace continuo::coordinator::cli
