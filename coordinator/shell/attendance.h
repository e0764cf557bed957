// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <condition_variable>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

namespace continuo::coordinator {

/// Says again and again that this coordinator is there, and hears who else is. For people, and for who brings assets:
/// nothing is decided by it. A thread of its own.
class Attendance {
 public:
  struct List {
    std::function<std::optional<std::vector<std::string>>()>
        attend;  ///< signs it, and returns all that are on it; blocks for a second or two
    std::function<void()> leave;  ///< called last
  };
  /// `know` hears all addresses whenever they were read, on this one's thread.
  Attendance(List list, std::function<void(std::vector<std::string>)> know);
  /// Leaves.
  ~Attendance();
  Attendance(const Attendance&) = delete;
  Attendance& operator=(const Attendance&) = delete;

 private:
  void Run();

  const List list_;
  const std::function<void(std::vector<std::string>)> know_;
  std::mutex mutex_;
  std::condition_variable ends_;
  bool over_ = false;
  std::thread thread_;
};

}  // namespace continuo::coordinator
