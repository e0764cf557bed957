// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <sys/types.h>

#include <memory>
#include <string>
#include <vector>

namespace continuo::coordinator::link {

/// continuo-link-peer, begun and ended by us, spoken to by lines. One thread.
class PeerProgram {
 public:
  /// The one beside this program, or in PATH. Null: `error` says why, in a sentence.
  static std::unique_ptr<PeerProgram> Start(double bpm, std::string& error);
  ~PeerProgram();
  PeerProgram(const PeerProgram&) = delete;
  PeerProgram& operator=(const PeerProgram&) = delete;

  /// The lines that have come, after waiting `patience_ms` at most for one.
  std::vector<std::string> Listen(int patience_ms);
  void Say(const std::string& line);
  /// It has ended, or does not listen.
  bool is_gone() const { return gone_; }

 private:
  PeerProgram(pid_t process, int from, int to) : process_(process), from_(from), to_(to) {}

  pid_t process_;
  int from_, to_;
  std::string heard_;
  bool gone_ = false;
};

}  // namespace continuo::coordinator::link
