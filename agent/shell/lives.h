// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <string>

#include "proto/plan/plan.h"

namespace continuo::agent {

/// Remembers, beyond the life of the process, which plan this node has begun to play. A replica's incarnation lives
/// once: a process that comes back in mid-show must not take up where the dead one was, since its fellows count on
/// what that one had promised.
class Lives {
 public:
  explicit Lives(std::filesystem::path folder) : file_(std::move(folder) / "playing") {}

  /// To be called before the plan is handed to the audio thread. True: an earlier process has begun it already; its
  /// replicas must not be started again.
  bool BegunBefore(const plan::Plan& plan);

 private:
  const std::filesystem::path file_;
  std::string ours_;  // what this process has begun
};

}  // namespace continuo::agent
