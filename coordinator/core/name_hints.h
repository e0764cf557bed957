// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <functional>
#include <map>
#include <string>
#include <string_view>

namespace continuo::coordinator {

/// Where names stand in a long list. Only hints: each is looked at before it is believed, so the list may change in any
/// way, and whoever copies it copies none of them. They say nothing that the list does not, so all are equal. Used by
/// one thread.
class NameHints {
 public:
  static constexpr std::size_t kNone = static_cast<std::size_t>(-1);

  NameHints() = default;
  NameHints(const NameHints&) {}
  NameHints& operator=(const NameHints&) { return *this; }
  bool operator==(const NameHints&) const { return true; }

  /// The first of `size` items that has that name, as far as the hints know; or kNone. `name_of(i)` is a name.
  template <typename NameOf>
  std::size_t Find(std::size_t size, std::string_view name, const NameOf& name_of) const {
    if (size >= kWorthwhile) {
      if (size < known_) {
        places_.clear();
        known_ = 0;
      }
      for (; known_ < size; ++known_) places_.emplace(name_of(known_), known_);
      const auto place = places_.find(name);
      const bool is_it =
          place != places_.end() && place->second < size && name_of(place->second) == name;
      if (is_it) return place->second;
    }
    for (std::size_t i = 0; i < size; ++i) {
      if (name_of(i) == name) return i;
    }
    return kNone;
  }

 private:
  static constexpr std::size_t kWorthwhile = 32;

  mutable std::map<std::string, std::size_t, std::less<>> places_;
  mutable std::size_t known_ = 0;
};

}  // namespace continuo::coordinator
