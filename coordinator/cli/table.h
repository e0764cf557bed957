// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

namespace continuo::coordinator::cli {

/// Rows of text in columns as wide as they need to be.
class Table {
 public:
  /// `header`: names of the columns; one that begins with '>' is aligned right. Empty: no header line.
  explicit Table(std::vector<std::string> header);
  void Add(std::vector<std::string> row);
  bool empty() const { return rows_.empty(); }
  /// The lines, each indented by two blanks.
  std::vector<std::string> Lines() const;

 private:
  std::vector<std::string> header_;
  std::vector<bool> right_;
  std::vector<std::vector<std::string>> rows_;
};

}  // namespace continuo::coordinator::cli
