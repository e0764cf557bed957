// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "coordinator/core/show.h"

namespace continuo::coordinator {

/// What is found wrong with a show. Of a file that is wrong in very many places the first are kept and the others
/// counted; of a text of any length only as much as a person reads.
class Issues {
 public:
  static constexpr std::size_t kMost = 200;

  void Error(std::string field, std::string text) { Add({std::move(field), std::move(text)}); }
  void Warning(std::string field, std::string text) {
    Add({std::move(field), std::move(text), 0, true});
  }
  void Add(Issue issue) {
    any_errors_ |= !issue.warning;
    if (list_.size() >= kMost) {
      ++(issue.warning ? more_warnings_ : more_errors_);
      return;
    }
    Shorten(issue.field, 200);
    Shorten(issue.text, 600);
    list_.push_back(std::move(issue));
  }
  bool any_errors() const { return any_errors_; }

  std::vector<Issue> Take() {
    if (more_errors_ > 0) list_.push_back({"", MoreText(more_errors_, "error")});
    if (more_warnings_ > 0) list_.push_back({"", MoreText(more_warnings_, "warning"), 0, true});
    more_errors_ = more_warnings_ = 0;
    return std::move(list_);
  }

 private:
  static std::string MoreText(std::size_t count, const char* noun) {
    return std::to_string(count) + " more " + noun + (count == 1 ? "" : "s") +
           " are not listed; put these right first";
  }
  static void Shorten(std::string& text, std::size_t most) {
    if (text.size() <= most) return;
    while (most > 0 && (static_cast<unsigned char>(text[most]) & 0xc0) == 0x80) --most;
    text.replace(most, text.npos, "...");
  }

  std::vector<Issue> list_;
  std::size_t more_errors_ = 0, more_warnings_ = 0;
  bool any_errors_ = false;
};

}  // namespace continuo::coordinator
