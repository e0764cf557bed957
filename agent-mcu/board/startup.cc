// SPDX-License-Identifier: Apache-2.0
#include "agent-mcu/board/startup.h"

#include <algorithm>
#include <cstdint>

#include "agent-mcu/board/registers.h"

// From reset to Program, on any Cortex-M with an FPU. Armv7-M Architecture Reference Manual, B1.5 (exceptions) and B3.2
// (system control space).

extern "C" {
extern std::uint32_t __data_start, __data_end, __data_load, __bss_start, __bss_end, __stack_top;
using Handler = void (*)();
extern Handler __init_array_start[], __init_array_end[];
[[noreturn]] void Reset_Handler();
[[noreturn]] void ResetInC();
void FaultHandler();
}

namespace continuo::mcu::board {
namespace {

constexpr std::uintptr_t kVectorTable = 0xE000ED08;
constexpr std::uintptr_t kCoprocessorAccess = 0xE000ED88;
constexpr std::uint32_t kFullAccessToFpu = 0xFu << 20;
constexpr std::size_t kInterrupts = 112;  // STM32H7 has 150, of which we use none above these

void Interrupt() {
  std::uint32_t number;
  asm volatile("mrs %0, ipsr" : "=r"(number));
  OnInterrupt((number & 0x1ff) - 16);
}

struct VectorTable {
  std::uint32_t* stack;
  Handler system[15];
  Handler interrupts[kInterrupts];
};

constexpr VectorTable MakeVectors() {
  VectorTable table{&__stack_top, {}, {}};
  for (Handler& handler : table.system) handler = FaultHandler;
  table.system[0] = Reset_Handler;
  table.system[14] = OnTick;
  for (Handler& handler : table.interrupts) handler = Interrupt;
  return table;
}

}  // namespace

extern const VectorTable vectors;
__attribute__((section(".vectors"), used)) constinit const VectorTable vectors = MakeVectors();

}  // namespace continuo::mcu::board

extern "C" {

// The stack first: a reset by a jump leaves it anywhere.
__attribute__((naked)) void Reset_Handler() {
  asm volatile("ldr r0, =__stack_top\n mov sp, r0\n b ResetInC");
}

__attribute__((used)) void ResetInC() {
  namespace board = continuo::mcu::board;
  board::Register(board::kCoprocessorAccess) |= board::kFullAccessToFpu;
  board::Register(board::kVectorTable) = reinterpret_cast<std::uintptr_t>(&board::vectors);
  asm volatile("dsb\n isb");
  std::copy(&__data_load, &__data_load + (&__data_end - &__data_start), &__data_start);
  std::fill(&__bss_start, &__bss_end, 0u);
  for (Handler* construct = __init_array_start; construct != __init_array_end; ++construct) {
    (*construct)();
  }
  Program();
}

// What the interrupted code had is on the stack that bit 2 of LR names: r0-r3, r12, lr, pc, xpsr.
__attribute__((naked)) void FaultHandler() {
  asm volatile(
      "tst lr, #4\n ite eq\n mrseq r0, msp\n mrsne r0, psp\n"
      "mrs r1, ipsr\n b OnFault");
}
}
