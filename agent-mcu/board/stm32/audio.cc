// SPDX-License-Identifier: Apache-2.0
#include "agent-mcu/board/audio.h"

#include <algorithm>
#include <array>

#include "agent-mcu/board/memory_map.h"
#include "agent-mcu/board/registers.h"
#include "agent-mcu/board/startup.h"
#include "agent-mcu/board/stm32/bus.h"
#include "agent-mcu/board/stm32/sai/audio_clock.h"
#include "agent-mcu/board/stm32/sai/sai.h"

namespace continuo::mcu::board {
namespace {

// 1.6 MHz * 192 / 5 / 5 = 12.288 MHz: 48 kHz is as right as the 8 MHz of the ST-LINK.
constexpr stm32::AudioClockPlan kAudioClock{.factor = 192, .divider = 5, .second_divider = 5};
static_assert(IsPossible(kClock, kAudioClock));
static_assert(RateErrorPpm(kClock, kAudioClock) < 0.001 &&
              RateErrorPpm(kClock, kAudioClock) > -0.001);

constexpr std::size_t kHalfWords = 2 * kAudioFramesMax;
using Ring = std::array<std::int32_t, 2 * kHalfWords>;

// Not in the core's own RAM, which DMA does not reach while the core sleeps.
alignas(32) __attribute__((section(".dma"))) Ring in_ring, out_ring;
constinit stm32::Bus bus;
constinit stm32::Sai sai(bus);
std::size_t half_words = 0;
bool clock_runs = false;

}  // namespace

bool AudioBegin(std::uint32_t frames) {
  if (!clock_runs) {
    clock_runs = BringUpAudioClock(bus, kAudioClock);
    if (!clock_runs) return false;
    BeginPins(bus, kAudioPins, stm32::Pull::kNone);
    OnAudio();
  }
  if (frames < 8 || frames > kAudioFramesMax) {
    sai.Stop();
    return false;
  }
  std::fill(in_ring.begin(), in_ring.end(), 0);
  std::fill(out_ring.begin(), out_ring.end(), 0);
  bus.Barrier();
  half_words = 2 * std::size_t{frames};
  SetPriority(kAudioInterrupt, kAudioPriority);
  EnableInterrupt(kAudioInterrupt);
  sai.Begin(bus.Address(in_ring.data()), bus.Address(out_ring.data()),
            static_cast<std::uint32_t>(2 * half_words));
  return true;
}

bool AudioInterrupt(unsigned number) {
  if (number != kAudioInterrupt) return false;
  sai.Interrupt([](int half) {
    const std::size_t from = half == 0 ? 0 : half_words;
    OnHalf(std::span<const std::int32_t>(in_ring).subspan(from, half_words),
           std::span(out_ring).subspan(from, half_words));
    OnTick();
  });
  return true;
}

std::uint32_t AudioLate() {
  return sai.late();
}

}  // namespace continuo::mcu::board
