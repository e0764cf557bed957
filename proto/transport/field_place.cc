// SPDX-License-Identifier: Apache-2.0
#include "proto/transport/field_place.h"

#include <algorithm>
#include <cmath>

namespace continuo::transport {

void FieldPlace::Refuse(std::string_view why) const {
  if (!ok()) return;
  const std::string path = Path();
  *error_ = path.empty() ? std::string(why) : path + ": " + std::string(why);
}

std::string FieldPlace::Path() const {
  if (above_ == nullptr) return "";
  std::string path = above_->Path();
  if (!path.empty()) path += '.';
  path += name_;
  if (index_ >= 0) path += "[" + std::to_string(index_) + "]";
  return path;
}

std::int64_t FieldPlace::Within(std::string_view field, std::int64_t value, std::int64_t min,
                                std::int64_t max) const {
  if (value >= min && value <= max) return value;
  Refuse(field, std::to_string(value) + " is not between " + std::to_string(min) + " and " +
                    std::to_string(max));
  return min;
}

float FieldPlace::Finite(std::string_view field, float value) const {
  if (std::isfinite(value)) return value;
  Refuse(field, std::isnan(value) ? "NaN is not allowed" : "infinity is not allowed");
  return 0;
}

void FieldPlace::Hash(std::string_view field, std::string_view value, bool may_be_empty,
                      FixedString<64>& out) const {
  if (value.empty() && may_be_empty) {
    out.Assign("");
  } else if (IsHash(value)) {
    out.Assign(value);
  } else {
    Refuse(field, "not a SHA-256 (64 lower-case hex digits)");
  }
}

void FieldPlace::RefuseLength(std::string_view field, std::size_t size, std::size_t room) const {
  Refuse(field, std::to_string(size) + " bytes long, at most " + std::to_string(room) + " allowed");
}

bool IsHash(std::string_view text) {
  return text.size() == 64 && std::all_of(text.begin(), text.end(), [](char c) {
           return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
         });
}

}  // namespace continuo::transport
