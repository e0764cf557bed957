// SPDX-License-Identifier: Apache-2.0
#include "coordinator/cli/table.h"

#include <algorithm>

#include "coordinator/cli/terminal.h"

namespace continuo::coordinator::cli {

Table::Table(std::vector<std::string> header) : header_(std::move(header)) {
  for (std::string& name : header_) {
    right_.push_back(name.starts_with('>'));
    if (right_.back()) name.erase(0, 1);
  }
}

void Table::Add(std::vector<std::string> row) {
  rows_.push_back(std::move(row));
}

std::vector<std::string> Table::Lines() const {
  std::vector<int> widths(header_.size());
  const auto measure = [&](const std::vector<std::string>& row) {
    for (std::size_t i = 0; i < row.size(); ++i) widths[i] = std::max(widths[i], Columns(row[i]));
  };
  measure(header_);
  for (const auto& row : rows_) measure(row);

  const auto line = [&](const std::vector<std::string>& row) {
    std::string text;
    for (std::size_t i = 0; i < row.size(); ++i) {
      const std::string room(static_cast<std::size_t>(widths[i] - Columns(row[i])), ' ');
      text += "  " + (right_[i] ? room + row[i] : row[i] + room);
    }
    text.erase(text.find_last_not_of(' ') + 1);
    return text;
  };
  std::vector<std::string> lines = {line(header_)};
  for (const auto& row : rows_) lines.push_back(line(row));
  return lines;
}

}  // namespace continuo::coordinator::cli
