// SPDX-License-Identifier: Apache-2.0
#include "agent-mcu/bridge/kernel_trials.h"

#include <array>
#include <chrono>
#include <random>
#include <thread>
#include <vector>

#include "agent-mcu/core/trial.h"
#include "dsp/kernels/registry.h"
#include "proto/mcu/frame.h"
#include "proto/transport/machine_clock.h"

namespace continuo::mcu {
namespace {

constexpr Nanoseconds kTrialAskEvery = 50'000'000;
constexpr Nanoseconds kGivesUp = 5'000'000'000;
constexpr std::size_t kTrialMemory = 16 << 20;

struct alignas(16) Cell {
  std::uint8_t bytes[16];
};

class Trials {
 public:
  Trials(transport::DatagramPort& port, const transport::Address& address)
      : port_(port), address_(address) {}

  /// Until it is done, or the board has no kernel of that number. False: it says nothing.
  bool Ask(const TrialWish& wish, TrialTold& told) {
    Nanoseconds heard = clock_.Now(), ask_at = 0;
    while (clock_.Now() - heard < kGivesUp) {
      if (clock_.Now() >= ask_at) {
        ask_at = clock_.Now() + kTrialAskEvery;
        const std::size_t size = EncodeTrialWish(wish, frame_);
        port_.Send({address_, std::span(frame_).first(size)});
      }
      port_.Flush();
      if (Hear(wish.ticket, told)) {
        heard = clock_.Now();
        if (told.done || told.kernel.view().empty()) return true;
      }
      std::this_thread::sleep_for(std::chrono::milliseconds(2));
    }
    return false;
  }

 private:
  bool Hear(std::uint32_t ticket, TrialTold& told) {
    std::array<transport::DatagramPort::Incoming, 16> batch;
    bool some = false;
    const int count = port_.Receive(batch);
    for (int i = 0; i < count; ++i) {
      Frame frame;
      TrialTold one;
      if (ParseFrame(batch[static_cast<std::size_t>(i)].bytes, frame) != FrameError::kNone)
        continue;
      if (frame.type != FrameType::kTrialTold || !ParseTrialTold(frame.payload, one)) continue;
      if (one.ticket != ticket) continue;
      told = one;
      some = true;
    }
    return some;
  }

  transport::DatagramPort& port_;
  const transport::Address address_;
  transport::MachineClock clock_;
  std::array<std::uint8_t, kMaxFrameBytes> frame_{};
};

/// What that kernel's hash is here; false: there is none, or it cannot be tried.
bool HashHere(std::string_view kind, const TrialWish& wish, std::uint64_t& hash) {
  const dsp::KernelDescription* const kernel = dsp::FindKernel(kind);
  if (kernel == nullptr) return false;
  std::vector<Cell> memory(kTrialMemory / sizeof(Cell));
  Trial trial;
  if (trial.Begin(*kernel, wish.seed, wish.samples, {memory[0].bytes, kTrialMemory}) != nullptr) {
    return false;
  }
  while (trial.Step()) {
  }
  hash = trial.hash();
  return true;
}

}  // namespace

std::string TryKernels(transport::DatagramPort& port, const transport::Address& address,
                       std::uint32_t samples, const std::function<void(const std::string&)>& say) {
  Trials trials(port, address);
  std::random_device bits;
  std::string wrong;
  for (std::uint8_t number = 0;; ++number) {
    const TrialWish wish{
        .ticket = bits() | 1u, .kernel = number, .samples = samples, .seed = bits()};
    TrialTold told;
    if (!trials.Ask(wish, told)) {
      return "the board does not answer; only one with a UART alone can be tried, by whoever has "
             "its key";
    }
    const std::string kind(told.kernel.view());
    if (kind.empty()) return number == 0 ? "the board has no kernels" : wrong;
    std::uint64_t here = 0;
    if (!HashHere(kind, wish, here)) return kind + ": there is no such kernel here";
    const bool same = here == told.hash;
    say(kind + ": " + std::to_string(samples) + " samples, " +
        (same ? "the bits of this machine" : "OTHER BITS than here") + ", 48 samples within " +
        std::to_string(told.block_ns_max / 1000) + " us");
    if (!same) wrong += (wrong.empty() ? "" : ", ") + kind + " computes other bits than here";
  }
}

}  // namespace continuo::mcu
