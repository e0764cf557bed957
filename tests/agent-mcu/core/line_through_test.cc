// SPDX-License-Identifier: Apache-2.0
#include "agent-mcu/core/line_through.h"

#include <gtest/gtest.h>

#include <cmath>
#include <cstdlib>
#include <vector>

#include "dsp/kernels/eq.h"
#include "dsp/kernels/gate.h"
#include "dsp/kernels/pan.h"

namespace continuo::mcu {
namespace {

constexpr dsp::ParamSetting kOpenGate[] = {{.index = 0, .value = -80.0f}};
constexpr LineThrough::Link kChain[] = {
    {.kernel = &dsp::kEq, .params = {}},
    {.kernel = &dsp::kGate, .params = kOpenGate},
    {.kernel = &dsp::kPan, .params = {}},
};
constexpr int kBlock = 48;

struct alignas(16) Memory {
  std::uint8_t bytes[4096] = {};
};

std::vector<std::int32_t> Sine(int frames, double amplitude) {
  std::vector<std::int32_t> samples;
  for (int i = 0; i < frames; ++i) {
    const double value = amplitude * std::sin(i * 0.05);
    const auto sample = static_cast<std::int32_t>(value * 8'388'607) * 256;
    samples.push_back(sample);
    samples.push_back(-sample / 256 / 2 * 256);
  }
  return samples;
}

std::vector<std::int32_t> Through(LineThrough& line, const std::vector<std::int32_t>& in) {
  std::vector<std::int32_t> out(in.size());
  for (std::size_t at = 0; at < in.size(); at += 2 * kBlock) {
    line.Run(std::span(in).subspan(at, 2 * kBlock), std::span(out).subspan(at, 2 * kBlock));
  }
  return out;
}

TEST(LineThroughTest, WhatGoesInComesOutAsLateAsTheGateLooksAhead) {
  LineThrough line;
  Memory memory;
  ASSERT_EQ(line.Begin(kChain, memory.bytes), nullptr);
  const auto in = Sine(4800, 0.3);
  const auto out = Through(line, in);
  const auto late = static_cast<std::size_t>(dsp::kGate.latency_frames);
  for (std::size_t i = 4000; i < in.size(); ++i) {  // when the gate has opened
    ASSERT_LE(std::abs(out[i] / 256 - in[i - 2 * late] / 256), 16) << i;
  }
}

TEST(LineThroughTest, WhatIsTooLoudIsFullScaleAndNothingWraps) {
  LineThrough line;
  Memory memory;
  constexpr dsp::ParamSetting kLeft[] = {{.index = 0, .value = -1.0f}};
  const LineThrough::Link kLoud[] = {{.kernel = &dsp::kPan, .params = kLeft}};  // 3 dB more
  ASSERT_EQ(line.Begin(kLoud, memory.bytes), nullptr);
  const auto in = Sine(4800, 0.99);
  const auto out = Through(line, in);
  std::int32_t most = 0;
  for (std::size_t i = 2000; i < in.size(); i += 2) {
    most = std::max(most, out[i]);
    ASSERT_TRUE(std::abs(in[i]) < 1000 * 256 || (in[i] < 0) == (out[i] < 0)) << i;
  }
  EXPECT_EQ(most, 0x7fffff00);
}

TEST(LineThroughTest, WhatDoesNotFitIsRefusedAndPlaysSilence) {
  LineThrough line;
  Memory memory;
  EXPECT_STREQ(line.Begin(kChain, std::span(memory.bytes).first(1024)),
               "RAM: the kernels do not fit");
  std::vector<std::int32_t> in(2 * kBlock, 1 << 28), out(2 * kBlock, 7);
  line.Run(in, out);
  EXPECT_EQ(out, std::vector<std::int32_t>(2 * kBlock, 0));
  const std::vector<LineThrough::Link> five(5, kChain[0]);
  EXPECT_STREQ(line.Begin(five, memory.bytes), "it has four kernels at most");
}

}  // namespace
}  // namespace continuo::mcu
