// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "agent/core/lives.h"

namespace continuo::agent {

/// core::Lives, kept in <state>/lives.
class LivesFile {
 public:
  explicit LivesFile(const std::filesystem::path& folder);

  /// As core::Lives::Begin. The file is on the disk when it returns; if it cannot be written, that is said on stderr.
  std::vector<core::ReplicaKey> Begin(const plan::Plan& plan, plan::NodeId self);
  void End() { lives_.End(); }

 private:
  bool Write();
  const std::filesystem::path file_;
  std::string written_;  // of what this process has begun, most plans change nothing
  core::Lives lives_;
};

}  // namespace continuo::agent
