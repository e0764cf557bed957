// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <bit>
#include <cstdint>
#include <cstring>
#include <deque>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "dsp/base/fixed.h"
#include "proto/plan/shared_list.h"

// How values become bytes of the journal: fixed width, little-endian, in the order of the lists in
// fields.h; strings and lists are preceded by their length. Writer and Reader walk the same lists, so
// they cannot disagree.

namespace continuo::coordinator {

template <typename T>
inline constexpr bool kIsScalar = std::is_integral_v<T> || std::is_enum_v<T>;

class Writer {
 public:
  template <typename... Ts>
  void operator()(const Ts&... values) {
    (Put(values), ...);
  }
  const std::string& bytes() const { return bytes_; }

 private:
  template <typename T>
  void Put(const T& value) {
    if constexpr (kIsScalar<T>) {
      auto bits = static_cast<std::uint64_t>(value);
      for (std::size_t i = 0; i < sizeof(T); ++i, bits >>= 8) {
        bytes_.push_back(static_cast<char>(bits & 0xff));
      }
    } else {
      Fields(*this, value);  // found beside the type or in fields.h
    }
  }
  void Put(float value) { Put(std::bit_cast<std::uint32_t>(value)); }
  void Put(const std::string& text) {
    Put(static_cast<std::uint32_t>(text.size()));
    bytes_ += text;
  }
  template <typename T>
  void Put(const std::optional<T>& value) {
    Put(value.has_value());
    if (value) Put(*value);
  }
  template <typename T>
  void Put(const std::vector<T>& list) {
    Put(static_cast<std::uint32_t>(list.size()));
    for (const T& item : list) Put(item);
  }
  template <typename T>
  void Put(const plan::SharedList<T>& list) {
    Put(static_cast<std::uint32_t>(list.size()));
    for (const T& item : list) Put(item);
  }
  template <typename T, std::size_t N>
  void Put(const FixedVector<T, N>& list) {
    Put(static_cast<std::uint32_t>(list.size()));
    for (const T& item : list) Put(item);
  }

  template <std::size_t N>
  void Put(const FixedString<N>& text) {
    Put(std::string(text.view()));
  }
  template <typename T>
  void Put(const std::deque<T>& list) {
    Put(static_cast<std::uint32_t>(list.size()));
    for (const T& item : list) Put(item);
  }
  template <typename K, typename T>
  void Put(const std::map<K, T>& map) {
    Put(static_cast<std::uint32_t>(map.size()));
    for (const auto& [key, item] : map) (*this)(key, item);
  }

  std::string bytes_;
};

/// Reading past the end, or a length that cannot be, yields empty values and clears ok().
class Reader {
 public:
  explicit Reader(std::string_view bytes) : left_(bytes) {}

  template <typename... Ts>
  void operator()(Ts&... values) {
    (Get(values), ...);
  }
  /// Everything was there, and nothing is left over.
  bool complete() const { return ok_ && left_.empty(); }
  bool ok() const { return ok_; }
  /// What was read makes no sense.
  void Fail() { ok_ = false; }

 private:
  template <typename T>
  void Get(T& value) {
    if constexpr (kIsScalar<T>) {
      const std::string_view bytes = Take(sizeof(T));
      std::uint64_t bits = 0;
      for (std::size_t i = 0; i < bytes.size(); ++i) {
        bits |= static_cast<std::uint64_t>(static_cast<std::uint8_t>(bytes[i])) << (8 * i);
      }
      value = static_cast<T>(bits);
    } else {
      Fields(*this, value);
    }
  }
  void Get(bool& value) {
    std::uint8_t bits = 0;
    Get(bits);
    value = bits != 0;
    if (bits > 1) ok_ = false;
  }
  void Get(float& value) {
    std::uint32_t bits = 0;
    Get(bits);
    value = std::bit_cast<float>(bits);
  }
  void Get(std::string& text) { text = Take(Length()); }
  template <typename T>
  void Get(std::optional<T>& value) {
    bool has = false;
    Get(has);
    value.reset();
    if (has) Get(value.emplace());
  }
  template <typename T>
  void Get(std::vector<T>& list) {
    list.clear();
    const std::uint32_t length = Length();
    for (std::uint32_t i = 0; i < length && ok_; ++i) Get(list.emplace_back());
  }
  template <typename T>
  void Get(plan::SharedList<T>& list) {
    list.clear();
    const std::uint32_t length = Length();
    for (std::uint32_t i = 0; i < length && ok_; ++i) Get(list.emplace_back());
  }
  template <typename T, std::size_t N>
  void Get(FixedVector<T, N>& list) {
    list.clear();
    const std::uint32_t length = Length();
    if (!list.resize(length)) ok_ = false;
    for (T& item : list) Get(item);
  }

  template <std::size_t N>
  void Get(FixedString<N>& text) {
    if (!text.Assign(Take(Length()))) ok_ = false;
  }
  template <typename T>
  void Get(std::deque<T>& list) {
    list.clear();
    const std::uint32_t length = Length();
    for (std::uint32_t i = 0; i < length && ok_; ++i) Get(list.emplace_back());
  }
  template <typename K, typename T>
  void Get(std::map<K, T>& map) {
    map.clear();
    const std::uint32_t length = Length();
    for (std::uint32_t i = 0; i < length && ok_; ++i) {
      K key{};
      Get(key);
      if (!map.empty() && !(map.rbegin()->first < key)) ok_ = false;  // in order, each once
      Get(map[std::move(key)]);
    }
  }

  /// A length; never more than there are bytes, since every item takes at least one.
  std::uint32_t Length() {
    std::uint32_t length = 0;
    Get(length);
    if (length <= left_.size()) return length;
    ok_ = false;
    return 0;
  }
  std::string_view Take(std::size_t count) {
    if (count > left_.size()) {
      ok_ = false;
      left_ = {};
      return {};
    }
    const std::string_view bytes = left_.substr(0, count);
    left_.remove_prefix(count);
    return bytes;
  }

  std::string_view left_;
  bool ok_ = true;
};

}  // namespace continuo::coordinator
