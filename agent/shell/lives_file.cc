// SPDX-License-Identifier: Apache-2.0
#include "agent/shell/lives_file.h"

#include <cstdio>
#include <fstream>
#include <iterator>
#include <string>
#include <system_error>

namespace continuo::agent {

LivesFile::LivesFile(const std::filesystem::path& folder) : file_(folder / "lives") {
  std::ifstream in(file_, std::ios::binary);
  const std::string text{std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
  lives_ = core::Lives::Of(text);
}

std::vector<core::ReplicaKey> LivesFile::Begin(const plan::Plan& plan, plan::NodeId self) {
  const std::vector<core::ReplicaKey> dead = lives_.Begin(plan, self);
  if (!Write()) {
    std::fprintf(stderr,
                 "continuo-agent: cannot write %s; should this process die, do not start it "
                 "again before the show ends\n",
                 file_.c_str());
  }
  return dead;
}

bool LivesFile::Write() const {
  // Whole or not at all: a process may die in the middle of it.
  std::filesystem::path draft = file_;
  draft += ".new";
  std::ofstream out(draft, std::ios::binary | std::ios::trunc);
  out << lives_.Text();
  out.close();
  std::error_code problem;
  if (out) std::filesystem::rename(draft, file_, problem);
  return out && !problem;
}

}  // namespace continuo::agent
