// SPDX-License-Identifier: Apache-2.0
#include "coordinator/edge/grpc/log_codec.h"

#include "proto/continuo/v1/log.pb.h"

namespace continuo::coordinator {

static_assert(static_cast<int>(LogEntry::Kind::kDecision) == v1::LOG_KIND_DECISION);
static_assert(static_cast<int>(Severity::kError) == v1::LOG_SEVERITY_ERROR);

void ToProto(const LogPage& page, v1::GetLogReply& out) {
  out.set_term(page.term);
  out.set_now(page.now);
  for (const LogEntry& entry : page.entries) {
    v1::LogEntry& to = *out.add_entries();
    to.set_number(entry.number);
    to.set_n(entry.n);
    to.set_kind(static_cast<v1::LogKind>(entry.kind));
    to.set_severity(static_cast<v1::LogSeverity>(entry.severity));
    to.set_text(entry.text);
    to.set_cause(entry.cause);
  }
}

void FromProto(const v1::GetLogReply& in, LogPage& page, const transport::FieldPlace& place) {
  page.term = in.term();
  page.now = in.now();
  for (int i = 0; i < in.entries_size(); ++i) {
    const v1::LogEntry& from = in.entries(i);
    const transport::FieldPlace at = place.Item("entries", i);
    LogEntry& entry = page.entries.emplace_back();
    entry.number = from.number();
    entry.n = from.n();
    entry.kind = static_cast<LogEntry::Kind>(
        at.Within("kind", from.kind(), v1::LOG_KIND_COMMAND, v1::LOG_KIND_DECISION));
    entry.severity = static_cast<Severity>(
        at.Within("severity", from.severity(), v1::LOG_SEVERITY_INFO, v1::LOG_SEVERITY_ERROR));
    entry.text = from.text();
    entry.cause = from.cause();
  }
}

}  // namespace continuo::coordinator
