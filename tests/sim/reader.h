// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>

#include "coordinator/core/ledger.h"
#include "sim/calendar.h"
#include "sim/dice.h"

namespace continuo::sim {

class World;

/// Who looks at the status, again and again, at any coordinator that leads or believes to. Whatever was acknowledged
/// before one asks is there, and whatever an earlier look has shown: reads are linearizable.
class Reader {
 public:
  explicit Reader(World& world);

  /// Often.
  void Poll();
  void Stop() { next_ = kNever; }
  /// A disk has lost what it had acknowledged, and this is left.
  void Forget(const coordinator::Ledger& left);
  /// A coordinator has ended that owed its journal what it had no room for. What became of an event may be that; agents
  /// say it again.
  void MissVerdicts() { may_miss_verdicts_ = true; }
  /// One where coordinators share a store costs a question to the store. Few seeds pay for that; in these the store
  /// also loses leases.
  bool looks_at_store() const { return looks_at_store_; }
  int looks() const { return looks_; }

 private:
  /// How much somebody knows: less is never seen again.
  struct Known {
    std::uint64_t term = 0, commands = 0, operations = 0, plans = 0;
    std::size_t heard = 0;  // of the operator's replies
  };
  void See(const Known& before, const coordinator::Ledger& ledger);
  void Expect(bool shown, const char* what);

  World& world_;
  Dice dice_;
  const bool looks_at_store_;
  Nanoseconds next_ = 0;
  Known known_;
  bool may_miss_verdicts_ = false;
  int looks_ = 0;
};

}  // namespace continuo::sim
