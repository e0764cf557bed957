// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <string_view>

namespace continuo {

/// A vector whose room is part of itself: no heap, so it may live on the audio thread and on a microcontroller.
/// Every grower says whether there was room; nothing is ever dropped silently.
template <typename T, std::size_t N>
class FixedVector {
 public:
  static constexpr std::size_t capacity() { return N; }
  std::size_t size() const { return size_; }
  bool empty() const { return size_ == 0; }
  bool full() const { return size_ == N; }
  T& operator[](std::size_t i) { return items_[i]; }
  const T& operator[](std::size_t i) const { return items_[i]; }
  T* data() { return items_.data(); }
  const T* data() const { return items_.data(); }
  T* begin() { return items_.data(); }
  T* end() { return items_.data() + size_; }
  const T* begin() const { return items_.data(); }
  const T* end() const { return items_.data() + size_; }
  T& back() { return items_[size_ - 1]; }
  const T& back() const { return items_[size_ - 1]; }

  /// False, and nothing changed, if there is no room.
  bool push_back(const T& item) {
    if (full()) return false;
    items_[size_++] = item;
    return true;
  }
  /// Inserts before position `at` (0..size), keeping order. False if there is no room.
  bool insert(std::size_t at, const T& item) {
    if (full()) return false;
    std::move_backward(begin() + at, end(), end() + 1);
    items_[at] = item;
    ++size_;
    return true;
  }
  /// Removes position `at` (0..size-1), keeping the order of the rest.
  void erase(std::size_t at) {
    std::move(begin() + at + 1, end(), begin() + at);
    --size_;
  }
  void pop_back() { --size_; }
  void clear() { size_ = 0; }
  bool resize(std::size_t size) {
    if (size > N) return false;
    for (std::size_t i = size_; i < size; ++i) items_[i] = T{};
    size_ = size;
    return true;
  }
  bool operator==(const FixedVector& other) const {
    return size_ == other.size_ && std::equal(begin(), end(), other.begin());
  }

 private:
  std::array<T, N> items_{};
  std::size_t size_ = 0;
};

/// A short text with its room inside. Longer input is refused, not cut.
template <std::size_t N>
class FixedString {
 public:
  FixedString() = default;
  /// Compile-time and test convenience; text longer than N is cut, so check `Assign` for input from outside.
  FixedString(std::string_view text) { Assign(text.substr(0, N)); }       // NOLINT
  FixedString(const char* text) : FixedString(std::string_view(text)) {}  // NOLINT
  bool Assign(std::string_view text) {
    if (text.size() > N) return false;
    std::copy(text.begin(), text.end(), chars_.begin());
    size_ = text.size();
    return true;
  }
  std::string_view view() const { return {chars_.data(), size_}; }
  bool empty() const { return size_ == 0; }
  bool operator==(const FixedString& other) const { return view() == other.view(); }

 private:
  std::array<char, N> chars_{};
  std::size_t size_ = 0;
};

}  // namespace continuo
