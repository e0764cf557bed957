// SPDX-License-Identifier: Apache-2.0
#include "coordinator/edge/assets/sfz_text.h"

namespace continuo::coordinator::sfz {
namespace {

constexpr std::size_t kWordMax = 64;

bool IsSpace(char c) {
  return c == ' ' || c == '\t' || c == '\r';
}

bool IsOfName(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

}  // namespace

bool Text::Next(Item& item) {
  if (!SkipToItem()) return false;
  item = {};
  item.line = line_;
  return text_[at_] == '<' ? ReadHeader(item) : ReadOpcode(item);
}

/// To behind `until`; false if it does not come.
bool Text::Skip(std::string_view until) {
  const std::size_t end = text_.find(until, at_);
  const std::size_t stop = end == text_.npos ? text_.size() : end + until.size();
  for (; at_ < stop; ++at_) line_ += text_[at_] == '\n' ? 1 : 0;
  return end != text_.npos;
}

bool Text::SkipToItem() {
  while (at_ < text_.size()) {
    const std::string_view rest = text_.substr(at_);
    if (rest.front() == '\n') {
      ++line_;
      ++at_;
    } else if (IsSpace(rest.front())) {
      ++at_;
    } else if (rest.starts_with("//")) {
      const std::size_t end = text_.find('\n', at_);
      at_ = end == text_.npos ? text_.size() : end;
    } else if (rest.starts_with("/*")) {
      const std::size_t begin = line_;
      if (Skip("*/")) continue;
      line_ = begin;
      return Fail("this comment does not end");
    } else if (rest.front() == '#') {
      return Fail("#include and #define are not read: put it all into one file");
    } else {
      return true;
    }
  }
  return false;
}

bool Text::ReadHeader(Item& item) {
  const std::size_t begin = at_ + 1;
  std::size_t end = begin;
  while (end < text_.size() && IsOfName(text_[end])) ++end;
  if (end == begin || end == text_.size() || text_[end] != '>' || end - begin > kWordMax) {
    return Fail("< must begin a header, like <region>");
  }
  item.is_header = true;
  item.name = text_.substr(begin, end - begin);
  at_ = end + 1;
  return true;
}

bool Text::ReadOpcode(Item& item) {
  std::size_t end = at_;
  while (end < text_.size() && IsOfName(text_[end])) ++end;
  if (end == at_ || end == text_.size() || text_[end] != '=' || end - at_ > kWordMax) {
    const std::string_view line = text_.substr(at_, text_.find('\n', at_) - at_);
    return Fail("\"" + std::string(line.substr(0, 40)) + "\" must be opcode=value");
  }
  item.name = text_.substr(at_, end - at_);
  const std::string_view value = ValueAt(end + 1);
  item.value = value;
  at_ = end + 1 + value.size();
  return true;
}

/// Names of files hold spaces, so a value ends where a word follows that is another opcode, or a header, or a comment.
std::string_view Text::ValueAt(std::size_t at) const {
  std::size_t end = at;
  for (std::size_t i = at; i < text_.size() && text_[i] != '\n' && text_[i] != '<'; ++i) {
    if (text_.substr(i).starts_with("//") && (i == at || IsSpace(text_[i - 1]))) break;
    if (i > at && IsSpace(text_[i - 1]) && IsOfName(text_[i])) {
      std::size_t word = i;
      while (word < text_.size() && IsOfName(text_[word])) ++word;
      if (word < text_.size() && text_[word] == '=') break;
    }
    if (!IsSpace(text_[i])) end = i + 1;
  }
  return text_.substr(at, end - at);
}

}  // namespace continuo::coordinator::sfz
