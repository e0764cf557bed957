// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "agent/edge/state/state.h"

namespace continuo::agent {

/// What a fetch has brought.
struct StateReceived {
  std::string
      error;  ///< empty: the state is whole and has the hash that its donor announced. Else a sentence
  bool busy = false;  ///< the donor gives to too many already; nothing is wrong with it
  State state;
};

/// One state on its way from one donor.
class StateFetch {
 public:
  /// `address`: host:port of the donor.
  StateFetch(std::string address, const StateWish& wish);
  ~StateFetch();
  StateFetch(const StateFetch&) = delete;
  StateFetch& operator=(const StateFetch&) = delete;

  /// Once. Blocks until the state is here, refused, lost or cancelled; by itself it gives up after three minutes.
  /// `progress` hears, on this thread, how many bytes of how many have come; first of none, when the donor has
  /// announced its state.
  StateReceived Run(const std::function<void(std::uint64_t bytes, std::uint64_t total)>& progress);
  /// Ends Run soon. Any thread, any number of times, also before Run.
  void Cancel();

 private:
  class Call;
  const std::unique_ptr<Call> call_;
};

}  // namespace continuo::agent
