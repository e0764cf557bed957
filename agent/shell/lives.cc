// SPDX-License-Identifier: Apache-2.0
#include "agent/shell/lives.h"

#include <cstdio>
#include <fstream>

namespace continuo::agent {

bool Lives::BegunBefore(const plan::Plan& plan) {
  // Not the term: a coordinator that came back sends the same plan under a new one.
  const std::string playing = std::to_string(plan.version) + " " + std::to_string(plan.start_n);
  if (playing == ours_) return false;
  std::string before;
  std::ifstream in(file_);
  std::getline(in, before);
  in.close();
  if (before == playing) return true;
  ours_ = playing;
  std::ofstream out(file_, std::ios::trunc);
  out << playing << '\n';
  out.close();
  if (!out) {
    std::fprintf(stderr,
                 "continuo-agent: cannot write %s; should this process die, do not start it "
                 "again before the show ends\n",
                 file_.c_str());
  }
  return false;
}

}  // namespace continuo::agent
