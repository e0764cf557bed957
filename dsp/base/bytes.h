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

/// Writes fixed-width values, little-endian and without padding, into memory of the caller's. Running out of
/// room is remembered, not undefined: check `ok()` once at the end. Snapshots and Continuo's own frames use it;
/// RTP and PTP headers, which are big-endian, use the Be variants.
class ByteWriter {
 public:
  explicit ByteWriter(std::span<std::uint8_t> out) : out_(out) {}
  /// Keeps nothing: adds to `digest` what is written, of which there can be any amount.
  explicit ByteWriter(Digest64& digest) : digest_(&digest) {}

  template <typename T>
  void Le(T value) {
    static_assert(std::is_integral_v<T>);
    using U = std::make_unsigned_t<T>;
    const U bits = static_cast<U>(value);
    std::uint8_t bytes[sizeof(T)];
    for (std::size_t i = 0; i < sizeof(T); ++i)
      bytes[i] = static_cast<std::uint8_t>(bits >> (8 * i));
    Bytes(bytes, sizeof(T));
  }
  template <typename T>
  void Be(T value) {
    static_assert(std::is_integral_v<T>);
    using U = std::make_unsigned_t<T>;
    const U bits = static_cast<U>(value);
    std::uint8_t bytes[sizeof(T)];
    for (std::size_t i = 0; i < sizeof(T); ++i) {
      bytes[i] = static_cast<std::uint8_t>(bits >> (8 * (sizeof(T) - 1 - i)));
    }
    Bytes(bytes, sizeof(T));
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
  void Bytes(const void* bytes, std::size_t count) {
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
  bool ok() const { return !overflow_; }

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
    std::uint8_t bytes[sizeof(T)] = {};
    Bytes(bytes, sizeof(T));
    std::uint64_t bits = 0;
    for (std::size_t i = 0; i < sizeof(T); ++i)
      bits |= static_cast<std::uint64_t>(bytes[i]) << (8 * i);
    return static_cast<T>(bits);
  }
  template <typename T>
  T Be() {
    std::uint8_t bytes[sizeof(T)] = {};
    Bytes(bytes, sizeof(T));
    std::uint64_t bits = 0;
    for (std::size_t i = 0; i < sizeof(T); ++i) bits = (bits << 8) | bytes[i];
    return static_cast<T>(bits);
  }
  float F32() { return std::bit_cast<float>(Le<std::uint32_t>()); }
  void F32s(float* values, std::size_t count) {
    if constexpr (std::endian::native == std::endian::little) {
      Bytes(values, count * sizeof(float));
    } else {
      for (std::size_t i = 0; i < count; ++i) values[i] = F32();
    }
  }
  void Bytes(void* bytes, std::size_t count) {
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
