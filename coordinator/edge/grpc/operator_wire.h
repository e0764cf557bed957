// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <grpcpp/client_context.h>

#include <algorithm>
#include <chrono>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "coordinator/edge/grpc/address_turn.h"
#include "proto/continuo/v1/control.grpc.pb.h"

namespace continuo::coordinator {

/// Calls to whoever leads among several coordinators. One thread for each call; several at once may go on.
///
/// With one address a call that does not get through has failed. With several, or when a coordinator has named another
/// one, it is made again, at the next or at the one that was named, for up to kFollow. That is harmless whatever became
/// of it before: commands carry a key by which they are known again.
class OperatorWire {
 public:
  static constexpr std::chrono::seconds kFollow{10};
  /// Longest attempt of a call that is made in parts.
  static constexpr std::chrono::seconds kPart{1};

  /// `addresses`: host:port, at least one.
  explicit OperatorWire(std::vector<std::string> addresses);

  enum class Wait : std::uint8_t {
    kInParts,  ///< a long call among several coordinators is made again now and then: one that hangs is left
    kWhole,  ///< a stream, which would begin anew
  };

  /// `use(stub, context)` makes the call. `patience`: 0: for ever.
  template <typename Use>
  absl::Status Call(std::chrono::seconds patience, const Use& use, Wait wait = Wait::kInParts) {
    using Clock = std::chrono::steady_clock;
    const auto over = patience.count() > 0 ? Clock::now() + patience : Clock::time_point::max();
    auto end = Clock::now() + kFollow;
    while (true) {
      const auto begun = Clock::now();
      const Line line = Reach();
      grpc::ClientContext context;
      const bool in_parts = wait == Wait::kInParts && line.one_of_several;
      const auto most = std::min(over, in_parts ? Clock::now() + kPart : Clock::time_point::max());
      if (most != Clock::time_point::max()) {
        context.set_deadline(std::chrono::system_clock::now() + (most - Clock::now()));
      }
      const grpc::Status status =
          line.up ? use(*line.stub, context)
                  : grpc::Status(grpc::StatusCode::UNAVAILABLE, "failed to connect");
      if (status.ok()) return absl::OkStatus();
      const auto now = Clock::now();
      const bool part_over =
          status.error_code() == grpc::StatusCode::DEADLINE_EXCEEDED && now < over;
      if (part_over || now - begun > kFollow) end = now + kFollow;  // it went well for long
      if (!GoOn(line, status, context) || now > std::min(end, over)) return Explain(line, status);
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
    bool one_of_several = false;
  };

  Line Reach();
  bool GoOn(const Line& line, const grpc::Status& status, const grpc::ClientContext& context);
  absl::Status Explain(const Line& line, const grpc::Status& status) const;

  mutable std::mutex mutex_;
  AddressTurn turn_;
  std::map<std::string, Line> lines_;
};

}  // namespace continuo::coordinator
