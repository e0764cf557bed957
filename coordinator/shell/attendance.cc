// SPDX-License-Identifier: Apache-2.0
#include "coordinator/shell/attendance.h"

#include <chrono>
#include <utility>

namespace continuo::coordinator {
namespace {

constexpr std::chrono::seconds kEvery{1};

}  // namespace

Attendance::Attendance(List list, std::function<void(std::vector<std::string>)> know)
    : list_(std::move(list)), know_(std::move(know)), thread_([this] { Run(); }) {}

Attendance::~Attendance() {
  {
    const std::lock_guard lock(mutex_);
    over_ = true;
  }
  ends_.notify_all();
  thread_.join();
}

void Attendance::Run() {
  std::unique_lock lock(mutex_);
  while (!over_) {
    lock.unlock();
    if (auto all = list_.attend()) know_(*std::move(all));
    lock.lock();
    ends_.wait_for(lock, kEvery, [this] { return over_; });
  }
  lock.unlock();
  list_.leave();
}

}  // namespace continuo::coordinator
