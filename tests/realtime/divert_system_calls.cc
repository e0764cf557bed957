// SPDX-License-Identifier: Apache-2.0
#include <cstdint>

#include "realtime/trap_state.h"

// Syscall User Dispatch (Linux 5.11, Documentation/admin-guide/syscall-user-dispatch.rst): while a byte of this thread
// says so, the kernel turns each of its system calls into a SIGSYS. The handler makes the allowed ones itself and puts
// the result where the interrupted code expects it. Only the return from the handler must get past the filter: its
// few instructions are our own, so that we know where they are.
#if defined(__x86_64__) && defined(__linux__)
#include <signal.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <ucontext.h>
#include <unistd.h>

#include <cstdio>

extern "C" {
extern const char continuo_trap_return[];
extern const char continuo_trap_return_end[];
}
asm(R"(
  .text
  .globl continuo_trap_return
  .globl continuo_trap_return_end
continuo_trap_return:
  movl $15, %eax  /* rt_sigreturn */
  syscall
continuo_trap_return_end:
  nop
)");

namespace continuo::realtime_trap {
namespace {

// Of linux/prctl.h and asm/signal.h, which older C libraries do not carry.
constexpr int kSetSyscallUserDispatch = 59;
constexpr unsigned long kSaRestorer = 0x04000000;
constexpr char kAllow = 0, kBlock = 1;

struct KernelSigaction {
  void (*handler)(int, siginfo_t*, void*);
  unsigned long flags;
  const char* restorer;
  unsigned long mask;
};

thread_local constinit volatile char selector = kAllow;

bool Allowed(long call) {
  switch (call) {
    case SYS_clock_gettime:
    case SYS_clock_nanosleep:
    case SYS_sendto:
    case SYS_sendmsg:
    case SYS_sendmmsg:
    case SYS_recvfrom:
    case SYS_recvmsg:
    case SYS_recvmmsg:
      return true;
    default:
      return false;
  }
}

/// The raw call: the result or -errno, as the interrupted code expects it.
long Make(long call, const greg_t* regs) {
  long result = call;
  register long r10 asm("r10") = regs[REG_R10];
  register long r8 asm("r8") = regs[REG_R8];
  register long r9 asm("r9") = regs[REG_R9];
  asm volatile("syscall"
               : "+a"(result)
               : "D"(regs[REG_RDI]), "S"(regs[REG_RSI]), "d"(regs[REG_RDX]), "r"(r10), "r"(r8),
                 "r"(r9)
               : "rcx", "r11", "memory");
  return result;
}

void OnSystemCall(int, siginfo_t* info, void* context) {
  selector = kAllow;
  greg_t* regs = static_cast<ucontext_t*>(context)->uc_mcontext.gregs;
  if (!Allowed(info->si_syscall)) {
    char deed[48];
    std::snprintf(deed, sizeof(deed), "system call %d", info->si_syscall);
    Check(deed);
    return;
  }
  regs[REG_RAX] = Make(info->si_syscall, regs);
  selector = kBlock;
}

bool Register() {
  const KernelSigaction action{OnSystemCall, SA_SIGINFO | SA_NODEFER | kSaRestorer,
                               continuo_trap_return, 0};
  if (syscall(SYS_rt_sigaction, SIGSYS, &action, nullptr, sizeof(action.mask)) != 0) return false;
  const auto first = reinterpret_cast<unsigned long>(continuo_trap_return);
  // The kernel looks at the address after the instruction.
  const auto length = reinterpret_cast<unsigned long>(continuo_trap_return_end) - first + 1;
  return prctl(kSetSyscallUserDispatch, 1, first, length, &selector) == 0;
}

}  // namespace

bool DivertSystemCalls(bool on) {
  if (!on) {
    selector = kAllow;
    return true;
  }
  if (!Register()) return false;  // each time: a child of fork starts without it
  selector = kBlock;
  return true;
}

}  // namespace continuo::realtime_trap

#else

namespace continuo::realtime_trap {
bool DivertSystemCalls(bool) {
  return false;
}
}  // namespace continuo::realtime_trap

#endif
