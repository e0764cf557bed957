// SPDX-License-Identifier: Apache-2.0
#include "agent/shell/builder.h"

#include <algorithm>
#include <utility>

namespace continuo::agent {

Builder::Builder(Fetch fetch, MaterialShelf::PathOf path_of, rt::Engine::Wiring wiring, Gear gear,
                 std::function<void(Result)> done)
    : fetch_(std::move(fetch)),
      shelf_(std::move(path_of)),
      wiring_(std::move(wiring)),
      gear_(gear),
      done_(std::move(done)),
      thread_([this] { Run(); }) {}

Builder::~Builder() {
  ending_ = true;
  jobs_.Close();
  thread_.join();
}

void Builder::Run() {
  while (const std::optional<Job> job = jobs_.Take()) done_(Do(*job));
}

Builder::Result Builder::Do(const Job& job) {
  Result result{job.plan, nullptr, fetch_(job.plan, job.asset_sources, ending_)};
  if (!result.error.empty()) return result;
  const auto program = std::make_shared<rt::Program>();
  result.error = rt::DeriveProgram(job.plan, job.self, *program);
  if (!result.error.empty()) return result;
  for (rt::ReplicaSpec& replica : program->replicas) {
    const auto task = static_cast<std::size_t>(replica.task);
    const core::ReplicaKey key{job.plan.tasks[task].description.id, replica.self};
    replica.lived_before = std::ranges::count(job.lived, key) > 0;
  }
  result.production = Produce(program, shelf_, wiring_, gear_, job.predecessor, result.error);
  return result;
}

}  // namespace continuo::agent
