// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <grpcpp/client_context.h>

#include <chrono>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "proto/continuo/v1/control.grpc.pb.h"

namespace continuo::coordinator {

/// Calls to whoever leads among several coordinators. One thread for each call; several at once may go on.
///
/// With one address a call that fails has failed. With several, or when a coordinator has named another one, it is made
/// again, at the next or at the one that was named, for up to kFollow: whatever has certainly done nothing, and all
/// else if it may be done twice.
class OperatorWire {
 public:
  static constexpr std::chrono::seconds kFollow{10};

  /// `addresses`: host:port, at least one.
  explicit OperatorWire(std::vector<std::string> addresses);

  enum class Again : std::uint8_t {
    kHarmless,  ///< it changes nothing, or the coordinator knows it again
    kHarmful,   ///< it would be done twice
  };

  /// `use(stub, context)` makes the call. `patience`: for each attempt; 0: for ever.
  template <typename Use>
  absl::Status Call(std::chrono::seconds patience, Again again, const Use& use) {
    auto end = std::chrono::steady_clock::now() + kFollow;
    while (true) {
      const auto begun = std::chrono::steady_clock::now();
      const Line line = Reach();
      grpc::ClientContext context;
      if (patience.count() > 0) context.set_deadline(std::chrono::system_clock::now() + patience);
      const grpc::Status status =
          line.up ? use(*line.stub, context)
                  : grpc::Status(grpc::StatusCode::UNAVAILABLE, "failed to connect");
      if (status.ok()) return absl::OkStatus();
      const auto now = std::chrono::steady_clock::now();
      if (now - begun > kFollow) end = now + kFollow;  // it went well for long
      if (!GoOn(line, status, context, again) || now > end) return Explain(line, status);
    }
  }

  /// Whoever is asked at present.
  std::string address() const;

 private:
  using Stub = v1::OperatorControl::Stub;
  struct Line {
    std::string address;
    std::shared_ptr<grpc::Channel> channel;
    std::shared_ptr<Stub> stub;
    bool up = true;  ///< false: nobody answers there
  };

  Line Reach();
  bool GoOn(const Line& line, const grpc::Status& status, const grpc::ClientContext& context,
            Again again);
  absl::Status Explain(const Line& line, const grpc::Status& status) const;

  mutable std::mutex mutex_;
  std::vector<std::string> addresses_;
  std::size_t turn_ = 0;
  std::map<std::string, Line> lines_;
};

}  // namespace continuo::coordinator
