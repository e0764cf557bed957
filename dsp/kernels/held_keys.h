// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>

#include "dsp/base/bytes.h"
#include "dsp/base/fixed.h"

namespace continuo::dsp {

/// The keys that are down, in the order in which they were struck. Of more than sixteen the oldest are forgotten.
class HeldKeys {
 public:
  bool empty() const { return keys_.empty(); }
  /// The one struck last; there is one.
  int last() const { return keys_.back(); }

  /// `key`: 0..127.
  void Press(int key) {
    Release(key);
    if (keys_.full()) keys_.erase(0);
    keys_.push_back(static_cast<std::uint8_t>(key));
  }
  void Release(int key) {
    for (std::size_t i = keys_.size(); i > 0; --i) {
      if (keys_[i - 1] == key) keys_.erase(i - 1);
    }
  }
  void Clear() { keys_.clear(); }

  void Snapshot(ByteWriter& out) const {
    out.Le(static_cast<std::uint8_t>(keys_.size()));
    out.Bytes(keys_.data(), keys_.size());
  }
  bool Restore(ByteReader& in) {
    keys_.clear();
    for (int left = in.Le<std::uint8_t>(); left > 0; --left) {
      const auto key = in.Le<std::uint8_t>();
      if (key > 127 || !keys_.push_back(key)) return false;
    }
    return in.ok();
  }

 private:
  FixedVector<std::uint8_t, 16> keys_;
};

}  // namespace continuo::dsp
