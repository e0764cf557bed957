// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "coordinator/core/leadership.h"
#include "coordinator/core/shared_store.h"

namespace continuo::coordinator {

/// An etcd cluster (API v3 over gRPC, without TLS). Keys lie below `/continuo/<cluster>/`; the leader key is `leader`.
/// One endpoint is asked at a time; when it does not answer, the next. Every call blocks, for at most a second. Used by
/// one thread: who asks on two has two of these.
///
/// etcd keeps what every key has ever been until it is told to forget that (it compacts its history). Who leads tells
/// it so when he begins, and then every kForgetEvery revisions. Nothing here reads an old revision. The history is that
/// of the whole etcd: where others use it too, they lose theirs as well.
class EtcdStore final : public SharedStore {
 public:
  struct Options {
    std::vector<std::string> endpoints;  ///< host:port, at least one
    std::string cluster;
  };
  explicit EtcdStore(Options options);
  ~EtcdStore() override;

  /// Writes of whoever uses this etcd, between two requests to forget.
  static constexpr Revision kForgetEvery = 1000;

  /// A question of leadership.h, asked once. StoreFailed after 0.4 s at the latest.
  StoreAnswer Do(const AskStore& ask);

  /// This coordinator is there, for kAttendanceS from now: a key `coordinators/<address>` with a lease of its own.
  /// Returns the addresses of all that are, in order; none if etcd does not answer: then ask again.
  std::optional<std::vector<std::string>> Attend(const std::string& address);
  static constexpr int kAttendanceS = 5;
  /// It is there no longer.
  void Leave();

  Written Write(Revision guard, std::span<const Entry> entries) override;
  Confirmed Confirm(Revision guard) override;
  Page Read(const std::string& from, const std::string& to) override;

 private:
  class Wire;
  std::unique_ptr<Wire> wire_;
};

}  // namespace continuo::coordinator
