// SPDX-License-Identifier: Apache-2.0
#include "realtime/trap.h"

#include <dlfcn.h>
#include <execinfo.h>
#include <pthread.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>

#include "realtime/trap_state.h"

namespace continuo::realtime_trap {

thread_local constinit bool armed = false;

void Check(const char* deed) {
  if (!armed) return;
  Arm(false);
  const char* const parts[] = {"real-time trap: ", deed, " on an armed thread\n"};
  for (const char* part : parts) {
    if (write(STDERR_FILENO, part, std::strlen(part)) < 0) break;
  }
  void* frames[48];
  backtrace_symbols_fd(frames, backtrace(frames, 48), STDERR_FILENO);
  std::abort();
}

void Arm(bool on) {
  if (!on) armed = false;
  DivertSystemCalls(on);
  if (on) armed = true;
}

bool WatchesSystemCalls() {
  static const bool can = DivertSystemCalls(true) && DivertSystemCalls(false);
  return can;
}

namespace {

/// The C library's own version of a function that this file replaces.
template <typename F>
F Original(F& cache, const char* name) {
  if (cache == nullptr) cache = reinterpret_cast<F>(dlsym(RTLD_NEXT, name));
  return cache;
}

}  // namespace
}  // namespace continuo::realtime_trap

using continuo::realtime_trap::Check;
using continuo::realtime_trap::Original;

// glibc's other names of its allocator, for those who replace it.
extern "C" {
void* __libc_malloc(std::size_t bytes);
void* __libc_calloc(std::size_t count, std::size_t bytes);
void* __libc_realloc(void* memory, std::size_t bytes);
void* __libc_memalign(std::size_t alignment, std::size_t bytes);
void __libc_free(void* memory);

void* malloc(std::size_t bytes) {
  Check("malloc");
  return __libc_malloc(bytes);
}

void* calloc(std::size_t count, std::size_t bytes) {
  Check("calloc");
  return __libc_calloc(count, bytes);
}

void* realloc(void* memory, std::size_t bytes) {
  Check("realloc");
  return __libc_realloc(memory, bytes);
}

void free(void* memory) {
  if (memory != nullptr) Check("free");
  __libc_free(memory);
}

void* aligned_alloc(std::size_t alignment, std::size_t bytes) {
  Check("aligned_alloc");
  return __libc_memalign(alignment, bytes);
}

int posix_memalign(void** memory, std::size_t alignment, std::size_t bytes) {
  Check("posix_memalign");
  *memory = __libc_memalign(alignment, bytes);
  return *memory != nullptr ? 0 : ENOMEM;
}

int pthread_mutex_lock(pthread_mutex_t* mutex) {
  Check("pthread_mutex_lock");
  static int (*original)(pthread_mutex_t*);
  return Original(original, "pthread_mutex_lock")(mutex);
}

int pthread_mutex_trylock(pthread_mutex_t* mutex) {
  Check("pthread_mutex_trylock");
  static int (*original)(pthread_mutex_t*);
  return Original(original, "pthread_mutex_trylock")(mutex);
}

int pthread_rwlock_rdlock(pthread_rwlock_t* lock) {
  Check("pthread_rwlock_rdlock");
  static int (*original)(pthread_rwlock_t*);
  return Original(original, "pthread_rwlock_rdlock")(lock);
}

int pthread_rwlock_wrlock(pthread_rwlock_t* lock) {
  Check("pthread_rwlock_wrlock");
  static int (*original)(pthread_rwlock_t*);
  return Original(original, "pthread_rwlock_wrlock")(lock);
}

int pthread_cond_wait(pthread_cond_t* condition, pthread_mutex_t* mutex) {
  Check("pthread_cond_wait");
  static int (*original)(pthread_cond_t*, pthread_mutex_t*);
  return Original(original, "pthread_cond_wait")(condition, mutex);
}

int pthread_cond_signal(pthread_cond_t* condition) {
  Check("pthread_cond_signal");
  static int (*original)(pthread_cond_t*);
  return Original(original, "pthread_cond_signal")(condition);
}
}
