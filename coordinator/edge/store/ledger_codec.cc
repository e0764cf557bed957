// SPDX-License-Identifier: Apache-2.0
#include "coordinator/edge/store/ledger_codec.h"

#include <utility>

#include "coordinator/edge/store/ledger_fields.h"

namespace continuo::coordinator {

std::string EncodeLedger(const Ledger& ledger) {
  Writer writer;
  writer(ledger);
  return writer.bytes();
}

std::string EncodeLog(const EventLog& log) {
  Writer writer;
  writer(log.memory());
  return writer.bytes();
}

std::optional<Ledger> DecodeLedger(std::string_view bytes) {
  Reader reader(bytes);
  Ledger ledger;
  reader(ledger);
  if (!reader.complete()) return std::nullopt;
  return ledger;
}

std::optional<EventLog> DecodeLog(std::string_view bytes) {
  Reader reader(bytes);
  EventLog::Memory memory;
  reader(memory);
  if (!reader.complete()) return std::nullopt;
  return EventLog(std::move(memory));
}

}  // namespace continuo::coordinator
