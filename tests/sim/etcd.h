// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "coordinator/core/leadership.h"
#include "coordinator/core/shared_store.h"
#include "sim/calendar.h"

namespace continuo::sim {

/// The store that several coordinators share, with etcd's rules as they concern them: leases that end when nobody
/// keeps them, a key that goes with its lease, revisions that grow with every change, writes guarded by a create
/// revision. While its own members elect a leader nothing is carried out; no lease ends meanwhile, and the new leader
/// gives each its full time again. What is asked here is carried out now; the way there and back is the caller's.
class Etcd {
 public:
  using SharedStore = coordinator::SharedStore;
  explicit Etcd(const Calendar& calendar) : calendar_(calendar) {}

  decltype(coordinator::StoreAnswer::what) Answer(const coordinator::AskStore& question);
  SharedStore::Written Write(coordinator::Revision guard,
                             std::span<const SharedStore::Entry> entries);
  SharedStore::Confirmed Confirm(coordinator::Revision guard);
  SharedStore::Page Read(const std::string& from, const std::string& to) const;

  /// The leader's lease is gone before its time, and the leader key with it; which create revision that had, 0: none.
  coordinator::Revision LoseLease();
  /// Its members elect another leader, which takes that long.
  void Elect(Nanoseconds until);
  bool available() const { return calendar_.now() >= elects_until_; }
  Nanoseconds elects_until() const { return elects_until_; }
  /// By key: the rows of the journal.
  const std::map<std::string, std::string>& keys() const { return keys_; }

 private:
  struct Lease {
    Nanoseconds ttl = 0, ends = 0;
  };
  void EndLeases();
  void Delete(coordinator::LeaseId lease);

  const Calendar& calendar_;
  coordinator::Revision revision_ = 1;
  coordinator::LeaseId last_lease_ = 0;
  std::map<coordinator::LeaseId, Lease> leases_;
  coordinator::LeaderSeen leader_;  // the leader key
  std::map<std::string, std::string> keys_;
  Nanoseconds elects_until_ = 0;
};

}  // namespace continuo::sim
