// SPDX-License-Identifier: Apache-2.0
#include "agent-mcu/bridge/round_trips.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdio>
#include <thread>
#include <vector>

#include "proto/mcu/frame.h"
#include "proto/transport/machine_clock.h"

namespace continuo::mcu {
namespace {

constexpr Nanoseconds kTripMost = 1'000'000'000;

/// No board has a kernel of that number: the shortest command that is answered and changes nothing.
constexpr std::uint8_t kNoKernel = 255;

/// True: the answer to the command with that ticket came.
bool HearAnswer(transport::DatagramPort& port, std::uint32_t ticket) {
  std::array<transport::DatagramPort::Incoming, 16> batch;
  bool some = false;
  const int count = port.Receive(batch);
  for (int i = 0; i < count; ++i) {
    Frame frame;
    TrialTold told;
    if (ParseFrame(batch[static_cast<std::size_t>(i)].bytes, frame) != FrameError::kNone) continue;
    if (frame.type != FrameType::kTrialTold || !ParseTrialTold(frame.payload, told)) continue;
    some = some || told.ticket == ticket;
  }
  return some;
}

std::string InMs(Nanoseconds span) {
  std::array<char, 32> text{};
  std::snprintf(text.data(), text.size(), "%.2f ms", static_cast<double>(span) / 1e6);
  return text.data();
}

}  // namespace

std::string TryRoundTrips(transport::DatagramPort& port, const transport::Address& address,
                          std::size_t count) {
  transport::MachineClock clock;
  std::array<std::uint8_t, kMaxFrameBytes> frame{};
  std::vector<Nanoseconds> took;
  std::uint32_t ticket = 0;
  while (took.size() < count) {
    const Nanoseconds asked = clock.Now();
    const TrialWish wish{.ticket = ++ticket, .kernel = kNoKernel, .samples = 1};
    port.Send({address, std::span(frame).first(EncodeTrialWish(wish, frame))});
    for (port.Flush(); !HearAnswer(port, wish.ticket);) {
      if (clock.Now() - asked > kTripMost) return {};
      std::this_thread::sleep_for(std::chrono::microseconds(50));
    }
    took.push_back(clock.Now() - asked);
  }
  std::sort(took.begin(), took.end());
  return std::to_string(count) + " commands there and back: half within " + InMs(took[count / 2]) +
         ", 99 % within " + InMs(took[count * 99 / 100]) + ", all within " + InMs(took.back());
}

}  // namespace continuo::mcu
