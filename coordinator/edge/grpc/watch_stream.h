// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <grpcpp/alarm.h>

#include <chrono>
#include <mutex>
#include <optional>

#include "coordinator/core/ports.h"
#include "proto/continuo/v1/control.grpc.pb.h"

namespace continuo::coordinator {

/// One operator watching: a status now and after every period, until the client goes or this coordinator leads no
/// longer. Holds no thread while it waits.
/// Deletes itself when gRPC is done with it.
class WatchStream final : public grpc::ServerWriteReactor<v1::ClusterStatus> {
 public:
  static constexpr std::uint32_t kPeriodMsMin = 100;
  static constexpr std::uint32_t kPeriodMsMax = 60'000;

  /// A period of 0 is a second; one that is out of range ends the call with INVALID_ARGUMENT.
  WatchStream(Lobby& lobby, grpc::CallbackServerContext& context, std::uint32_t period_ms);

  void OnWriteDone(bool ok) override;
  void OnCancel() override;
  void OnDone() override { delete this; }

 private:
  void Show();
  void Take(std::optional<View> view, const Lobby::Visit& visit);
  void Write();
  void Wait();

  Lobby& lobby_;
  grpc::CallbackServerContext& context_;
  const std::chrono::milliseconds period_;
  std::chrono::system_clock::time_point next_;
  View view_;  // that was taken and is not written yet
  v1::ClusterStatus status_;
  std::mutex mutex_;
  grpc::Alarm alarm_;
  bool cancelled_ = false;
};

}  // namespace continuo::coordinator
