// SPDX-License-Identifier: Apache-2.0
#include "proto/plan/whole.h"

#include <algorithm>
#include <map>
#include <set>
#include <utility>
#include <vector>

namespace continuo::plan {
namespace {

template <typename T>
auto IdOf(const T& item) {
  if constexpr (requires { item.description; }) {
    return item.description.id;
  } else {
    return item.id;
  }
}

/// Ids in an order that has each list's items in theirs, where there is one; of two that might come first the smaller.
template <typename Id>
class Order {
 public:
  template <typename List>
  void Add(const List& list) {
    for (std::size_t i = 0; i < list.size(); ++i) {
      followers_[IdOf(list[i])];
      if (i == 0) continue;
      if (followers_[IdOf(list[i - 1])].insert(IdOf(list[i])).second) ++before_[IdOf(list[i])];
    }
  }
  std::vector<Id> Take() {
    std::set<Id> ready;
    for (const auto& [id, followers] : followers_) {
      if (before_[id] == 0) ready.insert(id);
    }
    std::vector<Id> order;
    while (!followers_.empty()) {
      // Lists of several versions may contradict each other.
      const Id next = ready.empty() ? followers_.begin()->first : *ready.begin();
      ready.erase(next);
      order.push_back(next);
      const auto followers = followers_.extract(next);
      for (const Id id : followers.mapped()) {
        if (--before_[id] == 0 && followers_.contains(id)) ready.insert(id);
      }
    }
    return order;
  }

 private:
  std::map<Id, std::set<Id>> followers_;
  std::map<Id, int> before_;
};

/// What the parts say of one task.
struct Told {
  const Task* made_of = nullptr;  ///< the newest that is not foreign
  const Task* named = nullptr;    ///< the newest of all
  std::uint32_t named_in = 0;     ///< version of that
};

using Tasks = std::map<TaskId, Told>;

bool IsWhole(const Plan& plan) {
  return plan.deepest == 0;
}

int AllTasks(const Plan& plan) {
  return IsWhole(plan) ? static_cast<int>(plan.tasks.size()) : plan.all_tasks;
}

/// `parts`: newest first.
Tasks TasksOf(const std::vector<const Plan*>& parts) {
  Tasks tasks;
  for (const Plan* part : parts) {
    for (const Task& task : part->tasks) {
      Told& told = tasks[task.description.id];
      if (!task.foreign && told.made_of == nullptr) told.made_of = &task;
      if (told.named != nullptr) continue;
      told.named = &task;
      told.named_in = part->version;
    }
  }
  return tasks;
}

/// Until as many are left as there were.
void EraseEnded(Tasks& tasks, std::uint32_t newest, int all) {
  while (static_cast<int>(tasks.size()) > all) {
    const auto oldest = std::ranges::min_element(
        tasks, {}, [](const auto& entry) { return entry.second.named_in; });
    if (oldest->second.named_in == newest) return;
    tasks.erase(oldest);
  }
}

Task Whole(const Told& told) {
  Task task = *told.made_of;
  task.depth = 0;
  if (told.named == told.made_of) return task;
  task.epoch = told.named->epoch;
  task.wanted = told.named->wanted;
  task.span = told.named->span;
  task.rewired = told.named->rewired;
  task.replicas = told.named->replicas;
  return task;
}

/// Of each id the newest; in their order. `parts`: newest first.
template <typename T>
void Unite(const std::vector<const Plan*>& parts, SharedList<T> Plan::*list, SharedList<T>& out) {
  using Id = decltype(IdOf(std::declval<const T&>()));
  Order<Id> order;
  std::map<Id, std::pair<const SharedList<T>*, std::size_t>> newest;
  for (const Plan* part : parts) {
    const SharedList<T>& items = part->*list;
    order.Add(items);
    for (std::size_t i = 0; i < items.size(); ++i) newest.try_emplace(IdOf(items[i]), &items, i);
  }
  for (const Id id : order.Take()) out.Share(*newest[id].first, newest[id].second);
}

bool Plays(const Plan& plan, const Output& output) {
  return FindTask(plan, output.from) != nullptr &&
         (output.before == 0 || FindTask(plan, output.before) != nullptr);
}

Plan PutTogether(const std::vector<const Plan*>& parts, const Tasks& tasks) {
  Plan whole = *parts.front();
  whole.deepest = whole.all_tasks = 0;
  whole.nodes.clear();
  whole.tasks.clear();
  whole.outputs.clear();
  Order<TaskId> order;
  for (const Plan* part : parts) order.Add(part->tasks);
  for (const TaskId id : order.Take()) {
    const auto told = tasks.find(id);
    if (told != tasks.end()) whole.tasks.push_back(Whole(told->second));
  }
  Unite(parts, &Plan::nodes, whole.nodes);
  Unite(parts, &Plan::outputs, whole.outputs);
  whole.outputs.EraseIf([&whole](const Output& output) { return !Plays(whole, output); });
  return whole;
}

}  // namespace

Assembled Assemble(std::span<const Plan> parts) {
  std::vector<const Plan*> newest_first;
  for (const Plan& part : parts) newest_first.push_back(&part);
  std::ranges::stable_sort(newest_first, std::ranges::greater{}, &Plan::version);
  const Plan& newest = *newest_first.front();
  Assembled assembled{.whole = {}, .known = 0, .all = AllTasks(newest)};
  Tasks tasks = TasksOf(newest_first);
  EraseEnded(tasks, newest.version, assembled.all);
  assembled.known = static_cast<int>(std::ranges::count_if(
      tasks, [](const auto& entry) { return entry.second.made_of != nullptr; }));
  const bool all =
      assembled.known == assembled.all && assembled.all == static_cast<int>(tasks.size());
  if (all) assembled.whole = PutTogether(newest_first, tasks);
  return assembled;
}

Plan AsHeld(const Plan& whole, const Plan& part) {
  Plan held = whole;
  held.term = part.term;
  held.version = part.version;
  const auto own = [&part](TaskId id) -> const Task* {
    const Task* const found = FindTask(part, id);
    return found == nullptr || found->foreign ? nullptr : found;
  };
  for (std::size_t i = 0; i < held.tasks.size(); ++i) {
    const Task* const said = own(std::as_const(held.tasks)[i].description.id);
    if (said == nullptr) continue;
    held.tasks[i] = *said;
    held.tasks[i].depth = 0;
  }
  return held;
}

}  // namespace continuo::plan
