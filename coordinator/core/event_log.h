// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "coordinator/core/effect.h"
#include "coordinator/core/ledger.h"

namespace continuo::coordinator {

/// Something that happened, or that the coordinator decided.
struct LogEntry {
  enum class Kind : std::uint8_t {
    kCommand,   ///< an operator asked for something
    kAnswer,    ///< what the operator was told: a verdict, or why not
    kReport,    ///< an agent came, went or told something
    kDecision,  ///< what the coordinator concluded, and what it does about it
  };
  std::uint64_t number = 0;  ///< counts from 1
  MediaTime n = 0;           ///< when
  Kind kind = Kind::kDecision;
  Severity severity = Severity::kInfo;
  std::string text;
  std::uint64_t cause = 0;  ///< number of the entry that it follows from; 0: of none that is known
  bool operator==(const LogEntry&) const = default;
};

/// A stretch of the log, as an operator is given it.
struct LogPage {
  std::uint64_t term = 0;  ///< numbers are counted anew in every term
  MediaTime now = 0;
  std::vector<LogEntry> entries;  ///< oldest first
};

/// What happened and why, in order. A function of the inputs: after a restart the journal tells it again, but for what
/// is not in there (incidents, missed beats). Bounded: the oldest is forgotten; a storm of parameters pushes out only
/// its own kind.
class EventLog {
 public:
  static constexpr std::size_t kMost = 4096;
  static constexpr std::size_t kMostOfEvents =
      1024;  ///< parameters and the time line, and their verdicts

  /// All that it knows: what a snapshot of the journal keeps.
  struct Memory {
    std::deque<LogEntry> entries, events;
    std::uint64_t last = 0;                           ///< number of the newest
    std::map<CommandId, std::uint64_t> asked;         ///< entries of commands that are not settled
    std::map<OperationId, std::uint64_t> operations;  ///< where each began
    std::map<std::string, std::uint64_t> nodes;       ///< by name: the last that was said of it
    bool operator==(const Memory&) const = default;
  };

  EventLog() = default;
  explicit EventLog(Memory memory) : memory_(std::move(memory)) {}
  const Memory& memory() const { return memory_; }

  /// Takes down an input and what came of it, but for commands that are asked again. `ledger`: after it.
  void Take(const Ledger& ledger, const Input& input, const Effects& effects);

  /// Those with a higher number than `after`, oldest first; of more than `most` the newest.
  std::vector<LogEntry> Since(std::uint64_t after, std::size_t most) const;

 private:
  struct Step;

  std::uint64_t Add(LogEntry entry, bool of_event);
  void TakeLine(Step& step, const LogLine& line);
  void TakeReply(Step& step, const Settle& settle);
  /// The entry that a line follows from.
  std::uint64_t CauseOf(const Step& step, const std::string& text);

  Memory memory_;
};

}  // namespace continuo::coordinator
