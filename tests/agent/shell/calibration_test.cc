// SPDX-License-Identifier: Apache-2.0
#include "agent/shell/calibration.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>

#include "dsp/kernels/registry.h"

namespace continuo::agent {
namespace {

constexpr Nanoseconds kBrief = 2'000'000;

TEST(MeasureKernel, EveryKernelOfTheRegistryCanBeMeasured) {
  for (const dsp::KernelDescription* const kernel : dsp::Kernels()) {
    const plan::KernelCost cost = MeasureKernel(*kernel, kBrief);
    EXPECT_EQ(cost.kind, kernel->kind);
    EXPECT_TRUE(cost.measured) << kernel->kind;
    EXPECT_GE(cost.ns_per_frame, 1u);
    EXPECT_LE(cost.ns_per_frame, 20'000u) << kernel->kind << ": one task would fill a core";
  }
}

TEST(MeasureKernel, VoicesThatSoundCostMoreThanAKnob) {
  const auto cost = [](const char* kind) {
    return MeasureKernel(*dsp::FindKernel(kind), kBrief).ns_per_frame;
  };
  EXPECT_GT(cost("synth"), 3 * cost("gain"));
  EXPECT_GT(cost("reverb"), 3 * cost("gain"));
}

TEST(MeasureKernel, AnEqualiserIsMeasuredWithAllItsBandsAtWork) {
  const dsp::KernelDescription& eq = *dsp::FindKernel("eq");
  dsp::KernelDescription flat = eq;
  flat.at_work = {};
  EXPECT_GT(MeasureKernel(eq, kBrief).ns_per_frame, 2 * MeasureKernel(flat, kBrief).ns_per_frame);
}

class CostsTest : public testing::Test {
 protected:
  CostsTest() : folder_(testing::TempDir() + "costs-test") {
    std::filesystem::remove_all(folder_);
    std::filesystem::create_directories(folder_);
  }
  const std::filesystem::path folder_;
};

TEST_F(CostsTest, AreMeasuredOnceAndThenKept) {
  const auto first = Costs(folder_, false);
  EXPECT_EQ(first.size(), dsp::Kernels().size());
  EXPECT_EQ(Costs(folder_, false), first);
  const auto written = std::filesystem::last_write_time(folder_ / "costs");
  EXPECT_EQ(Costs(folder_, false), first);
  EXPECT_EQ(std::filesystem::last_write_time(folder_ / "costs"), written);
}

TEST_F(CostsTest, DamagedFileIsMeasuredAnew) {
  std::ofstream(folder_ / "costs") << "synth 1\n";
  EXPECT_EQ(Costs(folder_, false).size(), dsp::Kernels().size());
  EXPECT_GT(std::filesystem::file_size(folder_ / "costs"), 20u);
}

}  // namespace
}  // namespace continuo::agent
