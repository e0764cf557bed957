// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <condition_variable>
#include <filesystem>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <thread>

#include "agent/core/kept_plan.h"
#include "proto/plan/plan.h"

namespace continuo::agent {

/// core::KeptPlan in <state>/plan. A thread of its own writes it, since a disk may take its time; of what comes faster
/// than that the newest counts.
class PlanFile {
 public:
  /// Reads what an earlier process kept; what cannot be used is said on stderr and ignored. `told`: on that thread, why
  /// the file cannot be written, once until it can be again; then with an empty text.
  PlanFile(const std::filesystem::path& folder, std::function<void(std::string)> told);
  ~PlanFile();
  PlanFile(const PlanFile&) = delete;
  PlanFile& operator=(const PlanFile&) = delete;

  /// As it was when this process began.
  const core::KeptPlan& before() const { return before_; }
  /// Returns at once. `held`: nullptr if nothing is played.
  void Keep(std::uint64_t term, plan::NodeId self, const plan::Plan* held);

 private:
  struct Wish {
    std::uint64_t term = 0;
    plan::NodeId self = 0;
    std::optional<plan::Plan> held;
  };
  void Run();
  void Write(const Wish& wish);

  const std::filesystem::path file_;
  const std::function<void(std::string)> told_;
  core::KeptPlan before_;
  std::string trouble_;  // of the thread

  std::mutex mutex_;
  std::condition_variable wished_;
  std::optional<Wish> wish_;
  bool ending_ = false;
  std::thread thread_;
};

}  // namespace continuo::agent
