// SPDX-License-Identifier: Apache-2.0
#include "agent/core/lives.h"

#include <charconv>
#include <optional>

namespace continuo::agent::core {
namespace {

constexpr std::string_view kLivesHead = "performance";

/// The next number of the text, past one blank. Nothing, and the text is used up, if there is none.
template <typename T>
std::optional<T> TakeNumber(std::string_view& text) {
  T number{};
  if (!text.empty() && (text.front() == ' ' || text.front() == '\n')) text.remove_prefix(1);
  const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (problem != std::errc()) {
    text = {};
    return std::nullopt;
  }
  text.remove_prefix(static_cast<std::size_t>(end - text.data()));
  return number;
}

std::uint32_t RunOf(const plan::Plan& plan) {
  return plan.run != 0 ? plan.run : plan.version;
}

}  // namespace

Lives Lives::Of(std::string_view text) {
  Lives lives;
  if (!text.starts_with(kLivesHead)) return lives;
  text.remove_prefix(kLivesHead.size());
  lives.run_ = TakeNumber<std::uint32_t>(text).value_or(0);
  lives.start_n_ = TakeNumber<MediaTime>(text).value_or(0);
  while (const auto task = TakeNumber<plan::TaskId>(text)) {
    // A line that was cut off in its number names another replica, at worst one that is never started.
    if (const auto incarnation = TakeNumber<Incarnation>(text)) {
      lives.lived_.insert({*task, *incarnation});
    }
  }
  return lives;
}

std::vector<ReplicaKey> Lives::Begin(const plan::Plan& plan, plan::NodeId self) {
  if (RunOf(plan) != run_ || plan.start_n != start_n_) {
    *this = Lives();
    run_ = RunOf(plan);
    start_n_ = plan.start_n;
  }
  std::vector<ReplicaKey> dead;
  for (const plan::Task& task : plan.tasks) {
    for (const plan::Replica& replica : task.replicas) {
      if (replica.node != self) continue;
      const ReplicaKey key{task.description.id, replica.incarnation};
      if (lived_.contains(key)) {
        dead.push_back(key);
      } else {
        living_.insert(key);
      }
    }
  }
  return dead;
}

void Lives::End() {
  lived_.merge(living_);
  living_.clear();
}

std::string Lives::Text() const {
  std::string text(kLivesHead);
  text += ' ' + std::to_string(run_) + ' ' + std::to_string(start_n_) + '\n';
  for (const auto* keys : {&lived_, &living_}) {
    for (const ReplicaKey& key : *keys) {
      text += std::to_string(key.task) + ' ' + std::to_string(key.incarnation) + '\n';
    }
  }
  return text;
}

}  // namespace continuo::agent::core
