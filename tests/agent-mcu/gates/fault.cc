// SPDX-License-Identifier: Apache-2.0
// A board that reads what is not there, and then stands still: what it knows of that after each reset. With
// --no-watchdog, where the emulator has none, nobody stands still.
#include <array>
#include <cstdint>
#include <string_view>

#include "agent-mcu/board/board.h"
#include "agent-mcu/board/registers.h"
#include "agent-mcu/board/retained.h"
#include "agent-mcu/board/semihosting.h"
#include "agent-mcu/board/startup.h"
#include "agent-mcu/board/watchdog.h"

namespace semihosting = continuo::mcu::semihosting;
namespace board = continuo::mcu::board;

namespace {

constexpr std::uintptr_t kNothing = 0x70000000;
constexpr std::uint32_t kHardFault = 3, kWatchdog = 2;
constexpr std::uint32_t kPreciseBusError = 1u << 9;

void Expect(bool holds, std::uint32_t code, const char* what) {
  if (holds) return;
  semihosting::Write(what);
  semihosting::Exit(code);
}

std::uintptr_t Address(void (*code)()) {
  return reinterpret_cast<std::uintptr_t>(code) & ~std::uintptr_t{1};
}

__attribute__((noinline)) void ReadNothing() {
  const std::uint32_t word = board::Register(kNothing);
  asm volatile("" ::"r"(word));
}

__attribute__((noinline)) void StandStill() {
  board::WatchdogBegin(
      1000);  // half of it is for the record: a busy host takes some from an emulator
  for (;;) asm volatile("nop");
}

bool HasWatchdog() {
  std::array<char, 64> line{};
  return !semihosting::CommandLine(line) ||
         std::string_view(line.data()).find("--no-watchdog") == std::string_view::npos;
}

bool IsWithin(std::uint32_t pc, void (*code)()) {
  return pc >= Address(code) && pc < Address(code) + 64;
}

}  // namespace

namespace continuo::mcu::board {
void OnInterrupt(unsigned) {
  semihosting::Exit(97);
}
}  // namespace continuo::mcu::board

extern "C" {
void OnTick() {}
void __cxa_pure_virtual() {
  semihosting::Exit(96);
}

void OnFault(const std::uint32_t* frame, std::uint32_t exception) {
  board::RecordFault(frame, exception);
  board::Reset();
}

void Program() {
  board::Begin();
  board::CountBoot();
  const board::Retained& kept = board::RetainedRecord();
  switch (kept.boots) {
    case 1:
      Expect(kept.fault_kind == 0, 10, "a record of nothing\n");
      ReadNothing();
      Expect(false, 11, "nothing could be read\n");
      break;
    case 2:
      Expect(kept.fault_kind == kHardFault && kept.fault_boot == 1, 20, "no hard fault\n");
      Expect(kept.fault_status & kPreciseBusError, 21, "another cause\n");
      Expect(kept.fault_address == kNothing, 22, "another address\n");
      Expect(IsWithin(kept.fault_pc, ReadNothing), 23, "elsewhere\n");
      if (!HasWatchdog()) semihosting::Exit(0);
      StandStill();
      break;
    default:
      Expect(kept.fault_kind == kWatchdog && kept.fault_boot == 2, 30, "no watchdog\n");
      Expect(kept.fault_status == 0 && kept.fault_address == 0, 31, "the cause of before\n");
      Expect(IsWithin(kept.fault_pc, StandStill), 32, "elsewhere\n");
      semihosting::Exit(0);
  }
  for (;;) {
  }
}
}
