// SPDX-License-Identifier: Apache-2.0
#include "coordinator/edge/grpc/operator_wire.h"

#include <grpcpp/channel.h>

#include <optional>

#include "coordinator/edge/grpc/does_not_lead.h"
#include "proto/transport/channel.h"
#include "proto/transport/machine_clock.h"

namespace continuo::coordinator {
namespace {

constexpr Nanoseconds kPause = 100'000'000;
/// One that is stopped takes connections and says nothing.
constexpr std::chrono::milliseconds kConnectPatience{1000};

/// Where it says that it does not lead; empty: it knows of no other.
std::optional<std::string> NamedLeader(const grpc::ClientContext& context) {
  const auto& metadata = context.GetServerTrailingMetadata();
  const auto found = metadata.find(kLeaderMetadata);
  if (found == metadata.end()) return std::nullopt;
  return std::string(found->second.data(), found->second.size());
}

bool NeverLeft(const grpc::Status& status) {
  return status.error_message().find("failed to connect") != std::string::npos;
}

}  // namespace

OperatorWire::OperatorWire(std::vector<std::string> addresses) : turn_(std::move(addresses)) {}

std::string OperatorWire::address() const {
  const std::lock_guard lock(mutex_);
  return turn_.now();
}

OperatorWire::Line OperatorWire::Reach() {
  Line line;
  {
    const std::lock_guard lock(mutex_);
    Line& known = lines_[turn_.now()];
    if (known.channel == nullptr) {
      known.address = turn_.now();
      known.channel = transport::MakeChannel(known.address);
      known.stub = v1::OperatorControl::NewStub(known.channel);
    }
    line = known;
    line.one_of_several = turn_.several();
  }
  if (line.one_of_several) line.up = transport::Connect(*line.channel, kConnectPatience);
  return line;
}

bool OperatorWire::GoOn(const Line& line, const grpc::Status& status,
                        const grpc::ClientContext& context) {
  if (status.error_code() != grpc::StatusCode::UNAVAILABLE &&
      status.error_code() != grpc::StatusCode::DEADLINE_EXCEEDED) {
    return false;
  }
  if (line.up && context.GetServerTrailingMetadata().contains(kFinalMetadata)) return false;
  const std::optional<std::string> leader = line.up ? NamedLeader(context) : std::nullopt;
  {
    const bool silent = status.error_code() == grpc::StatusCode::DEADLINE_EXCEEDED;
    const std::lock_guard lock(mutex_);
    const bool asked_now = turn_.now() == line.address;
    if (!turn_.Next(line.address, leader, silent)) return false;
    if (asked_now && !line.up) lines_.erase(line.address);  // or it would wait longer and longer
  }
  transport::MachineClock clock;
  clock.SleepUntil(clock.Now() + kPause);
  return true;
}

absl::Status OperatorWire::Explain(const Line& line, const grpc::Status& status) const {
  const std::string& address = line.address;
  if (line.channel->GetState(false) != GRPC_CHANNEL_READY) {
    if (status.error_message().find("resolution failed") != std::string::npos) {
      return absl::UnavailableError("no machine is known by the name in " + address +
                                    "; name the coordinator with --coordinator HOST:PORT");
    }
    if (!NeverLeft(status)) {
      return absl::UnavailableError("the coordinator at " + address +
                                    " went away before it answered; whether this was done is "
                                    "not known: see `continuo status` when it is back");
    }
    const std::lock_guard lock(mutex_);
    if (turn_.several()) {
      return absl::UnavailableError(
          "none of the coordinators answers, or leads; see what they say of themselves "
          "(journalctl -u continuo-coordinator), and whether their etcd is well");
    }
    return absl::UnavailableError("no coordinator answers at " + address +
                                  "; start one (continuo-coordinator --listen " + address +
                                  " --state DIR), or name another with --coordinator HOST:PORT");
  }
  if (status.error_code() == grpc::StatusCode::DEADLINE_EXCEEDED) {
    return absl::DeadlineExceededError("the coordinator at " + address +
                                       " does not answer in time");
  }
  if (status.error_code() == grpc::StatusCode::UNIMPLEMENTED) {
    return absl::UnimplementedError("what listens at " + address +
                                    " is no coordinator of this release");
  }
  return {static_cast<absl::StatusCode>(status.error_code()), status.error_message()};
}

}  // namespace continuo::coordinator
