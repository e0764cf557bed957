// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <new>
#include <span>

#include "proto/mcu/slice.h"

namespace continuo::mcu {

/// One datagram between the network and the block interrupt; its bytes lie behind it.
struct Datagram {
  std::uint32_t bytes = 0;
  Place place;           ///< to whom; on the way in, unset
  Nanoseconds came = 0;  ///< on the way in: when, by the board's clock

  std::span<const std::uint8_t> data() const {
    return {reinterpret_cast<const std::uint8_t*>(this + 1), bytes};
  }
};

/// Datagrams from exactly one writing to one reading thread, in order, in `kBytes` of memory (a power of two): each
/// takes what it has and kHead more, so there are more of them the shorter they are. Both sides are real-time safe, as
/// those of SpscQueue (dsp/base/spsc.h): a full ring refuses.
template <std::uint32_t kBytes>
class DatagramRing {
  static_assert((kBytes & (kBytes - 1)) == 0 && kBytes >= 64);

 public:
  static constexpr std::uint32_t kHead = sizeof(Datagram);

  /// Writer only. False: there is no room for it now.
  bool Send(const Datagram& head, std::span<const std::uint8_t> data) {
    const std::uint32_t tail = tail_.load(std::memory_order_relaxed);
    const std::uint32_t free = kBytes - (tail - head_.load(std::memory_order_acquire));
    const std::uint32_t left = kBytes - tail % kBytes;  // up to the end, where one begins anew
    const auto need = Taken(static_cast<std::uint32_t>(data.size()));
    const std::uint32_t skipped = need > left ? left : 0;
    if (data.size() > kBytes || need + skipped > free) return false;
    if (skipped != 0) std::memcpy(At(tail), &kSkip, sizeof kSkip);
    Datagram* const written = new (At(tail + skipped)) Datagram(head);
    written->bytes = static_cast<std::uint32_t>(data.size());
    if (!data.empty()) std::memcpy(written + 1, data.data(), data.size());
    tail_.store(tail + skipped + need, std::memory_order_release);
    return true;
  }

  /// Writer only: whether so many of so many bytes each have room now. There is nothing to wait for where it is empty.
  bool HasRoom(std::size_t count, std::size_t bytes) const {
    const std::uint32_t used =
        tail_.load(std::memory_order_relaxed) - head_.load(std::memory_order_acquire);
    // One more: at the end less than one of them is skipped.
    return used == 0 || (count + 1) * Taken(static_cast<std::uint32_t>(bytes)) <= kBytes - used;
  }

  /// Reader only: the next one, in place until Pop(); nullptr: none.
  const Datagram* Front() const {
    const std::uint32_t head = head_.load(std::memory_order_relaxed);
    if (head == tail_.load(std::memory_order_acquire)) return nullptr;
    return std::launder(reinterpret_cast<const Datagram*>(At(Begin(head))));
  }
  /// Reader only, after Front() gave one.
  void Pop() {
    const std::uint32_t begin = Begin(head_.load(std::memory_order_relaxed));
    const auto* const front = std::launder(reinterpret_cast<const Datagram*>(At(begin)));
    head_.store(begin + Taken(front->bytes), std::memory_order_release);
  }

 private:
  static constexpr std::uint32_t kSkip =
      0xffffffff;  // in place of a length: go on at the beginning

  static constexpr std::uint32_t Taken(std::uint32_t bytes) { return (kHead + bytes + 7) / 8 * 8; }
  static_assert(alignof(Datagram) <= 8 && kHead % 8 == 0);

  std::uint8_t* At(std::uint32_t place) { return memory_.data() + place % kBytes; }
  const std::uint8_t* At(std::uint32_t place) const { return memory_.data() + place % kBytes; }
  /// Of the datagram that is next from `head` on. There is one.
  std::uint32_t Begin(std::uint32_t head) const {
    std::uint32_t bytes = 0;
    std::memcpy(&bytes, At(head), sizeof bytes);
    return bytes == kSkip ? head + (kBytes - head % kBytes) : head;
  }

  std::atomic<std::uint32_t> head_{0};  // moved by the reader
  std::atomic<std::uint32_t> tail_{0};  // moved by the writer
  alignas(8) std::array<std::uint8_t, kBytes> memory_{};
};

}  // namespace continuo::mcu
