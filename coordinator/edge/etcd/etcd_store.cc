// SPDX-License-Identifier: Apache-2.0
#include "coordinator/edge/etcd/etcd_store.h"

#include <grpcpp/channel.h>
#include <grpcpp/client_context.h>

#include <chrono>
#include <utility>

#include "coordinator/edge/etcd/etcd.grpc.pb.h"
#include "coordinator/edge/etcd/forgetting.h"
#include "proto/transport/channel.h"
#include "proto/transport/machine_clock.h"

namespace continuo::coordinator {
namespace {

namespace pb = etcdserverpb;

/// A candidate puts its question again after a little more (LeadershipTiming::patience).
constexpr std::chrono::milliseconds kCandidatePatience{350};
constexpr std::chrono::milliseconds kJournalPatience{1000};
/// Before another endpoint is tried, or the only one again: one that refuses at once is asked for ever.
constexpr Nanoseconds kPause = 20'000'000;
constexpr std::int64_t kPageKeys = 1000;
const std::string kCoordinators = "coordinators/";
const std::string kBehindCoordinators = "coordinators0";  // '0' follows '/'

void CompareCreated(pb::TxnRequest& txn, const std::string& key, Revision created) {
  pb::Compare& compare = *txn.add_compare();
  compare.set_result(pb::Compare::EQUAL);
  compare.set_target(pb::Compare::CREATE);
  compare.set_key(key);
  compare.set_create_revision(created);
}

LeaderSeen ReadLeader(const pb::RangeResponse& range) {
  if (range.kvs().empty()) return {};
  const pb::KeyValue& key = range.kvs(0);
  return {key.create_revision(), key.lease(), key.value()};
}

/// What etcd says when it has certainly done nothing, and asking again is no use.
bool IsRefusal(const grpc::Status& status) {
  return status.error_code() == grpc::StatusCode::RESOURCE_EXHAUSTED ||
         status.error_code() == grpc::StatusCode::INVALID_ARGUMENT;
}

std::string Refusal(const grpc::Status& status) {
  if (status.error_code() == grpc::StatusCode::RESOURCE_EXHAUSTED) {
    return "etcd takes no more (" + status.error_message() +
           "); make room there: etcdctl compact and defrag, then etcdctl alarm disarm";
  }
  return "etcd refuses it (" + status.error_message() + ")";
}

}  // namespace

class EtcdStore::Wire {
 public:
  explicit Wire(Options options)
      : endpoints_(std::move(options.endpoints)), prefix_("/continuo/" + options.cluster + "/") {}

  std::string Key(const std::string& name) const { return prefix_ + name; }
  std::string LeaderKey() const { return Key("leader"); }
  std::string Name(const std::string& key) const { return key.substr(prefix_.size()); }

  template <typename Use>
  grpc::Status Call(std::chrono::milliseconds patience, Use use) {
    if (channel_ == nullptr) Connect();
    grpc::ClientContext context;
    context.set_deadline(std::chrono::system_clock::now() + patience);
    const grpc::Status status = use(context);
    if (status.ok() || IsRefusal(status)) {
      failures_ = 0;
    } else {
      where_ = endpoints_[turn_];
      turn_ = (turn_ + 1) % endpoints_.size();
      // One that is slow once keeps its connection; else that may be one which leads nowhere.
      if (endpoints_.size() > 1 || ++failures_ > 2) channel_ = nullptr;
      clock_.SleepUntil(clock_.Now() + kPause);
    }
    return status;
  }

  grpc::Status Txn(std::chrono::milliseconds patience, const pb::TxnRequest& request,
                   pb::TxnResponse& response) {
    return Call(patience, [&](grpc::ClientContext& context) {
      return kv_->Txn(&context, request, &response);
    });
  }
  grpc::Status Range(std::chrono::milliseconds patience, const pb::RangeRequest& request,
                     pb::RangeResponse& response) {
    return Call(patience, [&](grpc::ClientContext& context) {
      return kv_->Range(&context, request, &response);
    });
  }
  grpc::Status LeaderRange(std::chrono::milliseconds patience, pb::RangeResponse& response) {
    pb::RangeRequest request;
    request.set_key(LeaderKey());
    return Range(patience, request, response);
  }

