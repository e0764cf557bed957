// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "agent/edge/state/state.h"

namespace grpc {
class Service;
}

namespace continuo::agent {

/// What a donor has to say.
struct StateGiven {
  enum class Answer {
    kGiven,
    kNotHere,   ///< no replica of that lineage computes on this node
    kNotNow,    ///< one does, but has nothing to give
    kNoAnswer,  ///< the audio thread said nothing in time
  };
  Answer answer = Answer::kNotHere;
  std::string why;  ///< a sentence, unless it is given
  State state;
};

/// continuo.v1.StateTransfer, for a server that somebody else starts, and stops before this goes.
class StateService {
 public:
  using Give = std::function<StateGiven(const StateWish&)>;
  /// `give` is called on threads of the server, several at a time, and may take two seconds.
  explicit StateService(Give give, std::int64_t bytes_per_second = kStateBytesPerSecond);
  ~StateService();
  StateService(const StateService&) = delete;
  StateService& operator=(const StateService&) = delete;

  grpc::Service* grpc() { return service_.get(); }

 private:
  const std::unique_ptr<grpc::Service> service_;
};

}  // namespace continuo::agent
