// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <type_traits>
#include <variant>
#include <vector>

#include "coordinator/core/input.h"
#include "coordinator/core/show.h"
#include "proto/plan/link.h"

// What the coordinator wants done, in the imperative. The shell performs effects in order, after the inputs that
// caused them are durable. None of them is waited for: what comes of one arrives as an input.

namespace continuo::coordinator {

/// Why an operator's wish was not granted. Maps one to one onto status codes of the edge.
enum class Code : std::uint8_t {
  kOk,
  kInvalid,       ///< the wish itself is wrong: INVALID_ARGUMENT
  kNotFound,      ///< names something that is not there: NOT_FOUND
  kPrecondition,  ///< not now: FAILED_PRECONDITION
  kExhausted,     ///< no room (the journal's disk is full): RESOURCE_EXHAUSTED
  kUnavailable,   ///< could not be completed in time: UNAVAILABLE
  kEnded,  ///< never of the core: this coordinator ended before it was decided; ask again: UNAVAILABLE
};

/// The answer to one request.
struct Reply {
  Code code = Code::kOk;
  std::string text{};  ///< a sentence for a person; on failure with what to do next
  std::vector<Issue>
      issues{};  ///< of a show: everything that is wrong, or warnings of one that plays
  // A show that will play:
  std::uint32_t plan_version = 0;
  MediaTime start_n = 0;
  // An event that was dated:
  EventId event = 0;
  MediaTime at = 0;
  Verdict verdict = Verdict::kNone;
  // An operation that began; what becomes of it is seen in the View:
  OperationId operation = 0;         ///< 0: nothing is left to do
  std::vector<PlannedMove> moves{};  ///< of a rebalance, a drain or a migration
  bool ok() const { return code == Code::kOk; }
  bool operator==(const Reply&) const = default;
};

/// Send this over the stream of that connection. Dropped if it has ended.
struct SendToAgent {
  ConnectionId connection = 0;
  plan::ToAgent message;
};

/// End that stream, after what was sent on it before.
struct CloseConnection {
  ConnectionId connection = 0;
};

/// That command has its reply. Said within the core only: Step turns it into an Answer for each who waits.
struct Settle {
  CommandId command = 0;
  Reply reply;
};

/// Answer that request; never twice.
struct Answer {
  RequestId request = 0;
  Reply reply;
};

/// The media-time map has other entries: nodes that follow PTP are to know.
struct TellMap {
  clock::MediaMap map;
};

/// The core came to a conclusion: take it as the next input, at the same time.
struct Raise {
  Input input;
  /// Not 0: only if it is later than this by the time that the effects leave, since to write their causes took long;
  /// the input has that time then.
  Nanoseconds if_later_than = 0;
};

enum class Severity : std::uint8_t { kInfo, kWarning, kError };

struct LogLine {
  Severity severity = Severity::kInfo;
  std::string text;
};

using Effect = std::variant<SendToAgent, CloseConnection, Answer, Raise, LogLine, Settle, TellMap>;
using Effects = std::vector<Effect>;
static_assert(std::is_nothrow_move_constructible_v<Effect>,
              "a list of them that grows would copy all of them");

}  // namespace continuo::coordinator