  StoreAnswer Answer(std::uint64_t number, const grpc::Status& status,
                     decltype(StoreAnswer::what) what) const {
    if (status.ok()) return {number, std::move(what)};
    return {number, StoreFailed{"etcd at " + where_ + ": " + status.error_message()}};
  }

  grpc::Status Grant(int ttl_s, pb::LeaseGrantResponse& response) {
    pb::LeaseGrantRequest request;
    request.set_ttl(ttl_s);
    return Call(kCandidatePatience, [&](grpc::ClientContext& context) {
      return lease_->LeaseGrant(&context, request, &response);
    });
  }

  StoreAnswer On(std::uint64_t number, const GrantLease& grant) {
    pb::LeaseGrantResponse response;
    const grpc::Status status = Grant(grant.ttl_s, response);
    return Answer(number, status, LeaseGranted{response.id(), static_cast<int>(response.ttl())});
  }

  StoreAnswer On(std::uint64_t number, const ClaimLeaderKey& claim) {
    pb::TxnRequest request;
    CompareCreated(request, LeaderKey(), 0);
    pb::PutRequest& put = *request.add_success()->mutable_request_put();
    put.set_key(LeaderKey());
    put.set_value(claim.address);
    put.set_lease(claim.lease);
    request.add_success()->mutable_request_range()->set_key(LeaderKey());
    request.add_failure()->mutable_request_range()->set_key(LeaderKey());
    pb::TxnResponse response;
    const grpc::Status status = Txn(kCandidatePatience, request, response);
    LeaderSeen seen;
    if (response.responses_size() > 0) {
      seen = ReadLeader(response.responses(response.responses_size() - 1).response_range());
    }
    return Answer(number, status, seen);
  }

  StoreAnswer On(std::uint64_t number, const ReadLeaderKey&) {
    pb::RangeResponse response;
    const grpc::Status status = LeaderRange(kCandidatePatience, response);
    return Answer(number, status, ReadLeader(response));
  }

  grpc::Status Keep(LeaseId lease, pb::LeaseKeepAliveResponse& response) {
    pb::LeaseKeepAliveRequest request;
    request.set_id(lease);
    return Call(kCandidatePatience, [&](grpc::ClientContext& context) {
      const auto stream = lease_->LeaseKeepAlive(&context);
      if (stream->Write(request) && stream->Read(&response)) {
        context.TryCancel();
        stream->Finish();
        return grpc::Status::OK;
      }
      const grpc::Status end = stream->Finish();
      return end.ok() ? grpc::Status(grpc::StatusCode::UNAVAILABLE, "the stream ended") : end;
    });
  }

  StoreAnswer On(std::uint64_t number, const KeepLease& keep) {
    pb::LeaseKeepAliveResponse response;
    const grpc::Status status = Keep(keep.lease, response);
    if (status.ok() && response.ttl() > 0) ForgetBefore(response.header().revision());
    return Answer(number, status, LeaseKept{static_cast<int>(response.ttl())});
  }

  grpc::Status Revoke(LeaseId lease) {
    pb::LeaseRevokeRequest request;
    request.set_id(lease);
    pb::LeaseRevokeResponse response;
    return Call(kCandidatePatience, [&](grpc::ClientContext& context) {
      return lease_->LeaseRevoke(&context, request, &response);
    });
  }

  StoreAnswer On(std::uint64_t number, const RevokeLease& revoke) {
    return Answer(number, Revoke(revoke.lease), LeaderSeen{});
  }

  /// False: it is not known whether the key is there.
  bool Attend(const std::string& name) {
    pb::LeaseKeepAliveResponse kept;
    if (attendance_ != 0 && !Keep(attendance_, kept).ok()) return false;
    if (kept.ttl() > 0) return true;
    pb::LeaseGrantResponse granted;
    attendance_ = 0;  // it has ended, or never began
    if (!Grant(EtcdStore::kAttendanceS, granted).ok()) return false;
    pb::TxnRequest request;
    pb::PutRequest& put = *request.add_success()->mutable_request_put();
    put.set_key(Key(name));
    put.set_lease(granted.id());
    pb::TxnResponse response;
    if (!Txn(kCandidatePatience, request, response).ok()) return false;
    attendance_ = granted.id();
    return true;
  }
  void Leave() {
    if (const LeaseId lease = std::exchange(attendance_, 0); lease != 0) Revoke(lease);
  }

