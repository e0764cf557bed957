// SPDX-License-Identifier: Apache-2.0
#include "coordinator/core/command_log.h"

#include <algorithm>
#include <utility>

namespace continuo::coordinator {
namespace {

template <typename Records>
auto Seek(Records& records, CommandId id) {
  const auto found = std::lower_bound(
      records.begin(), records.end(), id,
      [](const CommandRecord& record, CommandId wanted) { return record.id < wanted; });
  return found != records.end() && found->id == id ? found : records.end();
}

}  // namespace

const CommandRecord* CommandLog::Find(const CommandKey& key) const {
  const auto id = ids_.find(key);
  return id == ids_.end() ? nullptr : &*Seek(records_, id->second);
}

void CommandLog::Restore(std::deque<CommandRecord> records) {
  ids_.clear();
  records_ = std::move(records);
  for (const CommandRecord& record : records_) ids_.emplace(record.key, record.id);
}

void CommandLog::Add(CommandRecord record) {
  if (records_.size() == kMost) {
    ids_.erase(records_.front().key);
    records_.pop_front();
  }
  ids_.emplace(record.key, record.id);
  records_.push_back(std::move(record));
}

void CommandLog::Settle(CommandId id, const Reply& reply) {
  const auto found = Seek(records_, id);
  if (found == records_.end() || found->settled) return;
  found->settled = true;
  found->reply = reply;
}

}  // namespace continuo::coordinator
