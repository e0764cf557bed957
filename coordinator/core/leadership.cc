// SPDX-License-Identifier: Apache-2.0
#include "coordinator/core/leadership.h"

#include <algorithm>
#include <utility>

namespace continuo::coordinator {
namespace {

constexpr Nanoseconds kSecond = 1'000'000'000;

}  // namespace

LeadershipEffects Leadership::Tick(Nanoseconds now) {
  LeadershipEffects effects;
  if (stage_ == Stage::kResigned) return effects;
  if (leads() && now >= leads_until_) {
    Fall("the store has not renewed the lease in time" +
             (trouble_.empty() ? std::string() : " (" + trouble_ + ")"),
         now, effects);
  }
  const bool gave_up = open_.number != 0 && now - open_.sent >= timing_.patience;
  if (gave_up) {
    open_ = {};
    due_ = now;
    if (!leads()) stage_ = Stage::kLooking;  // a claim may have been carried out: the key tells
  }
  if (open_.number == 0 && now >= due_) AskNext(now, effects);
  return effects;
}

LeadershipEffects Leadership::Take(const StoreAnswer& answer, Nanoseconds now) {
  LeadershipEffects effects;
  if (open_.number == 0 || answer.number != open_.number) return effects;
  const Nanoseconds sent = std::exchange(open_, {}).sent;
  if (!std::holds_alternative<StoreFailed>(answer.what)) trouble_.clear();
  if (const auto* granted = std::get_if<LeaseGranted>(&answer.what)) {
    TakeLease(*granted, sent, now, effects);
  } else if (const auto* kept = std::get_if<LeaseKept>(&answer.what)) {
    TakeKept(*kept, sent, now, effects);
  } else if (const auto* seen = std::get_if<LeaderSeen>(&answer.what)) {
    leads() ? SeeAsLeader(*seen, now, effects) : SeeAsFollower(*seen, now, effects);
  } else if (const auto* failed = std::get_if<StoreFailed>(&answer.what)) {
    TakeFailure(*failed, now);
  }
  // What lay in a queue while this process was stopped may be about a lease that has ended since.
  LeadershipEffects more = Tick(now);
  effects.insert(effects.end(), more.begin(), more.end());
  return effects;
}

LeadershipEffects Leadership::StepDown(const std::string& why, Nanoseconds pause, Nanoseconds now) {
  LeadershipEffects effects;
  if (stage_ == Stage::kResigned) return effects;
  rests_until_ = now + pause;
  Fall(why, now, effects);
  return effects;
}

LeadershipEffects Leadership::Resign(Nanoseconds now) {
  LeadershipEffects effects;
  if (stage_ == Stage::kResigned) return effects;
  Fall("it was asked to end", now, effects);
  stage_ = Stage::kResigned;
  return effects;
}

Nanoseconds Leadership::NextTick() const {
  const Nanoseconds next = open_.number != 0 ? open_.sent + timing_.patience : due_;
  return leads() ? std::min(next, leads_until_) : next;
}

void Leadership::Put(decltype(AskStore::what) what, Nanoseconds now, LeadershipEffects& effects) {
  open_ = {++last_number_, now};
  effects.emplace_back(AskStore{last_number_, std::move(what)});
}

void Leadership::AskNext(Nanoseconds now, LeadershipEffects& effects) {
  if (leads() && !look_next_) {
    Put(KeepLease{lease_}, now, effects);
  } else {
    Put(ReadLeaderKey{}, now, effects);
  }
}

void Leadership::TakeLease(const LeaseGranted& granted, Nanoseconds sent, Nanoseconds now,
                           LeadershipEffects& out) {
  if (stage_ != Stage::kGranting) return;
  lease_ = granted.lease;
  leads_until_ = sent + granted.ttl_s * kSecond - timing_.margin;
  stage_ = Stage::kClaiming;
  Put(ClaimLeaderKey{lease_, address_}, now, out);
}

void Leadership::SeeAsLeader(const LeaderSeen& seen, Nanoseconds now, LeadershipEffects& out) {
  look_next_ = false;
  due_ = now + timing_.keep_every / 2;
  if (seen.created == guard_) return;
  Fall(seen.created == 0 ? "its leader key was deleted"
                         : "the leader key is that of " + seen.address + " now",
       now, out);
}

void Leadership::TakeKept(const LeaseKept& kept, Nanoseconds sent, Nanoseconds now,
                          LeadershipEffects& out) {
  if (!leads()) return;
  if (kept.ttl_s <= 0) return Fall("its lease has ended", now, out);
  leads_until_ = std::max(leads_until_, sent + kept.ttl_s * kSecond - timing_.margin);
  look_next_ = true;
  due_ = now + timing_.keep_every / 2;
}

void Leadership::TakeFailure(const StoreFailed& failed, Nanoseconds now) {
  trouble_ = failed.why;
  if (!leads()) stage_ = Stage::kLooking;
  due_ = now + timing_.look_every;
}

void Leadership::SeeAsFollower(const LeaderSeen& seen, Nanoseconds now, LeadershipEffects& out) {
  stage_ = Stage::kLooking;
  due_ = now + timing_.look_every;
  if (seen.created == 0) {
    Name({}, out);
    return Campaign(now, out);
  }
  if (seen.lease == lease_ && lease_ != 0) {
    if (now < leads_until_ && now >= rests_until_) return Lead(seen.created, now, out);
    return Release(out);  // claimed too long ago: nobody could rely on it
  }
  if (lease_ != 0) Release(out);  // another one was quicker
  Name(seen.address, out);
}

void Leadership::Campaign(Nanoseconds now, LeadershipEffects& out) {
  if (lease_ != 0) Release(out);
  if (now < rests_until_) return;
  stage_ = Stage::kGranting;
  Put(GrantLease{timing_.ttl_s}, now, out);
}

void Leadership::Lead(Revision created, Nanoseconds now, LeadershipEffects& out) {
  stage_ = Stage::kLeading;
  guard_ = created;
  look_next_ = false;
  due_ = now + timing_.keep_every / 2;
  Name(address_, out);
  out.emplace_back(BeginReign{created});
}

void Leadership::Fall(const std::string& why, Nanoseconds now, LeadershipEffects& out) {
  if (leads()) {
    out.emplace_back(EndReign{why});
    Name({}, out);
  }
  stage_ = Stage::kLooking;
  open_ = {};
  due_ = now;
  if (lease_ != 0) Release(out);
}

void Leadership::Release(LeadershipEffects& out) {
  // Not an open question: what becomes of it is seen in the key.
  out.emplace_back(AskStore{++last_number_, RevokeLease{std::exchange(lease_, 0)}});
  leads_until_ = 0;
  guard_ = 0;
}

void Leadership::Name(const std::string& address, LeadershipEffects& out) {
  if (address == named_) return;
  named_ = address;
  out.emplace_back(NameLeader{address});
}

}  // namespace continuo::coordinator
