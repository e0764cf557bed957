// SPDX-License-Identifier: Apache-2.0
#include "agent/shell/plan_file.h"

#include <cstdio>
#include <fstream>
#include <iterator>
#include <utility>

#include "agent/shell/durable_file.h"
#include "proto/transport/plan_codec.h"

namespace continuo::agent {
namespace {

core::KeptPlan ReadFrom(const std::filesystem::path& file) {
  std::ifstream in(file, std::ios::binary);
  const std::string bytes{std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
  std::string wrong;
  core::KeptPlan kept = core::Unseal(bytes, wrong);
  if (wrong.empty() && !kept.plan.empty()) {
    const auto plan = transport::DecodePlan(kept.plan);
    if (!plan.ok()) wrong = std::string(plan.status().message());
  }
  if (wrong.empty()) return kept;
  std::fprintf(stderr,
               "continuo-agent: %s is ignored: %s. Nothing is lost as long as the coordinator has "
               "its journal\n",
               file.c_str(), wrong.c_str());
  return {};
}

}  // namespace

PlanFile::PlanFile(const std::filesystem::path& folder, std::function<void(std::string)> told)
    : file_(folder / "plan"), told_(std::move(told)), before_(ReadFrom(file_)) {
  thread_ = std::thread([this] { Run(); });
}

PlanFile::~PlanFile() {
  {
    const std::lock_guard lock(mutex_);
    ending_ = true;
  }
  wished_.notify_one();
  thread_.join();
}

void PlanFile::Keep(std::uint64_t term, plan::NodeId self, const plan::Plan* held) {
  {
    const std::lock_guard lock(mutex_);
    wish_ = Wish{term, self, held == nullptr ? std::nullopt : std::optional(*held)};
  }
  wished_.notify_one();
}

void PlanFile::Run() {
  std::unique_lock lock(mutex_);
  while (true) {
    wished_.wait(lock, [this] { return wish_ || ending_; });
    if (!wish_) return;  // what was asked for last is written before the end
    const Wish wish = *std::exchange(wish_, std::nullopt);
    lock.unlock();
    Write(wish);
    lock.lock();
  }
}

void PlanFile::Write(const Wish& wish) {
  core::KeptPlan kept{wish.term, wish.self, {}};
  if (wish.held) kept.plan = transport::EncodePlan(*wish.held);
  const std::string wrong = WriteDurably(file_, core::Seal(kept));
  if (wrong == trouble_) return;
  trouble_ = wrong;
  told_(wrong.empty() ? "" : "cannot write " + file_.string() + ": " + wrong);
}

}  // namespace continuo::agent
