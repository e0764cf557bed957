// SPDX-License-Identifier: Apache-2.0
// What newlib asks of a system, for a test that runs on a board in QEMU: text goes to the UART, memory comes from what
// the image leaves of LARGE, arguments and exit code go through semihosting.
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>

#include "agent-mcu/board/board.h"
#include "agent-mcu/board/semihosting.h"
#include "agent-mcu/board/startup.h"

int GateMain(int argc, char** argv);

namespace continuo::mcu {
namespace {

/// Cuts `line` at blanks. Returns how many words there are.
int Words(char* line, std::span<char*> words) {
  int count = 0;
  for (char* word = std::strtok(line, " "); word != nullptr; word = std::strtok(nullptr, " ")) {
    if (count < static_cast<int>(words.size())) words[count++] = word;
  }
  return count;
}

}  // namespace

namespace board {
void OnInterrupt(unsigned) {
  semihosting::Exit(97);
}
}  // namespace board
}  // namespace continuo::mcu

namespace semihosting = continuo::mcu::semihosting;

extern "C" {
extern std::byte __heap_start, __heap_end;
void* __dso_handle = nullptr;  // nobody ever unloads us

void OnFault(const std::uint32_t*, std::uint32_t) {
  semihosting::Write("fault\n");
  semihosting::Exit(98);
}
void OnTick() {}

void Program() {
  static std::array<char, 256> line;
  std::array<char*, 16> words;
  continuo::mcu::board::Begin();
  const int count = semihosting::CommandLine(line) ? continuo::mcu::Words(line.data(), words) : 0;
  semihosting::Exit(static_cast<std::uint32_t>(GateMain(count, words.data())));
}

void* _sbrk(std::ptrdiff_t more) {
  static std::byte* used = &__heap_start;
  if (more > &__heap_end - used) return reinterpret_cast<void*>(-1);
  std::byte* const before = used;
  used += more;
  return before;
}
int _write(int, const char* bytes, int count) {
  for (int i = 0; i < count; ++i)
    continuo::mcu::board::UartPut(static_cast<std::uint8_t>(bytes[i]));
  return count;
}
void _exit(int code) {
  semihosting::Exit(static_cast<std::uint32_t>(code));
}
int _close(int) {
  return -1;
}
int _fstat(int, void*) {
  return -1;
}
int _isatty(int) {
  return 0;
}
int _lseek(int, int, int) {
  return -1;
}
int _open(const char*, int, int) {
  return -1;
}
int _read(int, char*, int) {
  return -1;
}
int _kill(int, int) {
  return -1;
}
int _getpid() {
  return 1;
}
}
