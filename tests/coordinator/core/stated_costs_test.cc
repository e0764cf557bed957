// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "coordinator/core/placement_task.h"
#include "coordinator/core/stage.h"

namespace continuo::coordinator {
namespace {

/// Of all nodes, in parts of one node's budget.
double LoadOf(const Stage& stage) {
  std::int64_t ppm = 0;
  for (const NodeView& node : stage.Look().nodes) ppm += node.load_ppm;
  return static_cast<double>(ppm) / 1e6;
}

Started Stating(std::uint32_t synth_ns) {
  Started started = BeginningOfTerm();
  started.costs = {{"synth", synth_ns, false}};
  return started;
}

TEST(StatedCosts, GrowWithChannelsAndAreSmallWhereNothingIsSaid) {
  dsp::TaskDescription task;
  task.kind = "synth";
  task.channels = 6;
  KernelCosts stated_ns;
  EXPECT_EQ(CostOf(task, stated_ns), 60);
  stated_ns.resize(static_cast<std::size_t>(KernelNumber("synth")) + 1, 0);
  stated_ns.back() = 100;
  EXPECT_EQ(CostOf(task, stated_ns), 300);
  task.kind = "conductor";
  EXPECT_EQ(CostOf(task, stated_ns), 20) << "it has no sound";
}

// Else a journal would mean another ledger to a build whose kernels have become faster.
TEST(StatedCosts, AreThoseThatTheTermBeganWithAndAreInTheLedger) {
  Stage stage;
  PlaySmallShow(stage);
  const double usual = LoadOf(stage);
  stage.Take(Stating(6000));
  EXPECT_GT(LoadOf(stage), usual + 0.8) << "its two replicas take 44 % each";
  EXPECT_TRUE(stage.Replayed() == stage.ledger());
  EXPECT_EQ(stage.ledger().started.costs.size(), 1u);
  stage.Take(BeginningOfTerm());
  EXPECT_DOUBLE_EQ(LoadOf(stage), usual);
}

TEST(StatedCosts, WhatIsMeasuredIsNotTakenForIt) {
  Stage stage;
  Started started = Stating(6000);
  started.costs[0].measured = true;
  stage.Take(started);
  EXPECT_EQ(CostAt(StatedCosts(stage.ledger()), KernelNumber("synth")), 0);
}

}  // namespace
}  // namespace continuo::coordinator
