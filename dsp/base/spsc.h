// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <type_traits>

namespace continuo {

/// Ordered hand-over between exactly one writing and one reading thread. Both sides are real-time safe: no lock,
/// no heap, no waiting. A full queue refuses; the caller counts that.
template <typename T, std::size_t N>
class SpscQueue {
  static_assert((N & (N - 1)) == 0, "capacity must be a power of two");
  static_assert(std::is_trivially_copyable_v<T>);

 public:
  /// Writer only. False if full.
  bool TrySend(const T& item) {
    T* const draft = Draft();
    if (draft == nullptr) return false;
    *draft = item;
    Push();
    return true;
  }
  /// Reader only. False if empty.
  bool TryReceive(T& item) {
    const T* const front = Front();
    if (front == nullptr) return false;
    item = *front;
    Pop();
    return true;
  }

  /// Writer only: the item that the next Push() sends, to be filled in place; nullptr if full. What it holds before is
  /// an item of earlier.
  T* Draft() {
    const std::size_t tail = tail_.load(std::memory_order_relaxed);
    if (tail - head_.load(std::memory_order_acquire) == N) return nullptr;
    return &items_[tail & (N - 1)];
  }
  /// Writer only, after Draft() gave one.
  void Push() { tail_.store(tail_.load(std::memory_order_relaxed) + 1, std::memory_order_release); }
  /// Reader only: the next item, in place until Pop(); nullptr if empty.
  const T* Front() const {
    const std::size_t head = head_.load(std::memory_order_relaxed);
    if (head == tail_.load(std::memory_order_acquire)) return nullptr;
    return &items_[head & (N - 1)];
  }
  /// Reader only, after Front() gave one.
  void Pop() { head_.store(head_.load(std::memory_order_relaxed) + 1, std::memory_order_release); }

 private:
  alignas(64) std::atomic<std::size_t> head_{0};  // moved by the reader
  alignas(64) std::atomic<std::size_t> tail_{0};  // moved by the writer
  alignas(64) std::array<T, N> items_{};
};

/// Newest value wins: one writer, one reader, never full, never empty once written (triple buffer).
template <typename T>
class Mailbox {
  static_assert(std::is_trivially_copyable_v<T>);

 public:
  /// Writer only: the slot to fill before Publish.
  T& Draft() { return slots_[write_]; }
  /// Writer only.
  void Publish() { write_ = spare_.exchange(write_ | kFresh, std::memory_order_acq_rel) & kIndex; }
  /// Reader only: the newest published value; the same one again if nothing came since.
  const T& Read() {
    if (spare_.load(std::memory_order_relaxed) & kFresh) {
      read_ = spare_.exchange(read_, std::memory_order_acq_rel) & kIndex;
    }
    return slots_[read_];
  }

 private:
  static constexpr unsigned kFresh = 4, kIndex = 3;
  std::array<T, 3> slots_{};
  unsigned write_ = 0;  // writer only
  unsigned read_ = 1;   // reader only
  alignas(64) std::atomic<unsigned> spare_{2};
};

}  // namespace continuo
