// SPDX-License-Identifier: Apache-2.0
#include "agent/shell/workers.h"

#include <chrono>

namespace continuo::agent {

Workers::Workers(int threads) {
  for (int i = 0; i < threads; ++i) threads_.emplace_back([this] { Run(); });
}

Workers::~Workers() {
  ending_ = true;
  for (std::thread& thread : threads_) thread.join();
}

void Workers::Run() {
  while (!ending_) {
    const auto work = works_.Take(std::chrono::milliseconds(50));
    if (work) (*work)();
  }
}

}  // namespace continuo::agent
