// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "coordinator/core/leadership.h"
#include "coordinator/core/shared_store.h"

namespace continuo::coordinator {

/// An etcd cluster (API v3 over gRPC, without TLS). Keys lie below `/continuo/<cluster>/`; the leader key is `leader`.
/// One endpoint is asked at a time; when it does not answer, the next. Every call blocks, for at most a second. Used by
/// one thread: who asks on two has two of these.
class EtcdStore final : public SharedStore {
 public:
  struct Options {
    std::vector<std::string> endpoints;  ///< host:port, at least one
    std::string cluster;
  };
  explicit EtcdStore(Options options);
  ~EtcdStore() override;

  /// A question of leadership.h, asked once. StoreFailed after 0.4 s at the latest.
  StoreAnswer Do(const AskStore& ask);

  Written Write(Revision guard, std::span<const Entry> entries) override;
  Confirmed Confirm(Revision guard) override;
  Page Read(const std::string& from, const std::string& to) override;

 private:
  class Wire;
  std::unique_ptr<Wire> wire_;
};

}  // namespace continuo::coordinator
