// SPDX-License-Identifier: Apache-2.0
#include "proto/clock/paired_reading.h"

#include <gtest/gtest.h>

#include <vector>

namespace continuo::clock {
namespace {

constexpr Nanoseconds kApart = 7'000'000'000;  // what the second clock is ahead of the first
constexpr Nanoseconds kReading = 100;          // takes so long
constexpr Nanoseconds kStolen = 38'000'000;

/// Time is taken away before the readings whose numbers are given.
class Machine {
 public:
  explicit Machine(std::vector<int> stolen_before) : stolen_before_(std::move(stolen_before)) {}
  Nanoseconds Read() {
    for (const int number : stolen_before_) {
      if (number == readings_) now_ += kStolen;
    }
    ++readings_;
    return now_ += kReading;
  }
  int readings() const { return readings_; }

 private:
  const std::vector<int> stolen_before_;
  Nanoseconds now_ = 0;
  int readings_ = 0;
};

PairedReading ReadOn(Machine& machine) {
  return ReadPair([&] { return machine.Read(); }, [&] { return machine.Read() + kApart; });
}

TEST(PairedReading, OneTryDoesOnAQuietMachine) {
  Machine machine({});
  const PairedReading reading = ReadOn(machine);
  EXPECT_EQ(machine.readings(), 3);
  EXPECT_EQ(reading.second - reading.first, kApart);
  EXPECT_EQ(reading.apart, 2 * kReading);
}

TEST(PairedReading, TimeTakenAwayBetweenTheReadingsIsNoDifferenceOfTheClocks) {
  for (const int before : {1, 2}) {
    Machine machine({before});
    const PairedReading reading = ReadOn(machine);
    EXPECT_EQ(reading.second - reading.first, kApart) << before;
    EXPECT_EQ(machine.readings(), 6);
  }
}

TEST(PairedReading, TheClosestCountsIfNoneIsClose) {
  Machine machine({1, 2, 4, 7, 8, 10, 10, 13});
  const PairedReading reading = ReadOn(machine);
  EXPECT_EQ(machine.readings(), 15);
  EXPECT_EQ(reading.apart, kStolen + 2 * kReading);
}

}  // namespace
}  // namespace continuo::clock
