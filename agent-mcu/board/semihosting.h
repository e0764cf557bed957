// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <span>

// Arm semihosting (Semihosting for AArch32 and AArch64, 2.0), as QEMU and debuggers offer it: for tests. Without one of
// them each call is a fault.

namespace continuo::mcu::semihosting {

inline std::uint32_t Call(std::uint32_t operation, const void* block) {
  register std::uint32_t r0 asm("r0") = operation;
  register const void* r1 asm("r1") = block;
  asm volatile("bkpt 0xAB" : "+r"(r0) : "r"(r1) : "memory");
  return r0;
}

/// Ends the emulation with that exit code.
[[noreturn]] inline void Exit(std::uint32_t code) {
  const std::uint32_t block[2] = {0x20026, code};  // ADP_Stopped_ApplicationExit
  for (;;) Call(0x20, block);                      // SYS_EXIT_EXTENDED
}

/// Text that ends with a zero, to the terminal.
inline void Write(const char* text) {
  Call(0x04, text);  // SYS_WRITE0
}

/// Fills `line` with the command line, which ends with a zero. False: there is none, or it does not fit.
inline bool CommandLine(std::span<char> line) {
  struct {
    char* text;
    std::uint32_t size;
  } block{line.data(), static_cast<std::uint32_t>(line.size())};
  return Call(0x15, &block) == 0;  // SYS_GET_CMDLINE
}

}  // namespace continuo::mcu::semihosting
