// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "dsp/base/fixed.h"

namespace continuo::transport {

/// The largest number that a field of 32 bits holds: the bound of what may be any.
inline constexpr std::int64_t kAnyU32 = 0xffffffff;

/// Where in a message the reader stands, so that a refusal can say "tasks[3].params[0].value: NaN is not allowed".
/// A chain of stack objects: nothing is built unless something is wrong. The first refusal counts; reading goes on
/// with harmless values, so readers need no error path of their own.
class FieldPlace {
 public:
  /// The message itself. `error` receives the first refusal; empty as long as all is well.
  explicit FieldPlace(std::string& error) : error_(&error) {}
  FieldPlace Field(std::string_view name) const { return FieldPlace(*this, name, -1); }
  FieldPlace Item(std::string_view name, int index) const { return FieldPlace(*this, name, index); }

  bool ok() const { return error_->empty(); }
  void Refuse(std::string_view why) const;
  void Refuse(std::string_view field, std::string_view why) const { Field(field).Refuse(why); }

  /// `value` if it lies in [min, max]; else refuses and returns min.
  std::int64_t Within(std::string_view field, std::int64_t value, std::int64_t min,
                      std::int64_t max) const;
  /// `value`; refuses NaN and infinities (returns 0).
  float Finite(std::string_view field, float value) const;
  /// Refuses text longer than the room.
  template <std::size_t N>
  void Text(std::string_view field, std::string_view value, FixedString<N>& out) const {
    if (!out.Assign(value)) RefuseLength(field, value.size(), N);
  }
  /// As Text, and it must be a SHA-256 in hex, or empty if that is allowed.
  void Hash(std::string_view field, std::string_view value, bool may_be_empty,
            FixedString<64>& out) const;

 private:
  FieldPlace(const FieldPlace& above, std::string_view name, int index)
      : error_(above.error_), above_(&above), name_(name), index_(index) {}
  void RefuseLength(std::string_view field, std::size_t size, std::size_t room) const;
  std::string Path() const;

  std::string* error_;
  const FieldPlace* above_ = nullptr;
  std::string_view name_;
  int index_ = -1;
};

/// 64 lower-case hex digits. Also what keeps a hash from outside from being a path.
bool IsHash(std::string_view text);

}  // namespace continuo::transport
