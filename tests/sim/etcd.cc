// SPDX-License-Identifier: Apache-2.0
#include "sim/etcd.h"

#include <algorithm>

#include "dsp/base/overload.h"

namespace continuo::sim {
namespace {

using namespace coordinator;  // NOLINT(google-build-using-namespace): the words of the store

constexpr Nanoseconds kSecond = 1'000'000'000;
constexpr std::size_t kPageKeys = 300;

}  // namespace

decltype(StoreAnswer::what) Etcd::Answer(const AskStore& question) {
  EndLeases();
  using What = decltype(StoreAnswer::what);
  const Nanoseconds now = calendar_.now();
  return std::visit(Overload{
                        [&](const GrantLease& grant) -> What {
                          const LeaseId id = ++last_lease_;
                          const Nanoseconds ttl = grant.ttl_s * kSecond;
                          leases_[id] = {ttl, now + ttl};
                          return LeaseGranted{id, grant.ttl_s};
                        },
                        [&](const ClaimLeaderKey& claim) -> What {
                          if (leader_.created == 0 && leases_.contains(claim.lease)) {
                            leader_ = {++revision_, claim.lease, claim.address};
                          }
                          return leader_;
                        },
                        [&](const ReadLeaderKey&) -> What { return leader_; },
                        [&](const KeepLease& keep) -> What {
                          const auto found = leases_.find(keep.lease);
                          if (found == leases_.end()) return LeaseKept{0};
                          found->second.ends = now + found->second.ttl;
                          return LeaseKept{static_cast<int>(found->second.ttl / kSecond)};
                        },
                        [&](const RevokeLease& revoke) -> What {
                          Delete(revoke.lease);
                          return LeaseKept{0};
                        },
                    },
                    question.what);
}

SharedStore::Written Etcd::Write(Revision guard, std::span<const SharedStore::Entry> entries) {
  EndLeases();
  if (leader_.created != guard) {
    return {SharedStore::Fate::kDeposed, {}, "the leader key is another one now"};
  }
  const auto taken = keys_.find(entries.front().key);
  if (taken != keys_.end()) return {SharedStore::Fate::kTaken, taken->second, {}};
  ++revision_;
  for (const SharedStore::Entry& entry : entries) keys_[entry.key] = entry.value;
  return {SharedStore::Fate::kWritten, {}, {}};
}

SharedStore::Confirmed Etcd::Confirm(Revision guard) {
  EndLeases();
  return leader_.created == guard ? SharedStore::Confirmed::kYes : SharedStore::Confirmed::kNo;
}

SharedStore::Page Etcd::Read(const std::string& from, const std::string& to) const {
  SharedStore::Page page;
  for (auto at = keys_.lower_bound(from); at != keys_.end() && at->first < to; ++at) {
    page.more = page.entries.size() == kPageKeys;
    if (page.more) break;
    page.entries.push_back({at->first, at->second});
  }
  return page;
}

void Etcd::Elect(Nanoseconds until) {
  EndLeases();
  elects_until_ = std::max(elects_until_, until);
  for (auto& [id, lease] : leases_) lease.ends = std::max(lease.ends, elects_until_ + lease.ttl);
}

Revision Etcd::LoseLease() {
  EndLeases();
  const Revision guard = leader_.created;
  if (guard != 0) Delete(leader_.lease);
  return guard;
}

void Etcd::EndLeases() {
  const Nanoseconds now = calendar_.now();
  std::erase_if(leases_, [now](const auto& lease) { return lease.second.ends <= now; });
  if (leader_.created != 0 && !leases_.contains(leader_.lease)) Delete(leader_.lease);
}

void Etcd::Delete(LeaseId lease) {
  leases_.erase(lease);
  if (leader_.created == 0 || leader_.lease != lease) return;
  leader_ = {};
  ++revision_;
}

}  // namespace continuo::sim