 private:
  void Connect() {
    channel_ = transport::MakeEagerChannel(endpoints_[turn_]);
    kv_ = pb::KV::NewStub(channel_);
    lease_ = pb::Lease::NewStub(channel_);
  }

  /// Who leads tells etcd to forget what keys were before: nobody reads that, and it takes room.
  void ForgetBefore(Revision now) {
    if (now - forgotten_ < EtcdStore::kForgetEvery) return;
    forgotten_ = now;
    forgetting_.Ask(*kv_, now);
  }

  const std::vector<std::string> endpoints_;
  const std::string prefix_;
  transport::MachineClock clock_;
  std::size_t turn_ = 0;
  int failures_ = 0;        // in a row, where there is one endpoint
  Revision forgotten_ = 0;  // what was before it is, as far as was asked here
  LeaseId attendance_ = 0;  // 0: none
  std::string where_;       // who failed last
  std::shared_ptr<grpc::Channel> channel_;
  std::unique_ptr<pb::KV::Stub> kv_;
  std::unique_ptr<pb::Lease::Stub> lease_;
  Forgetting forgetting_;
};

EtcdStore::EtcdStore(Options options) : wire_(std::make_unique<Wire>(std::move(options))) {}
EtcdStore::~EtcdStore() = default;

StoreAnswer EtcdStore::Do(const AskStore& ask) {
  return std::visit([&](const auto& what) { return wire_->On(ask.number, what); }, ask.what);
}

std::optional<std::vector<std::string>> EtcdStore::Attend(const std::string& address) {
  if (!wire_->Attend(kCoordinators + address)) return std::nullopt;
  const Page page = Read(kCoordinators, kBehindCoordinators);
  if (!page.error.empty()) return std::nullopt;
  std::vector<std::string> all;
  for (const Entry& entry : page.entries) all.push_back(entry.key.substr(kCoordinators.size()));
  return all;
}

void EtcdStore::Leave() {
  wire_->Leave();
}

SharedStore::Written EtcdStore::Write(Revision guard, std::span<const Entry> entries) {
  pb::TxnRequest request;
  const std::string first = wire_->Key(entries.front().key);
  CompareCreated(request, wire_->LeaderKey(), guard);
  CompareCreated(request, first, 0);
  for (const Entry& entry : entries) {
    pb::PutRequest& put = *request.add_success()->mutable_request_put();
    put.set_key(wire_->Key(entry.key));
    put.set_value(entry.value);
  }
  request.add_failure()->mutable_request_range()->set_key(wire_->LeaderKey());
  request.add_failure()->mutable_request_range()->set_key(first);
  pb::TxnResponse response;
  const grpc::Status status = wire_->Txn(kJournalPatience, request, response);
  if (IsRefusal(status)) return {Fate::kRefused, "", Refusal(status)};
  if (!status.ok()) return {Fate::kUnknown, "", status.error_message()};
  if (response.succeeded()) return {Fate::kWritten};
  if (response.responses_size() != 2) return {Fate::kUnknown, "", "etcd answers something else"};
  const LeaderSeen leader = ReadLeader(response.responses(0).response_range());
  if (leader.created != guard) {
    return {Fate::kDeposed, "",
            leader.created == 0 ? "its leader key is gone" : leader.address + " leads now"};
  }
  const pb::RangeResponse& taken = response.responses(1).response_range();
  return {Fate::kTaken, taken.kvs().empty() ? "" : taken.kvs(0).value()};
}

SharedStore::Confirmed EtcdStore::Confirm(Revision guard) {
  pb::RangeResponse response;
  if (!wire_->LeaderRange(kJournalPatience, response).ok()) return Confirmed::kUnknown;
  return ReadLeader(response).created == guard ? Confirmed::kYes : Confirmed::kNo;
}

SharedStore::Page EtcdStore::Read(const std::string& from, const std::string& to) {
  pb::RangeRequest request;
  request.set_key(wire_->Key(from));
  request.set_range_end(wire_->Key(to));
  request.set_limit(kPageKeys);
  pb::RangeResponse response;
  const grpc::Status status = wire_->Range(kJournalPatience, request, response);
  if (!status.ok()) return {status.error_message(), {}, false};
  Page page;
  page.more = response.more();
  for (pb::KeyValue& key : *response.mutable_kvs()) {
    page.entries.push_back({wire_->Name(key.key()), std::move(*key.mutable_value())});
  }
  return page;
}

}  // namespace continuo::coordinator
