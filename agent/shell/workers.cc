// SPDX-License-Identifier: Apache-2.0
#include "agent/shell/workers.h"

namespace continuo::agent {

Workers::Workers(int threads) {
  for (int i = 0; i < threads; ++i) threads_.emplace_back([this] { Run(); });
}

Workers::~Workers() {
  works_.Close();
  for (std::thread& thread : threads_) thread.join();
}

void Workers::Run() {
  while (const auto work = works_.Take()) (*work)();
}

}  // namespace continuo::agent
