// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <span>

#include "dsp/base/bytes.h"

namespace continuo::fuzz {

/// What the fuzzer hands in, taken apart piece by piece; zeros when it is used up.
class Material {
 public:
  Material(const std::uint8_t* bytes, std::size_t size) : bytes_({bytes, size}) {}

  template <typename T>
  T Take() {
    return bytes_.Le<T>();
  }
  /// 0 .. bound - 1.
  std::uint32_t Below(std::uint32_t bound) { return bytes_.Le<std::uint32_t>() % bound; }
  std::span<const std::uint8_t> Bytes(std::size_t count) {
    return bytes_.View(count < bytes_.left() ? count : bytes_.left());
  }
  std::span<const std::uint8_t> Rest() { return bytes_.View(bytes_.left()); }
  bool empty() const { return bytes_.left() == 0; }

 private:
  ByteReader bytes_;
};

/// A copy of exactly the size, so that a read beyond the end is found.
class Exact {
 public:
  explicit Exact(std::span<const std::uint8_t> bytes)
      : size_(bytes.size()), bytes_(static_cast<std::uint8_t*>(std::malloc(size_ + (size_ == 0)))) {
    if (size_ != 0) std::memcpy(bytes_, bytes.data(), size_);
  }
  ~Exact() { std::free(bytes_); }
  Exact(const Exact&) = delete;
  std::span<std::uint8_t> span() { return {bytes_, size_}; }

 private:
  std::size_t size_;
  std::uint8_t* bytes_;
};

/// What must hold whatever came in.
inline void Require(bool holds, const char* what) {
  if (holds) return;
  std::fprintf(stderr, "does not hold: %s\n", what);
  std::abort();
}

}  // namespace continuo::fuzz
