// SPDX-License-Identifier: Apache-2.0
// cost_firmware: what each registered kernel takes of a board, one line each: kind, nanoseconds of the emulator's clock
// per 1000 samples of stereo, bytes of memory, bytes of stack. Then what a channel strip does: "strip", channels, in
// which way, which of its stages, nanoseconds per 1000 samples. With an argument, of the strip only. QEMU's -icount
// makes nanoseconds of instructions.
#include <array>
#include <cstdint>
#include <cstdio>

#include "agent-mcu/board/board.h"
#include "agent-mcu/gates/strip.h"
#include "dsp/kernels/registry.h"
#include "dsp/offline/kernel_load.h"

namespace continuo::mcu {
namespace {

constexpr int kStretches = 6;  // 120 ms; the first does not count
constexpr std::uint32_t kUntouched = 0xA5A5A5A5;
constexpr std::size_t kPainted = 16 << 10;

std::uint32_t* StackPointer() {
  std::uint32_t* sp;
  asm volatile("mov %0, sp" : "=r"(sp));
  return sp;
}

/// What is below the stack of who calls, as far as anybody will go.
__attribute__((noinline)) void Paint() {
  std::uint32_t* const sp = StackPointer();
  for (volatile std::uint32_t* at = sp - kPainted / 4; at < sp; ++at) *at = kUntouched;
}

__attribute__((noinline)) std::size_t Painted() {
  std::uint32_t* const sp = StackPointer();
  const volatile std::uint32_t* at = sp - kPainted / 4;
  while (at < sp && *at == kUntouched) ++at;
  return static_cast<std::size_t>(sp - const_cast<const std::uint32_t*>(at)) * 4;
}

bool Measure(const dsp::KernelDescription& kernel) {
  dsp::KernelLoad load(kernel);
  if (!load.Make()) return true;  // not in stereo, or not without a show
  load.Begin();
  load.Stretch();
  Paint();
  const Nanoseconds from = board::Now();
  for (int i = 1; i < kStretches; ++i) load.Stretch();
  const Nanoseconds took = board::Now() - from;
  const std::size_t stack = Painted();
  constexpr Frames kFrames = (kStretches - 1) * dsp::KernelLoad::kStretch;
  std::printf("%s %ld %lu %lu\n", kernel.kind, static_cast<long>(took * 1000 / kFrames),
              static_cast<unsigned long>(load.bytes()), static_cast<unsigned long>(stack));
  return took > 0 && stack < kPainted;
}

/// Over half a second: what a meter does at the end of each tenth counts for what it is.
bool MeasureStrip(int channels, const Strip::Way& way) {
  constexpr int kSettling = 100, kBlocks = 500;
  Strip strip(channels, way);
  if (!strip.ok()) return false;
  std::array<Nanoseconds, Strip::kStages> took{};
  for (int block = 0; block < kSettling + kBlocks; ++block) {
    for (int stage = 0; stage < Strip::kStages; ++stage) {
      const Nanoseconds from = board::Now();
      strip.Process(stage);
      const Nanoseconds now = board::Now();
      if (block >= kSettling) took[static_cast<std::size_t>(stage)] += now - from;
    }
    strip.Advance();
  }
  for (int stage = 0; stage < Strip::kStages; ++stage) {
    const Nanoseconds all = took[static_cast<std::size_t>(stage)];
    std::printf("strip %d %s %s %ld\n", channels, way.name, strip.KindOf(stage),
                static_cast<long>(all * 1000 / (kBlocks * Strip::kQuantum)));
  }
  return true;
}

}  // namespace
}  // namespace continuo::mcu

int GateMain(int argc, char**) {
  bool fine = true;
  for (const continuo::dsp::KernelDescription* const kernel : continuo::dsp::Kernels()) {
    if (argc <= 1) fine &= continuo::mcu::Measure(*kernel);
  }
  for (const int channels : {1, 2}) {
    for (const continuo::mcu::Strip::Way& way : {continuo::mcu::Strip::Way{"noise", true, false},
                                                 {"silence", false, false},
                                                 {"loudness", true, true}}) {
      fine &= continuo::mcu::MeasureStrip(channels, way);
    }
  }
  return fine ? 0 : 1;
}
