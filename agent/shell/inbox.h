// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <condition_variable>
#include <deque>
#include <mutex>
#include <optional>
#include <utility>

namespace continuo::agent {

/// What waits for a thread, or for one of several: any thread posts. Never for the audio thread.
template <typename T>
class Inbox {
 public:
  void Post(T item) {
    {
      const std::lock_guard lock(mutex_);
      items_.push_back(std::move(item));
    }
    arrived_.notify_one();
  }
  /// The oldest item; nothing if none came for that long.
  std::optional<T> Take(std::chrono::milliseconds wait) {
    std::unique_lock lock(mutex_);
    if (!arrived_.wait_for(lock, wait, [this] { return !items_.empty(); })) return std::nullopt;
    return TakeFirst();
  }
  /// The oldest item, whenever it comes; nothing once the inbox is closed.
  std::optional<T> Take() {
    std::unique_lock lock(mutex_);
    arrived_.wait(lock, [this] { return closed_ || !items_.empty(); });
    if (closed_) return std::nullopt;
    return TakeFirst();
  }
  /// Who takes whatever comes waits no longer; what is in it stays there.
  void Close() {
    {
      const std::lock_guard lock(mutex_);
      closed_ = true;
    }
    arrived_.notify_all();
  }

 private:
  T TakeFirst() {
    T item = std::move(items_.front());
    items_.pop_front();
    return item;
  }

  std::mutex mutex_;
  std::condition_variable arrived_;
  std::deque<T> items_;
  bool closed_ = false;
};

}  // namespace continuo::agent
