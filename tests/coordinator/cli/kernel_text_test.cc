// SPDX-License-Identifier: Apache-2.0
#include "coordinator/cli/kernel_text.h"

#include <gmock/gmock.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "dsp/kernels/registry.h"

namespace continuo::coordinator::cli {
namespace {

using ::testing::AllOf;
using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::Not;

const Terminal kPlain(false, false, 200);

TEST(KernelText, EveryKindOfTheRegistryIsListed) {
  const auto lines = KernelListLines(dsp::Kernels());
  EXPECT_EQ(lines.size(), dsp::Kernels().size() + 1);
  EXPECT_THAT(lines, Contains(AllOf(HasSubstr("mixer"), HasSubstr("1 to 16 ports"))));
  EXPECT_THAT(lines, Contains(AllOf(HasSubstr("  synth"), HasSubstr("none, notes"))));
}

TEST(KernelText, AParameterSaysRangeUnitDefaultCurveAndGlide) {
  const auto lines = KernelLines(*dsp::FindKernel("reverb"), kPlain);
  EXPECT_THAT(lines, Contains(AllOf(HasSubstr("decay"), HasSubstr("0.1 to 30"), HasSubstr(" s "),
                                    HasSubstr(" 2 "), HasSubstr("log"), HasSubstr("21.4 ms"),
                                    HasSubstr("lose 60 dB"))));
}

TEST(KernelText, ParametersThatDifferInTheirNumberShareALine) {
  const auto lines = KernelLines(*dsp::FindKernel("mixer"), kPlain);
  EXPECT_THAT(lines, Contains(HasSubstr("gain.1 to gain.16")));
  EXPECT_THAT(lines, Contains(HasSubstr("mute.1 to mute.16")));
  EXPECT_THAT(lines, Not(Contains(HasSubstr("gain.7"))));
}

TEST(KernelText, JsonHoldsEveryParameterAsAPersonWouldWriteIt) {
  const auto kernels = nlohmann::json::parse(KernelsJson(dsp::Kernels()));
  ASSERT_EQ(kernels.size(), dsp::Kernels().size());
  for (std::size_t i = 0; i < kernels.size(); ++i) {
    const dsp::KernelDescription& kernel = *dsp::Kernels()[i];
    EXPECT_EQ(kernels[i]["kind"], kernel.kind);
    ASSERT_EQ(kernels[i]["params"].size(), kernel.params.size());
    for (std::size_t p = 0; p < kernel.params.size(); ++p) {
      EXPECT_EQ(kernels[i]["params"][p]["min"].get<float>(), kernel.params[p].min);
      EXPECT_EQ(kernels[i]["params"][p]["max"].get<float>(), kernel.params[p].max);
      EXPECT_EQ(kernels[i]["params"][p]["default"].get<float>(), kernel.params[p].initial);
    }
  }
  EXPECT_THAT(KernelJson(*dsp::FindKernel("reverb")), HasSubstr("\"default\":0.3,"));
}

}  // namespace
}  // namespace continuo::coordinator::cli
