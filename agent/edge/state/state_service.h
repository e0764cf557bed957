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

/// continuo.v1.ReplicaState. `give` is called on threads of the server, several at a time, and may take two seconds.
std::unique_ptr<grpc::Service> MakeStateService(
    std::function<StateGiven(const StateWish&)> give,
    std::int64_t bytes_per_second = kStateBytesPerSecond);

}  // namespace continuo::agent
