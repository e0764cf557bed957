// SPDX-License-Identifier: Apache-2.0
#include "agent/shell/lives_file.h"

#include <cstdio>
#include <fstream>
#include <iterator>
#include <string>
#include <utility>

#include "agent/shell/durable_file.h"

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

bool LivesFile::Write() {
  std::string text = lives_.Text();
  if (text == written_) return true;
  if (!WriteDurably(file_, text).empty()) return false;
  written_ = std::move(text);
  return true;
}

}  // namespace continuo::agent
