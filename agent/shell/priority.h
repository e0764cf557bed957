// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>

namespace continuo::agent {

/// SCHED_FIFO priorities. Beats come before sound, else an overloaded node looks dead; a sound card, which waits for
/// nobody and is done soon, before what computes for it.
inline constexpr int kAudioPriority = 70;
inline constexpr int kDevicePriority = 75;
inline constexpr int kBeatPriority = 80;

/// Puts the calling thread under SCHED_FIFO. False if that is not permitted; then nothing has changed.
bool RaiseThisThread(int priority);
/// Whether it would be permitted.
bool MayRaise();
/// Keeps the process's memory from being paged out, as far as that is safe. Empty, or why not.
std::string LockMemory();
/// Bytes that this machine has to spare for what replicas keep: three quarters of what is available now. 0: not known.
std::int64_t MemoryForReplicas();

}  // namespace continuo::agent
