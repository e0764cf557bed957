// SPDX-License-Identifier: Apache-2.0
#include "sim/reader.h"

#include <algorithm>
#include <string>

#include "coordinator/core/events.h"
#include "sim/world.h"

namespace continuo::sim {
namespace {

constexpr int kShortestPauseMs = 10, kLongestPauseMs = 120;

}  // namespace

Reader::Reader(World& world)
    : world_(world), dice_(Dice(world.scene().seed).Fork(17)), looks_at_store_(dice_.Chance(0.3)) {}

void Reader::Poll() {
  const Nanoseconds now = world_.calendar().now();
  Council& council = world_.council();
  if (now < next_ || (council.shared() && !looks_at_store_)) return;
  next_ = now + Ms(dice_.Between(kShortestPauseMs, kLongestPauseMs));
  const int seat = static_cast<int>(dice_.Below(council.count()));
  if (council.reign(seat) == nullptr) return;
  Known before = known_;
  before.heard = world_.people().heard().size();
  council.Look(seat,
               [this, before](const coordinator::State& state) { See(before, state.ledger); });
}

void Reader::See(const Known& before, const coordinator::Ledger& ledger) {
  ++looks_;
  Expect(ledger.term >= before.term, "a coordinator's term");
  Expect(ledger.last_command >= before.commands, "a command");
  Expect(ledger.last_operation >= before.operations, "an operation");
  Expect(ledger.last_version >= before.plans, "a plan");
  known_.term = std::max(known_.term, ledger.term);
  known_.commands = std::max<std::uint64_t>(known_.commands, ledger.last_command);
  known_.operations = std::max<std::uint64_t>(known_.operations, ledger.last_operation);
  known_.plans = std::max<std::uint64_t>(known_.plans, ledger.last_version);
  const auto& heard = world_.people().heard();
  for (std::size_t i = 0; i < std::min(before.heard, heard.size()); ++i) {
    const coordinator::Reply& reply = heard[i];
    Expect(reply.operation <= ledger.last_operation, "an acknowledged operation");
    Expect(reply.plan_version <= ledger.last_version, "an acknowledged plan");
    if (reply.event == 0) continue;
    const coordinator::EventRecord* const record = FindEvent(ledger, reply.event);
    Expect(record != nullptr, "an acknowledged event");
    const bool is_same = record == nullptr || record->verdict == reply.verdict;
    const bool is_to_come =
        may_miss_verdicts_ && record != nullptr && record->verdict == Verdict::kNone;
    Expect(is_same || is_to_come || world_.scene().reckless, "an event's verdict");
  }
}

void Reader::Forget(const coordinator::Ledger& left) {
  known_.term = left.term;
  known_.commands = left.last_command;
  known_.operations = left.last_operation;
  known_.plans = left.last_version;
}

void Reader::Expect(bool shown, const char* what) {
  if (!shown) world_.Broken("who looks does not see what was there before: " + std::string(what));
}

}  // namespace continuo::sim
