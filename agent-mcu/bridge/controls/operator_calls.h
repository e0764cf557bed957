// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "agent-mcu/bridge/controls/controls.h"

namespace continuo::mcu {

/// Asks the coordinator as any operator does (continuo.v1.OperatorControl), without waiting: answers are fetched. Of
/// several coordinators one leads; whoever does not answer, or says that another one does, is left for that one or the
/// next. One thread.
class OperatorCalls {
 public:
  /// `addresses`: host:port, at least one.
  explicit OperatorCalls(std::vector<std::string> addresses);
  /// Calls off what is under way.
  ~OperatorCalls();

  void Begin(const Controls::Ask& ask);
  /// How the show stands. One such question is under way at a time; a further one is none.
  void Look();

  using Answered = std::pair<Controls::Ask, OperatorAnswer>;
  std::vector<Answered> TakeAnswers();
  /// Whatever came of Look since.
  std::vector<ShowView> TakeViews();

 private:
  class Calls;
  std::unique_ptr<Calls> calls_;
};

}  // namespace continuo::mcu
