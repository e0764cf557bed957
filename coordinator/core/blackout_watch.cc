// SPDX-License-Identifier: Apache-2.0
#include "coordinator/core/blackout_watch.h"

#include <algorithm>
#include <utility>

#include "coordinator/core/blackout.h"
#include "coordinator/core/show_life.h"

namespace continuo::coordinator {
namespace {

constexpr Nanoseconds kFirstPause = 2'000'000'000;
// What cannot be helped for hours must not fill the journal.
constexpr Nanoseconds kLongestPause = 60'000'000'000;

}  // namespace

void BlackoutWatch::Conclude(const Ledger& ledger, Nanoseconds time, Effects& effects) {
  const ShowPhase phase = PhaseAt(ledger, time);
  const bool is_on = phase == ShowPhase::kDated || phase == ShowPhase::kPlaying;
  const bool is_dark = ledger.show.state == ShowState::kDark;
  if (!is_on && !is_dark) return;
  Look(ledger, time);
  const bool waited = time - since_ >= kBlackoutPatience && !here_.empty();
  if (is_dark) {
    if ((all_ || waited) && MaySay(time)) {
      effects.emplace_back(Raise{{time, ResumeDue{ledger.last_version}}});
    }
    return;
  }
  const Darkness darkness = DarknessOf(ledger);
  const bool is_lost = darkness == Darkness::kCertain || (darkness == Darkness::kLikely && waited);
  if (!is_lost || !MaySay(time)) return;
  effects.emplace_back(Raise{{time, ShowLost{ledger.plan.version}}});
  due_ = 0;  // to take it up again is another matter
}

void BlackoutWatch::Look(const Ledger& ledger, Nanoseconds time) {
  const plan::Plan& plan = ledger.lost ? ledger.lost->plan : ledger.plan;
  std::vector<ConnectionId> here;
  for (const plan::Node& node : plan.nodes) {
    const ConnectionId connection = FindNode(ledger, node.id)->connection;
    if (connection != 0) here.push_back(connection);
  }
  all_ = here.size() == plan.nodes.size();
  if (here == here_) return;
  here_ = std::move(here);
  since_ = time;
  due_ = 0;
  pause_ = 0;
}

bool BlackoutWatch::MaySay(Nanoseconds time) {
  if (time < due_) return false;
  pause_ = std::clamp(2 * pause_, kFirstPause, kLongestPause);
  due_ = time + pause_;
  return true;
}

}  // namespace continuo::coordinator
