// SPDX-License-Identifier: Apache-2.0
#include "agent/shell/core_crew.h"

#include <gtest/gtest.h>

#include <array>

#include "agent/rt/cluster.h"

namespace continuo::agent {
namespace {

using test::Cluster;
using test::TestShow;

void Nothing() {}

TEST(CoreCrewTest, EachPieceIsDoneOnceBeforeItReturns) {
  struct Job {
    std::array<int, 64> done{};
  };
  CoreCrew crew(2, Nothing);
  for (int round = 0; round < 3000; ++round) {
    Job job;
    const int count = round % 40;
    crew.Do(
        count,
        [](void* context, int i) {
          ++static_cast<Job*>(context)->done[static_cast<std::size_t>(i)];
        },
        &job);
    for (int i = 0; i < 64; ++i) {
      ASSERT_EQ(job.done[static_cast<std::size_t>(i)], i < count ? 1 : 0) << round << ' ' << i;
    }
  }
}

TEST(CoreCrewTest, AShowOnSeveralCoresIsTheShowOnOne) {
  CoreCrew crew(2, Nothing);
  Cluster cluster({.length = kSampleRate, .warm = "reverb", .crew = &crew});
  cluster.RunTo(kSampleRate / 2);
  cluster.Kill(1);
  cluster.RunToEnd();
  EXPECT_EQ(cluster.Altered(TestShow::kFohA), 0);
  EXPECT_EQ(cluster.Altered(TestShow::kFohB), 0);
  EXPECT_EQ(cluster.Sum().concealed, 0u);
  EXPECT_GT(test::Peak(cluster.Rendered()), 0.01f) << "a silent show proves nothing";
}

}  // namespace
}  // namespace continuo::agent
