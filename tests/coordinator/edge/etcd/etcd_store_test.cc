// SPDX-License-Identifier: Apache-2.0
#include "coordinator/edge/etcd/etcd_store.h"

#include <gmock/gmock.h>

#include <condition_variable>
#include <map>
#include <memory>
#include <mutex>
#include <vector>

#include "coordinator/edge/etcd/etcd.grpc.pb.h"
#include "proto/transport/server.h"

namespace continuo::coordinator {
namespace {

namespace pb = etcdserverpb;

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::Optional;

/// What is asked of etcd to be forgotten, a lease that can be kept as long as `ttl` says, and keys.
class FakeEtcd {
 public:
  FakeEtcd() : kv_(*this), lease_(*this) {
    server_ = transport::Server::Start("127.0.0.1:0", {&kv_, &lease_}, error_);
  }

  EtcdStore Store() { return EtcdStore({{server_->address()}, "stage"}); }
  void SetRevision(Revision revision, int ttl = 2) {
    const std::lock_guard lock(mutex_);
    revision_ = revision;
    ttl_ = ttl;
  }
  /// As when nobody has kept it.
  void End(LeaseId lease) {
    const std::lock_guard lock(mutex_);
    std::erase_if(leases_, [lease](const auto& key) { return key.second == lease; });
  }
  /// Blocks until so many have come.
  std::vector<Revision> Forgotten(std::size_t count) {
    std::unique_lock lock(mutex_);
    came_.wait(lock, [&] { return forgotten_.size() >= count; });
    return forgotten_;
  }
  std::vector<Revision> ForgottenSoFar() {
    const std::lock_guard lock(mutex_);
    return forgotten_;
  }

 private:
  class Kv final : public pb::KV::Service {
   public:
    explicit Kv(FakeEtcd& etcd) : etcd_(etcd) {}
    grpc::Status Txn(grpc::ServerContext*, const pb::TxnRequest* request,
                     pb::TxnResponse* response) override {
      const std::lock_guard lock(etcd_.mutex_);
      for (const pb::RequestOp& one : request->success()) {
        etcd_.leases_[one.request_put().key()] = one.request_put().lease();
      }
      response->set_succeeded(true);
      return grpc::Status::OK;
    }
    grpc::Status Range(grpc::ServerContext*, const pb::RangeRequest* request,
                       pb::RangeResponse* response) override {
      const std::lock_guard lock(etcd_.mutex_);
      for (const auto& [key, lease] : etcd_.leases_) {
        if (key < request->key() || key >= request->range_end()) continue;
        pb::KeyValue& to = *response->add_kvs();
        to.set_key(key);
        to.set_lease(lease);
      }
      return grpc::Status::OK;
    }
    grpc::Status Compact(grpc::ServerContext*, const pb::CompactionRequest* request,
                         pb::CompactionResponse*) override {
      const std::lock_guard lock(etcd_.mutex_);
      etcd_.forgotten_.push_back(request->revision());
      etcd_.came_.notify_all();
      return grpc::Status::OK;
    }

   private:
    FakeEtcd& etcd_;
  };
  class Lease final : public pb::Lease::Service {
   public:
    explicit Lease(FakeEtcd& etcd) : etcd_(etcd) {}
    grpc::Status LeaseGrant(grpc::ServerContext*, const pb::LeaseGrantRequest* request,
                            pb::LeaseGrantResponse* response) override {
      const std::lock_guard lock(etcd_.mutex_);
      response->set_id(++etcd_.last_lease_);
      response->set_ttl(request->ttl());
      return grpc::Status::OK;
    }
    grpc::Status LeaseRevoke(grpc::ServerContext*, const pb::LeaseRevokeRequest* request,
                             pb::LeaseRevokeResponse*) override {
      etcd_.End(request->id());
      return grpc::Status::OK;
    }
    grpc::Status LeaseKeepAlive(
        grpc::ServerContext*,
        grpc::ServerReaderWriter<pb::LeaseKeepAliveResponse, pb::LeaseKeepAliveRequest>* stream)
        override {
      pb::LeaseKeepAliveRequest request;
      while (stream->Read(&request)) {
        pb::LeaseKeepAliveResponse response;
        {
          const std::lock_guard lock(etcd_.mutex_);
          response.mutable_header()->set_revision(etcd_.revision_);
          response.set_ttl(etcd_.ttl_);
        }
        stream->Write(response);
      }
      return grpc::Status::OK;
    }

   private:
    FakeEtcd& etcd_;
  };

  std::mutex mutex_;
  std::condition_variable came_;
  Revision revision_ = 0;
  int ttl_ = 2;
  std::vector<Revision> forgotten_;
  std::map<std::string, LeaseId> leases_;  // of keys
  LeaseId last_lease_ = 0;
  std::string error_;
  Kv kv_;
  Lease lease_;
  std::unique_ptr<transport::Server> server_;
};

TEST(EtcdStoreForgets, WhenALeaderBeginsAndThenEveryThousandRevisions) {
  FakeEtcd etcd;
  EtcdStore store = etcd.Store();
  for (const Revision now : {5000, 5300, 5999, 6000, 6001, 7500}) {
    etcd.SetRevision(now);
    ASSERT_TRUE(std::holds_alternative<LeaseKept>(store.Do({1, KeepLease{7}}).what));
    if (now == 5000)
      etcd.Forgotten(1);  // it is not waited for, so that two might overtake each other
    if (now == 6000) etcd.Forgotten(2);
  }
  EXPECT_THAT(etcd.Forgotten(3), ElementsAre(5000, 6000, 7500));
}

TEST(EtcdStoreForgets, NothingWhileThereIsLittle) {
  FakeEtcd etcd;
  EtcdStore store = etcd.Store();
  etcd.SetRevision(EtcdStore::kForgetEvery - 1);
  store.Do({1, KeepLease{7}});
  store.Do({2, KeepLease{7}});
  EXPECT_THAT(etcd.ForgottenSoFar(), IsEmpty());
}

TEST(EtcdStoreForgets, OnlyWhoHasALease) {
  FakeEtcd etcd;
  EtcdStore store = etcd.Store();
  etcd.SetRevision(5000, 0);
  EXPECT_EQ(std::get<LeaseKept>(store.Do({1, KeepLease{7}}).what).ttl_s, 0);
  etcd.SetRevision(5001, 2);
  store.Do({2, KeepLease{7}});
  EXPECT_THAT(etcd.Forgotten(1), ElementsAre(5001));
}

TEST(EtcdStoreAttendance, WhoIsThereIsOnTheListAndWhoGoesIsNot) {
  FakeEtcd etcd;
  EtcdStore one = etcd.Store(), two = etcd.Store();
  EXPECT_THAT(one.Attend("10.0.0.2:7400"), Optional(ElementsAre("10.0.0.2:7400")));
  EXPECT_THAT(two.Attend("10.0.0.3:7400"), Optional(ElementsAre("10.0.0.2:7400", "10.0.0.3:7400")));
  one.Leave();
  EXPECT_THAT(two.Attend("10.0.0.3:7400"), Optional(ElementsAre("10.0.0.3:7400")));
}

TEST(EtcdStoreAttendance, WhoseLeaseHasEndedSignsAgain) {
  FakeEtcd etcd;
  EtcdStore store = etcd.Store();
  store.Attend("10.0.0.2:7400");
  etcd.End(1);
  etcd.SetRevision(1, 0);
  EXPECT_THAT(store.Attend("10.0.0.2:7400"), Optional(ElementsAre("10.0.0.2:7400")));
}

}  // namespace
}  // namespace continuo::coordinator
