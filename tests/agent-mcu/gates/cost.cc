// SPDX-License-Identifier: Apache-2.0
// cost_firmware: what each registered kernel takes of a board, one line each: kind, nanoseconds of the emulator's clock
// per 1000 samples of stereo, bytes of memory, bytes of stack. QEMU's -icount makes nanoseconds of instructions.
#include <cstdint>
#include <cstdio>

#include "agent-mcu/board/board.h"
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

}  // namespace
}  // namespace continuo::mcu

int GateMain(int, char**) {
  bool fine = true;
  for (const continuo::dsp::KernelDescription* const kernel : continuo::dsp::Kernels()) {
    fine &= continuo::mcu::Measure(*kernel);
  }
  return fine ? 0 : 1;
}
