// SPDX-License-Identifier: Apache-2.0
#include "agent-mcu/bridge/core/fault_text.h"

#include <cstdio>

namespace continuo::mcu {
namespace {

/// Armv7-M ARM, table B1-4.
std::string KindText(std::uint32_t kind) {
  switch (kind) {
    case 2:
      return "its watchdog ran out";  // non-maskable interrupt: nothing else raises it
    case 3:
      return "hard fault";
    case 4:
      return "memory fault";
    case 5:
      return "bus fault";
    case 6:
      return "usage fault";
    default:
      return "exception " + std::to_string(kind) + ", which nobody handles";
  }
}

/// The first cause that CFSR tells of, Armv7-M ARM B3.2.15; nullptr: none.
const char* CauseText(std::uint32_t status) {
  constexpr struct {
    int bit;
    const char* text;
  } kCauses[] = {
      {25, "a division by zero"},
      {24, "an unaligned access"},
      {19, "an instruction of a coprocessor that is not there"},
      {18, "a return to nowhere"},
      {17, "an instruction outside of Thumb state"},
      {16, "an undefined instruction"},
      {13, "the stack of the FPU cannot be reached"},
      {12, "no room on the stack"},
      {11, "nothing to return to on the stack"},
      {10, "a write to nowhere, some instructions before"},
      {9, "data that cannot be reached"},
      {8, "an instruction that cannot be reached"},
      {5, "the stack of the FPU is forbidden"},
      {4, "no room on the stack"},
      {3, "nothing to return to on the stack"},
      {1, "data that is forbidden"},
      {0, "an instruction that is forbidden"},
  };
  for (const auto& cause : kCauses) {
    if (status >> cause.bit & 1) return cause.text;
  }
  return nullptr;
}

std::string Hexadecimal(std::uint32_t value) {
  char text[11];
  std::snprintf(text, sizeof text, "0x%08x", value);
  return text;
}

}  // namespace

std::string FaultText(const Fault& fault) {
  if (fault.kind == 0) return "";
  std::string text = KindText(fault.kind);
  if (const char* const cause = CauseText(fault.status)) text += std::string(", ") + cause;
  if (fault.address != 0) text += " (" + Hexadecimal(fault.address) + ")";
  if (fault.pc == 0 && fault.lr == 0) return text + ", in boot " + std::to_string(fault.boot);
  return text + ", at " + Hexadecimal(fault.pc) + ", called from " + Hexadecimal(fault.lr) +
         ", in boot " + std::to_string(fault.boot);
}

}  // namespace continuo::mcu
