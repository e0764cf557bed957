// SPDX-License-Identifier: Apache-2.0
#include "coordinator/core/margin_watch.h"

#include <algorithm>
#include <string>

#include "coordinator/core/number_text.h"
#include "coordinator/core/replica_health.h"

namespace continuo::coordinator {
namespace {

/// The leg with the least margin of those on which one node sends to another.
struct Worst {
  Frames percent = 0;
  dsp::TaskId task = 0;
  Incarnation incarnation = 0;
  plan::Network network = plan::Network::kRed;
  Frames delay = 0, needed_after = 0;
};

std::map<plan::NodeId, Worst> WorstBySender(const plan::Status& status) {
  std::map<plan::NodeId, Worst> worst;
  for (const plan::StreamStatus& stream : status.streams) {
    if (stream.needed_after <= 0) continue;
    for (const plan::LegStatus& leg : stream.legs) {
      if (!leg.fresh || leg.node == 0) continue;
      const Frames percent = MarginPercent(stream.needed_after, leg.delay_now);
      const auto [at, added] = worst.try_emplace(leg.node);
      if (!added && at->second.percent <= percent) continue;
      at->second = {percent,     stream.task,   leg.incarnation,
                    leg.network, leg.delay_now, stream.needed_after};
    }
  }
  return worst;
}

std::string TaskText(const Ledger& ledger, dsp::TaskId id) {
  const plan::Task* const task = plan::FindTask(ledger.plan, id);
  return task == nullptr ? "task " + std::to_string(id)
                         : std::string(task->description.name.view());
}

plan::Incident Low(const Ledger& ledger, plan::NodeId receiver, plan::NodeId sender,
                   const Worst& worst) {
  const char* const network = worst.network == plan::Network::kRed ? "red" : "blue";
  const std::string way = sender == receiver ? "to itself" : std::string("over ") + network;
  plan::Incident incident;
  incident.kind = plan::IncidentKind::kMarginLow;
  incident.task = worst.task;
  incident.incarnation = worst.incarnation;
  incident.text = TaskText(ledger, worst.task) + " came from " + NameOf(ledger, sender) + " " +
                  way + " " + TenthsOfMsText(worst.delay) + " after its time and is needed after " +
                  TenthsOfMsText(worst.needed_after) + ": " +
                  std::to_string(std::max<Frames>(0, worst.percent)) + " % margin are left, " +
                  std::to_string(kMarginLowPercent) +
                  " % are asked for; see continuo latency, find out what holds the sender or the "
                  "network up, or set a longer timing.playout";
  return incident;
}

}  // namespace

std::vector<plan::Incident> MarginWatch::Take(const Ledger& ledger, plan::NodeId receiver,
                                              const plan::Status& status, Nanoseconds time) {
  std::vector<plan::Incident> news;
  for (const auto& [sender, worst] : WorstBySender(status)) {
    const auto bell = bells_.find({receiver, sender});
    if (bell == bells_.end()) {
      if (worst.percent >= kMarginLowPercent) continue;
      bells_[{receiver, sender}] = {};
      news.push_back(Low(ledger, receiver, sender, worst));
      continue;
    }
    Bell& rings = bell->second;
    if (worst.percent < kMarginWellPercent) {
      rings.well = false;
    } else if (!rings.well) {
      rings = {true, time};
    } else if (time - rings.since >= kMarginWellAfter) {
      bells_.erase(bell);
      news.push_back({.kind = plan::IncidentKind::kMarginWell,
                      .text = "what comes from " + NameOf(ledger, sender) +
                              " comes in time again, " + std::to_string(worst.percent) +
                              " % margin are left at least"});
    }
  }
  return news;
}

void MarginWatch::Forget(plan::NodeId receiver) {
  std::erase_if(bells_, [receiver](const auto& bell) { return bell.first.first == receiver; });
}

}  // namespace continuo::coordinator
