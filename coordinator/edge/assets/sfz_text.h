// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

// The letters of an SFZ file: headers in angle brackets, opcodes as name=value, comments. What they mean is elsewhere.

namespace continuo::coordinator::sfz {

/// A header, or an opcode with its value: the rest of the line up to the next opcode, spaces within it included.
struct Item {
  bool is_header = false;
  std::string name, value;
  std::size_t line = 0;  ///< from 1
};

class Text {
 public:
  explicit Text(std::string_view text) : text_(text) {}
  /// False at the end of the text, or where it cannot be read: then error() says why.
  bool Next(Item& item);
  const std::string& error() const { return error_; }
  std::size_t line() const { return line_; }

 private:
  bool SkipToItem();
  bool Skip(std::string_view until);
  bool ReadHeader(Item& item);
  bool ReadOpcode(Item& item);
  std::string_view ValueAt(std::size_t at) const;
  bool Fail(std::string what) {
    error_ = std::move(what);
    return false;
  }

  std::string_view text_;
  std::size_t at_ = 0, line_ = 1;
  std::string error_;
};

}  // namespace continuo::coordinator::sfz
