// SPDX-License-Identifier: Apache-2.0
// Operators who look again and again, over connections that are there already: what a coordinator that was stopped is
// asked meanwhile it answers in the very moment it wakes. A line of JSON for each look, until stdin ends.

#include <unistd.h>

#include <chrono>
#include <condition_variable>
#include <cstdio>
#include <cstdlib>
#include <mutex>
#include <nlohmann/json.hpp>
#include <random>
#include <string>
#include <thread>
#include <vector>

#include "coordinator/edge/grpc/operator_client.h"
#include "dsp/kernels/registry.h"

namespace {

using namespace continuo;               // NOLINT(google-build-using-namespace)
using namespace continuo::coordinator;  // NOLINT(google-build-using-namespace)

using Clock = std::chrono::steady_clock;
using Json = nlohmann::json;

/// Seldom enough that many of them look for the first time when a coordinator has been stopped for a while.
constexpr double kPauseS = 6;
constexpr const char* kTask = "lead";
constexpr const char* kParams[] = {"gain", "detune"};

double Seconds(Clock::time_point at) {
  return std::chrono::duration<double>(at.time_since_epoch()).count();
}

/// What the last committed command says, null: none does.
Json Committed(const View& view, const TaskView& task, const char* param) {
  const dsp::KernelDescription* kernel = dsp::FindKernel(task.kind);
  const int index = kernel == nullptr ? -1 : dsp::FindParam(*kernel, param);
  const EventView* last = nullptr;
  for (const EventView& one : view.events) {
    const bool is_of_it = one.task == task.id && one.event.command == Command::kParam &&
                          one.event.target == index && one.verdict == Verdict::kCommitted;
    if (is_of_it && (last == nullptr || Before(last->event, one.event))) last = &one;
  }
  return last == nullptr ? Json(nullptr) : Json(last->event.AsFloat());
}

Json Told(const View& view) {
  Json told = {{"lock", view.lock ? Json(view.lock->reason) : Json(nullptr)}};
  for (const TaskView& task : view.tasks) {
    if (task.name != kTask) continue;
    for (const char* param : kParams) told["params"][param] = Committed(view, task, param);
  }
  return told;
}

class Readers {
 public:
  void Add(const std::string& address) {
    const unsigned seed = static_cast<unsigned>(threads_.size());
    threads_.emplace_back([this, address, seed] { Read(address, seed); });
  }
  void End() {
    {
      const std::lock_guard lock(mutex_);
      over_ = true;
    }
    ends_.notify_all();
    for (std::thread& thread : threads_) thread.join();
  }

 private:
  void Read(const std::string& address, unsigned seed) {
    OperatorClient known(address);
    (void)known
        .Look();  // its connection is there from now on, and gRPC gives it to whoever asks the same address
    std::minstd_rand dice(seed + 1);
    std::uniform_real_distribution<double> pause(0, kPauseS);
    while (Pause(pause(dice))) {
      const auto invoked = Clock::now();
      OperatorClient client(address);  // one who has not been told yet who leads
      const auto view = client.Look();
      const auto returned = Clock::now();
      if (!view.ok() || view->tasks.empty()) continue;
      Json told = Told(*view);
      told["invoked"] = Seconds(invoked);
      told["returned"] = Seconds(returned);
      const std::lock_guard lock(mutex_);
      std::printf("%s\n", told.dump().c_str());
    }
  }

  bool Pause(double seconds) {
    std::unique_lock lock(mutex_);
    return !ends_.wait_for(lock, std::chrono::duration<double>(seconds), [this] { return over_; });
  }

  std::mutex mutex_;
  std::condition_variable ends_;
  bool over_ = false;
  std::vector<std::thread> threads_;
};

}  // namespace

int main(int argc, char** argv) {
  if (argc < 3) {
    std::fprintf(stderr, "history-readers: COUNT HOST:PORT ...: so many operators for each\n");
    return 2;
  }
  Readers readers;
  for (int place = 2; place < argc; ++place) {
    for (int i = 0; i < std::atoi(argv[1]); ++i) readers.Add(argv[place]);
  }
  char byte = 0;
  while (read(STDIN_FILENO, &byte, 1) > 0) {
  }
  readers.End();
  return 0;
}
