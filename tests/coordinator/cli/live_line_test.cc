// SPDX-License-Identifier: Apache-2.0
#include "coordinator/cli/live_line.h"

#include <gmock/gmock.h>

#include <cstdlib>

namespace continuo::coordinator::cli {
namespace {

/// What is written into it is kept.
class Paper {
 public:
  Paper() : file_(open_memstream(&text_, &size_)) {}
  ~Paper() {
    std::fclose(file_);
    std::free(text_);
  }
  std::FILE* file() const { return file_; }
  std::string text() const { return {text_, size_}; }

 private:
  char* text_ = nullptr;
  std::size_t size_ = 0;
  std::FILE* file_;
};

TEST(LiveLine, ALogGetsALinePerPhaseAndNoControlCharacters) {
  const Paper paper;
  {
    LiveLine line(paper.file(), Terminal(false, false, 80));
    line.Show("snapshot", "1 MB");
    line.Show("snapshot", "2 MB");
    line.Say("the coordinator is back");
    line.Show("snapshot", "3 MB");
    line.Show("catch-up", "310 behind");
  }
  EXPECT_EQ(paper.text(), "1 MB\nthe coordinator is back\n310 behind\n");
}

TEST(LiveLine, ATerminalIsWrittenOverOnlyWhenThereIsNewsAndLeftClean) {
  const Paper paper;
  {
    LiveLine line(paper.file(), Terminal(true, true, 80));
    line.Show("snapshot", "1 MB");
    line.Show("snapshot", "1 MB");
    line.Show("snapshot", "2 MB");
  }
  EXPECT_EQ(paper.text(), "\r1 MB\x1b[K\r2 MB\x1b[K\r\x1b[K");
}

TEST(LiveLine, WhatIsSaidStaysAboveTheLineThatChanges) {
  const Paper paper;
  {
    LiveLine line(paper.file(), Terminal(true, true, 80));
    line.Show("a", "1");
    line.Say("told");
    line.Show("a", "1");
  }
  EXPECT_EQ(paper.text(), "\r1\x1b[K\r\x1b[Ktold\n\r1\x1b[K\r\x1b[K");
}

TEST(LiveLine, ALineLongerThanTheTerminalDoesNotScrollIt) {
  const Paper paper;
  LiveLine line(paper.file(), Terminal(true, false, 5));
  line.Show("a", "abcdefgh");
  EXPECT_EQ(paper.text(), "\rabcd\x1b[K");
}

}  // namespace
}  // namespace continuo::coordinator::cli
