// SPDX-License-Identifier: Apache-2.0
#include "coordinator/beside/show_side.h"

#include "proto/transport/stage_clock.h"

namespace continuo::coordinator::beside {

std::string ShowSide::Look() {
  looked_ = transport::StageClock::Local();
  const auto view = client_.Look();
  if (!view.ok()) {
    return "the coordinator does not answer: " + std::string(view.status().message());
  }
  media_.Note(looked_, transport::StageClock::Local(), view->now);
  plays_ = view->show.phase == ShowPhase::kPlaying;
  if (!plays_) return "nothing plays";
  session_ = view->session;
  playout_ = view->plan.timing.playout;
  return "beside \"" + view->show.name + "\"";
}

ShowSide::Answer ShowSide::Ask(OperatorClient& client, const EventRequested& wish) {
  const auto reply = client.Request(wish);
  if (!reply.ok()) return {false, std::string(reply.status().message())};
  return {reply->verdict == Verdict::kCommitted, reply->text};
}

}  // namespace continuo::coordinator::beside
