// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <type_traits>

#include "dsp/base/hash.h"

namespace continuo {

/// The bits of an unsigned value whose bytes lie in memory in the given order, and the other way round.
template <std::endian kOrder, typename U>
constexpr U InOrder(U bits) {
  static_assert(std::is_unsigned_v<U> && sizeof(U) <= 8);
  if constexpr (kOrder == std::endian::native || sizeof(U) == 1) {
    return bits;
  } else if constexpr (sizeof(U) == 2) {
    return __builtin_bswap16(bits);
  } else if constexpr (sizeof(U) == 4) {
    return __builtin_bswap32(bits);
  } else {
    return __builtin_bswap64(bits);
  }
}
#ifndef CONTINUO_SELDOM
#define CONTINUO_SELDOM  // on boards, where flash is scarce, it is said in CMakeLists.txt
#endif
/// Writes fixed-width values, without padding, into memory of the caller's: snapshots, Continuo's own frames.
class ByteWriter {
 public:
  explicit ByteWriter(std::span<std::uint8_t> out) : out_(out) {}
  /// Keeps nothing: adds to `digest` what is written, of which there can be any amount.
  explicit ByteWriter(Digest64& digest) : digest_(&digest) {}

  template <typename T>
  void Le(T value) {
    static_assert(std::is_integral_v<T>);
    using U = std::make_unsigned_t<T>;
    const U bits = InOrder<std::endian::little>(static_cast<U>(value));
    Bytes(&bits, sizeof bits);
  }
  template <typename T>
  void Be(T value) {  // RTP and PTP headers
    static_assert(std::is_integral_v<T>);
    using U = std::make_unsigned_t<T>;
    const U bits = InOrder<std::endian::big>(static_cast<U>(value));
    Bytes(&bits, sizeof bits);
  }
  void F32(float value) { Le(std::bit_cast<std::uint32_t>(value)); }
  /// Large states are written on the audio thread: all at once where memory already lies as the bytes shall.
  void F32s(const float* values, std::size_t count) {
    if constexpr (std::endian::native == std::endian::little) {
      Bytes(values, count * sizeof(float));
    } else {
      for (std::size_t i = 0; i < count; ++i) F32(values[i]);
    }
  }
  CONTINUO_SELDOM void Bytes(const void* bytes, std::size_t count) {
    if (digest_ != nullptr) {
      digest_->Add(static_cast<const std::uint8_t*>(bytes), count);
      used_ += count;
      return;
    }
    if (count > out_.size() - used_) {
      overflow_ = true;
      used_ = out_.size();
      return;
    }
    if (count != 0) std::memcpy(out_.data() + used_, bytes, count);
    used_ += count;
  }
  std::size_t size() const { return used_; }
  bool ok() const { return !overflow_; }  ///< no room is remembered: ask once, at the end

 private:
  std::span<std::uint8_t> out_;
  Digest64* digest_ = nullptr;
  std::size_t used_ = 0;
  bool overflow_ = false;
};

/// Reads what ByteWriter wrote. Reading past the end yields zeros and clears `ok()`, so a parser may read a whole
/// record and check once.
class ByteReader {
 public:
  explicit ByteReader(std::span<const std::uint8_t> in) : in_(in) {}

  template <typename T>
  T Le() {
    std::make_unsigned_t<T> bits = 0;
    Bytes(&bits, sizeof bits);
    return static_cast<T>(InOrder<std::endian::little>(bits));
  }
  template <typename T>
  T Be() {
    std::make_unsigned_t<T> bits = 0;
    Bytes(&bits, sizeof bits);
    return static_cast<T>(InOrder<std::endian::big>(bits));
  }
  float F32() { return std::bit_cast<float>(Le<std::uint32_t>()); }
  void F32s(float* values, std::size_t count) {
    if constexpr (std::endian::native == std::endian::little) {
      Bytes(values, count * sizeof(float));
    } else {
      for (std::size_t i = 0; i < count; ++i) values[i] = F32();
    }
  }
  CONTINUO_SELDOM void Bytes(void* bytes, std::size_t count) {
    if (count > in_.size() - used_) {
      underflow_ = true;
      used_ = in_.size();
      std::memset(bytes, 0, count);
      return;
    }
    if (count != 0) std::memcpy(bytes, in_.data() + used_, count);
    used_ += count;
  }
  /// The next `count` bytes without copying; empty, and not ok, if there are fewer.
  std::span<const std::uint8_t> View(std::size_t count) {
    if (count > in_.size() - used_) {
      underflow_ = true;
      used_ = in_.size();
      return {};
    }
    const auto view = in_.subspan(used_, count);
    used_ += count;
    return view;
  }
  std::size_t left() const { return in_.size() - used_; }
  bool ok() const { return !underflow_; }

 private:
  std::span<const std::uint8_t> in_;
  std::size_t used_ = 0;
  bool underflow_ = false;
};

}  // namespace continuo
