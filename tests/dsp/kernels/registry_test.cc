// SPDX-License-Identifier: Apache-2.0
#include "dsp/kernels/registry.h"

#include <gtest/gtest.h>

#include <cmath>
#include <set>
#include <string>
#include <string_view>

namespace continuo::dsp {
namespace {

TEST(Registry, KindsAndParamsAreFoundByTheirNames) {
  std::set<std::string_view> kinds;
  for (const KernelDescription* kernel : Kernels()) {
    EXPECT_TRUE(kinds.insert(kernel->kind).second) << kernel->kind;
    EXPECT_EQ(FindKernel(kernel->kind), kernel);
    std::set<std::string_view> names;
    for (std::size_t i = 0; i < kernel->params.size(); ++i) {
      EXPECT_TRUE(names.insert(kernel->params[i].name).second)
          << kernel->kind << ' ' << kernel->params[i].name;
      EXPECT_EQ(FindParam(*kernel, kernel->params[i].name), static_cast<int>(i));
    }
  }
  EXPECT_EQ(FindKernel("no such kernel"), nullptr);
  EXPECT_EQ(FindParam(*FindKernel("gain"), "no such parameter"), -1);
}

TEST(Registry, EveryParamStartsWithinItsRangeAndIsExplained) {
  for (const KernelDescription* kernel : Kernels()) {
    for (const ParamDescription& param : kernel->params) {
      EXPECT_TRUE(InRange(param, param.initial)) << kernel->kind << ' ' << param.name;
      EXPECT_NE(std::string_view(param.help), "") << kernel->kind << ' ' << param.name;
    }
  }
}

TEST(Registry, WhatIsSetToMeasureACostIsInRange) {
  for (const KernelDescription* const kernel : Kernels()) {
    for (const ParamAtWork& param : kernel->at_work) {
      ASSERT_LT(param.target, kernel->params.size()) << kernel->kind;
      EXPECT_TRUE(InRange(kernel->params[param.target], param.value)) << kernel->kind;
    }
  }
}

TEST(Registry, ReadingsFitAndAreExplained) {
  for (const KernelDescription* kernel : Kernels()) {
    EXPECT_LE(ReadingCount(*kernel, kernel->channels_max), kMaxReadings) << kernel->kind;
    std::set<std::string_view> names;
    for (const ReadingDescription& reading : kernel->readings) {
      EXPECT_TRUE(names.insert(reading.name).second) << kernel->kind << ' ' << reading.name;
      EXPECT_NE(std::string_view(reading.help), "") << kernel->kind << ' ' << reading.name;
    }
  }
}

TEST(Registry, ACurveFitsItsRange) {
  for (const KernelDescription* kernel : Kernels()) {
    for (const ParamDescription& param : kernel->params) {
      const std::string name = std::string(kernel->kind) + ' ' + param.name;
      EXPECT_LT(param.min, param.max) << name;
      EXPECT_TRUE(param.glide_ms >= 0 && param.glide_ms < 10'000) << name;
      EXPECT_TRUE(param.curve != Curve::kLog || param.min > 0) << name << ": has no logarithm";
      if (param.curve != Curve::kStep) continue;
      for (const float value : {param.min, param.max, param.initial}) {
        EXPECT_EQ(value, std::round(value)) << name << ": is between two steps";
      }
    }
  }
}

}  // namespace
}  // namespace continuo::dsp
