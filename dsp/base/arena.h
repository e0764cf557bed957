// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <new>

namespace continuo {

/// Hands out memory once and never takes it back: whatever a task needs, it takes in Prepare, off the audio
/// thread. An Arena without memory only measures, so the owner can prepare twice: once to learn the size, once
/// for real. Memory comes zeroed and aligned to 16 bytes.
class Arena {
 public:
  /// A measuring arena: every Take fails, and `needed()` grows.
  Arena() = default;
  /// `memory` must be aligned to 16 bytes, zeroed, and outlive everything taken.
  Arena(void* memory, std::size_t bytes)
      : base_(static_cast<std::uint8_t*>(memory)), size_(bytes) {}

  /// `count` zero-initialised Ts, or nullptr if there is no room (then `exhausted()`).
  template <typename T>
  T* Take(std::size_t count = 1) {
    static_assert(alignof(T) <= 16);
    void* place = TakeBytes(count * sizeof(T));
    if (place == nullptr) return nullptr;
    T* first = static_cast<T*>(place);
    for (std::size_t i = 0; i < count; ++i) new (first + i) T{};
    return first;
  }

  void* TakeBytes(std::size_t bytes) {
    const std::size_t rounded = (bytes + 15) & ~static_cast<std::size_t>(15);
    const std::size_t at = used_;
    used_ += rounded;
    if (base_ == nullptr || used_ > size_) return nullptr;
    return base_ + at;
  }

  /// True for an arena without memory: what is prepared with it must not be used.
  bool measuring() const { return base_ == nullptr; }
  std::size_t needed() const { return used_; }
  bool exhausted() const { return base_ == nullptr || used_ > size_; }

 private:
  std::uint8_t* base_ = nullptr;
  std::size_t size_ = 0;
  std::size_t used_ = 0;
};

}  // namespace continuo
