// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace continuo::coordinator::cli {

/// What a program writes to. Colour only where a person looks at it: a terminal, NO_COLOR unset.
class Terminal {
 public:
  /// `file`: a descriptor of this process; 1 is stdout.
  explicit Terminal(int file = 1);
  /// For tests.
  Terminal(bool interactive, bool colour, int width, int height = 50)
      : interactive_(interactive), colour_(colour), width_(width), height_(height) {}

  bool interactive() const { return interactive_; }
  int width() const { return width_; }    ///< columns
  int height() const { return height_; }  ///< lines
  std::string Good(std::string_view text) const { return Paint(text, "32"); }
  std::string Bad(std::string_view text) const { return Paint(text, "1;31"); }
  std::string Warn(std::string_view text) const { return Paint(text, "33"); }
  std::string Dim(std::string_view text) const { return Paint(text, "2"); }
  std::string Strong(std::string_view text) const { return Paint(text, "1"); }

 private:
  std::string Paint(std::string_view text, const char* code) const;
  bool interactive_ = false;
  bool colour_ = false;
  int width_ = 120, height_ = 50;
};

/// To stdout.
void PrintLines(const std::vector<std::string>& lines);
/// Columns a text takes: paint counts nothing, a UTF-8 character one.
int Columns(std::string_view text);
/// The first `columns` columns of it; paint is closed.
std::string Cut(std::string_view text, int columns);

}  // namespace continuo::coordinator::cli
