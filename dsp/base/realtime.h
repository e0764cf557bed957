// SPDX-License-Identifier: Apache-2.0
#pragma once

// Marks a function that the audio thread may call: it never allocates, locks, logs, throws, or makes a system
// call but the clock, the sleep and the send. Clang 20 and later check it; elsewhere tests/realtime traps it.
#if defined(__has_cpp_attribute)
#if __has_cpp_attribute(clang::nonblocking)
#define CONTINUO_REALTIME [[clang::nonblocking]]
#endif
#endif
#ifndef CONTINUO_REALTIME
#define CONTINUO_REALTIME
#endif
