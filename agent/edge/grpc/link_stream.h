// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <condition_variable>
#include <mutex>
#include <string>
#include <thread>

#include "agent/edge/grpc/coordinator_link.h"
#include "agent/edge/grpc/link_desk.h"
#include "proto/continuo/v1/agent_link.grpc.pb.h"

namespace continuo::agent {

/// The stream to one coordinator, again and again. Its thread connects, says Hello and reads; while it is written to, a
/// second thread writes what the outbox holds.
class LinkStream {
 public:
  /// `options` and `desk` must outlive it.
  LinkStream(std::string address, const CoordinatorLink::Options& options, LinkDesk& desk)
      : address_(std::move(address)), options_(options), desk_(desk) {}
  /// Stops.
  ~LinkStream();

  void Start();
  void AskToStop();
  void Stop();

 private:
  using Call = grpc::ClientReaderWriter<v1::FromAgent, v1::ToAgent>;
  struct Ended {
    std::string why;
    bool welcomed = false;
    bool at_once = false;  ///< the coordinator asks to attach anew
  };

  void Run();
  Ended Attach();
  bool Adopt(grpc::ClientContext* context);
  void Cancel();
  bool stopping();
  std::string Converse(Call& call, bool& welcomed);
  void WriteAll(Call& call, LinkDesk::Turn turn);
  void Tell(bool connected, const std::string& why);

  const std::string address_;
  const CoordinatorLink::Options& options_;
  LinkDesk& desk_;
  std::thread thread_;
  std::string told_;  // link thread only: an unchanged reason is not repeated
  std::mutex mutex_;
  std::condition_variable wake_;
  grpc::ClientContext* context_ = nullptr;
  bool stop_ = false;
};

}  // namespace continuo::agent
