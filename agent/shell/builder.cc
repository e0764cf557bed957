// SPDX-License-Identifier: Apache-2.0
#include "agent/shell/builder.h"

#include <chrono>
#include <utility>

namespace continuo::agent {

Builder::Builder(Fetch fetch, Material::PathOf path_of, rt::Engine::Wiring wiring,
                 std::function<void(Result)> done)
    : fetch_(std::move(fetch)),
      path_of_(std::move(path_of)),
      wiring_(std::move(wiring)),
      done_(std::move(done)),
      thread_([this] { Run(); }) {}

Builder::~Builder() {
  ending_ = true;
  thread_.join();
}

void Builder::Run() {
  while (!ending_) {
    const std::optional<Job> job = jobs_.Take(std::chrono::milliseconds(50));
    if (job) done_(Do(*job));
  }
}

Builder::Result Builder::Do(const Job& job) {
  Result result{job.plan, nullptr, fetch_(job.plan, job.asset_sources, ending_)};
  if (!result.error.empty()) return result;
  rt::Program program;
  result.error = rt::DeriveProgram(job.plan, job.self, program);
  if (!result.error.empty()) return result;
  program.lived_before = job.lived_before;
  result.production = Produce(program, path_of_, wiring_, result.error);
  return result;
}

}  // namespace continuo::agent
