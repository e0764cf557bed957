// SPDX-License-Identifier: Apache-2.0
#include "coordinator/core/commands.h"

#include <variant>

namespace continuo::coordinator {
namespace {

/// The same command under the same key, or nullptr.
const CommandRecord* Known(const Ledger& ledger, const Input& input) {
  const CommandKey* const key = KeyOf(input);
  if (key == nullptr || key->IsNone()) return nullptr;
  const CommandRecord* const record = ledger.commands.Find(*key);
  return record != nullptr && record->kind == input.what.index() ? record : nullptr;
}

}  // namespace

const CommandKey* KeyOf(const Input& input) {
  return std::visit(
      [](const auto& what) -> const CommandKey* {
        if constexpr (requires { what.key; }) return &what.key;
        return nullptr;
      },
      input.what);
}

RequestId RequestIn(const Input& input) {
  return std::visit(
      [](const auto& what) -> RequestId {
        if constexpr (requires { what.request; }) return what.request;
        return 0;
      },
      input.what);
}

bool IsAskedAgain(const Ledger& ledger, const Input& input) {
  return Known(ledger, input) != nullptr;
}

bool BeginCommand(Ledger& ledger, const Input& input, Effects& effects) {
  if (const CommandRecord* const known = Known(ledger, input)) {
    if (known->settled) effects.emplace_back(Settle{known->id, known->reply});
    return false;
  }
  const CommandId id = ++ledger.last_command;
  const CommandKey& key = *KeyOf(input);
  if (key.IsNone()) return true;
  if (ledger.commands.Find(key) != nullptr) {
    effects.emplace_back(Settle{
        id,
        {.code = Code::kInvalid,
         .text = "the key of this command belongs to another one that was asked before; make "
                 "a new key for each command"}});
    return false;
  }
  ledger.commands.Add({key, id, input.what.index(), false, {}});
  return true;
}

void KeepReplies(Ledger& ledger, const Effects& effects) {
  for (const Effect& effect : effects) {
    if (const auto* settle = std::get_if<Settle>(&effect)) {
      ledger.commands.Settle(settle->command, settle->reply);
    }
  }
}

CommandId CommandOf(const Ledger& ledger, const Input& input) {
  const CommandRecord* const known = Known(ledger, input);
  return known == nullptr ? ledger.last_command : known->id;
}

}  // namespace continuo::coordinator
