// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <deque>
#include <map>

#include "coordinator/core/command.h"
#include "coordinator/core/effect.h"

namespace continuo::coordinator {

/// A command that was asked under a key.
struct CommandRecord {
  CommandKey key;
  CommandId id = 0;
  std::size_t kind = 0;  ///< index of Input::what: a key is not good for another command
  bool settled = false;  ///< it has its reply; else it is still open
  Reply reply;
  bool operator==(const CommandRecord&) const = default;
};

/// The last commands that had a key, and what was replied: so that whoever asks again is told the same, and nothing is
/// done twice. Bounded: the oldest is forgotten, open or not.
class CommandLog {
 public:
  static constexpr std::size_t kMost = 1024;

  /// nullptr if it is not known (any more). Valid until the log changes.
  const CommandRecord* Find(const CommandKey& key) const;
  /// As it was kept, oldest first.
  void Restore(std::deque<CommandRecord> records);
  /// A new one, whose id is higher than all before, and whose key is not known.
  void Add(CommandRecord record);
  /// Its reply, once and for all. Does nothing if it had no key or was forgotten.
  void Settle(CommandId id, const Reply& reply);

  const std::deque<CommandRecord>& all() const { return records_; }  ///< oldest first
  bool operator==(const CommandLog& other) const { return records_ == other.records_; }

 private:
  std::deque<CommandRecord> records_;  // by id
  std::map<CommandKey, CommandId> ids_;
};

}  // namespace continuo::coordinator
