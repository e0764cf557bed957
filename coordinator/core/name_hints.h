// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string_view>
#include <vector>

namespace continuo::coordinator {

/// Where names stand in a long list. Only hints: each is looked at before it is believed, so the list may change in any
/// way, and whoever copies it copies none of them. They say nothing that the list does not, so all are equal. Used by
/// one thread.
class NameHints {
 public:
  static constexpr std::size_t kNone = static_cast<std::size_t>(-1);

  NameHints() = default;
  NameHints(const NameHints&) noexcept {}
  NameHints& operator=(const NameHints&) noexcept { return *this; }
  bool operator==(const NameHints&) const { return true; }

  /// The first of `size` items that has that name, as far as the hints know; or kNone. `name_of(i)` is a name.
  template <typename NameOf>
  std::size_t Find(std::size_t size, std::string_view name, const NameOf& name_of) const {
    if (size >= kWorthwhile) {
      Learn(size, name_of);
      const std::size_t place = slots_[SlotOf(size, name, name_of)];
      if (place != kFree) return place;
    }
    for (std::size_t i = 0; i < size; ++i) {
      if (name_of(i) == name) return i;
    }
    return kNone;
  }

 private:
  static constexpr std::size_t kWorthwhile = 32;
  static constexpr std::uint32_t kFree = 0xffff'ffff;

  /// What is in the list now and was not when it was asked last.
  template <typename NameOf>
  void Learn(std::size_t size, const NameOf& name_of) const {
    if (size < known_ || 2 * size > slots_.size()) {
      std::size_t slots = 2 * kWorthwhile;
      while (slots < 2 * size) slots *= 2;
      slots_.assign(slots, kFree);
      known_ = 0;
    }
    for (; known_ < size; ++known_) {
      std::uint32_t& slot = slots_[SlotOf(known_, name_of(known_), name_of)];
      if (slot == kFree) slot = static_cast<std::uint32_t>(known_);
    }
  }

  /// Of the item of that name among the first `size`; or a free one. At least half of them are free.
  template <typename NameOf>
  std::size_t SlotOf(std::size_t size, std::string_view name, const NameOf& name_of) const {
    const std::size_t mask = slots_.size() - 1;
    std::size_t slot = std::hash<std::string_view>()(name) & mask;
    while (slots_[slot] != kFree && !(slots_[slot] < size && name_of(slots_[slot]) == name)) {
      slot = (slot + 1) & mask;
    }
    return slot;
  }

  // Places by what their names come to; nobody goes through them, so their order is nobody's matter.
  mutable std::vector<std::uint32_t> slots_;  ///< a power of two, or none
  mutable std::size_t known_ = 0;
};

}  // namespace continuo::coordinator
