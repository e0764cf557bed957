// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace continuo::realtime_trap {

/// Of this thread. In the executable's own static TLS, so that reading it never allocates.
extern thread_local constinit bool armed;

/// Ends the process if this thread is armed.
void Check(const char* deed);

/// System calls of this thread are diverted from now on, or no longer. False if the kernel cannot.
bool DivertSystemCalls(bool on);

}  // namespace continuo::realtime_trap
