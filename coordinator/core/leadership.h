// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <variant>
#include <vector>

#include "dsp/base/units.h"

// Which of several coordinators leads. They share a store with etcd's rules: one *leader key*, bound to a lease of
// whoever made it. The store deletes the key when nobody has kept the lease alive for its time to live. A key that is
// made anew has a *create revision* that no other ever had: everything the leader writes is guarded by it (it is
// refused once the key is another's), so two that both believe to lead cannot both write. What is here only keeps that
// from happening often, and for long. Source: etcd 3.4, API reference v3 (leases, transactions, revisions).
//
// Pure: time and answers are handed in, what is to be done comes out. Times are of one monotonic clock, which must go
// on while the process is stopped, and should while the machine sleeps.

namespace continuo::coordinator {

using LeaseId = std::int64_t;
/// Of the store as a whole; grows with every change. 0: of nothing.
using Revision = std::int64_t;

/// Give me a lease. Answer: LeaseGranted.
struct GrantLease {
  int ttl_s = 0;
};
/// Make the leader key, bound to that lease, unless there is one. Answer: LeaderSeen, as it is afterwards.
struct ClaimLeaderKey {
  LeaseId lease = 0;
  std::string address;  ///< the key's value: where the leader is reached
};
/// Who leads? Never from a replica of the store that may be behind. Answer: LeaderSeen.
struct ReadLeaderKey {};
/// Answer: LeaseKept.
struct KeepLease {
  LeaseId lease = 0;
};
/// Delete the lease, and the key with it. The answer does not matter.
struct RevokeLease {
  LeaseId lease = 0;
};

/// A question to the store. It may be lost, be carried out and the answer lost, or be carried out much later.
struct AskStore {
  std::uint64_t number = 0;  ///< the answer carries it; none is used twice
  std::variant<GrantLease, ClaimLeaderKey, ReadLeaderKey, KeepLease, RevokeLease> what;
};

struct LeaseGranted {
  LeaseId lease = 0;
  int ttl_s = 0;  ///< may be longer than what was asked for
};
struct LeaderSeen {
  Revision created = 0;  ///< of the leader key; 0: there is none
  LeaseId lease = 0;
  std::string address;
};
struct LeaseKept {
  int ttl_s = 0;  ///< from when it was carried out; 0: there is no such lease any more
};
/// No answer will come; whether it was carried out is not known.
struct StoreFailed {
  std::string why;  ///< a sentence
};

struct StoreAnswer {
  std::uint64_t number = 0;
  std::variant<LeaseGranted, LeaderSeen, LeaseKept, StoreFailed> what;
};

/// Lead from now on, guarded by that create revision of the leader key.
struct BeginReign {
  Revision guard = 0;
};
/// Lead no longer: nothing more may leave.
struct EndReign {
  std::string why;  ///< a sentence
};
/// For whoever asks this coordinator while it does not lead.
struct NameLeader {
  std::string address;  ///< empty: nobody leads, or that is not known
};

using LeadershipEffect = std::variant<AskStore, BeginReign, EndReign, NameLeader>;
using LeadershipEffects = std::vector<LeadershipEffect>;

struct LeadershipTiming {
  int ttl_s = 2;  ///< etcd grants no less with its default election timeout
  /// A leader stops that long before its lease may end: for what is on its way, and clocks that run unevenly.
  Nanoseconds margin = 300'000'000;
  Nanoseconds keep_every = 300'000'000;
  Nanoseconds look_every = 150'000'000;  ///< who does not lead reads the key
  Nanoseconds patience = 400'000'000;    ///< then a question is put again
};

/// One candidate. Used by one thread.
class Leadership {
 public:
  /// `address`: host:port where agents and operators reach this coordinator.
  explicit Leadership(std::string address, LeadershipTiming timing = {})
      : address_(std::move(address)), timing_(timing) {}

  /// Call it whenever NextTick has come, and before anything else when the process may have stood still.
  LeadershipEffects Tick(Nanoseconds now);
  LeadershipEffects Take(const StoreAnswer& answer, Nanoseconds now);
  /// Stops leading, or campaigning, and begins again after `pause`: a guarded write was refused, or what was left by
  /// the leader before cannot be taken up here.
  LeadershipEffects StepDown(const std::string& why, Nanoseconds pause, Nanoseconds now);
  /// An orderly end: others need not wait for the lease to end. Does nothing any more afterwards.
  LeadershipEffects Resign(Nanoseconds now);

  bool leads() const { return stage_ == Stage::kLeading; }
  /// A leader must have stopped by then, whether it was called or not.
  Nanoseconds leads_until() const { return leads_until_; }
  /// When Tick is due.
  Nanoseconds NextTick() const;

 private:
  enum class Stage {
    kLooking,   ///< another one leads, or whether is not known
    kGranting,  ///< nobody leads: a lease is asked for
    kClaiming,
    kLeading,
    kResigned,
  };
  struct Question {
    std::uint64_t number = 0;  ///< 0: none is open
    Nanoseconds sent = 0;
  };

  void Put(decltype(AskStore::what) what, Nanoseconds now, LeadershipEffects& effects);
  void AskNext(Nanoseconds now, LeadershipEffects& effects);
  void TakeLease(const LeaseGranted& granted, Nanoseconds sent, Nanoseconds now,
                 LeadershipEffects& out);
  void TakeKept(const LeaseKept& kept, Nanoseconds sent, Nanoseconds now, LeadershipEffects& out);
  void TakeFailure(const StoreFailed& failed, Nanoseconds now);
  void SeeAsLeader(const LeaderSeen& seen, Nanoseconds now, LeadershipEffects& out);
  void SeeAsFollower(const LeaderSeen& seen, Nanoseconds now, LeadershipEffects& out);
  void Campaign(Nanoseconds now, LeadershipEffects& out);
  void Lead(Revision created, Nanoseconds now, LeadershipEffects& out);
  void Fall(const std::string& why, Nanoseconds now, LeadershipEffects& out);
  void Release(LeadershipEffects& out);
  void Name(const std::string& address, LeadershipEffects& out);

  const std::string address_;
  const LeadershipTiming timing_;
  Stage stage_ = Stage::kLooking;
  Question open_;
  std::uint64_t last_number_ = 0;
  LeaseId lease_ = 0;  // ours, or may be; 0: none
  Revision guard_ = 0;
  Nanoseconds leads_until_ = 0;
  Nanoseconds due_ = 0;          // when the next question is put
  Nanoseconds rests_until_ = 0;  // campaigns not before
  bool look_next_ = false;       // a leader alternates between its lease and its key
  std::string named_;
  std::string trouble_;  // why the store did not answer last
};

}  // namespace continuo::coordinator
