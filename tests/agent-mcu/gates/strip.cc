// SPDX-License-Identifier: Apache-2.0
#include "agent-mcu/gates/strip.h"

#include "dsp/base/arena.h"
#include "dsp/kernels/registry.h"

namespace continuo::mcu {
namespace {

constexpr const char* kKinds[Strip::kStages] = {"gain", "eq", "compressor", "gate", "meter"};

struct Setting {
  int stage;
  const char* name;
  float value;
};
/// A shelf at either end and two bells.
constexpr Setting kSettings[] = {
    {0, "gain", -1.5f},  {1, "gain.2", 3.0f}, {1, "gain.3", -4.0f},
    {1, "gain.6", 2.0f}, {1, "gain.7", 3.0f}, {4, "loudness", 0.0f},
};

}  // namespace

Strip::Strip(int channels, const Way& way) : channels_(channels), noise_(kSampleRate + kQuantum) {
  std::uint32_t seed = 1;
  for (float& sample : noise_) {
    seed = seed * 1664525u + 1013904223u;
    sample = way.hears ? static_cast<float>(static_cast<std::int32_t>(seed)) * 0x1p-33f : 0.0f;
  }
  for (int s = 0; s < kStages; ++s) {
    const dsp::KernelDescription& kernel = *dsp::FindKernel(kKinds[s]);
    std::vector<dsp::ParamSetting> params;
    for (const Setting& setting : kSettings) {
      if (setting.stage != s || (way.loudness && s == kStages - 1)) continue;
      const int param = dsp::FindParam(kernel, setting.name);
      params.push_back({static_cast<std::uint16_t>(param), setting.value});
    }
    ok_ = ok_ && Make(stages_[static_cast<std::size_t>(s)], kernel, params);
  }
}

bool Strip::Make(Stage& stage, const dsp::KernelDescription& kernel,
                 std::span<const dsp::ParamSetting> params) {
  dsp::KernelConfig config;
  config.channels = channels_;
  config.params = params;
  stage.kind = kernel.kind;
  stage.place.resize(kernel.bytes / sizeof(Cell) + 1);
  stage.kernel = kernel.create(stage.place.data());
  Arena measuring;
  if (!stage.kernel->Prepare(config, measuring)) return false;
  stage.memory.resize(measuring.needed() / sizeof(Cell) + 1);
  Arena arena(stage.memory.data(), stage.memory.size() * sizeof(Cell));
  return stage.kernel->Prepare(config, arena);
}

void Strip::Process(int stage) {
  const auto s = static_cast<std::size_t>(stage);
  std::array<const float*, kMaxChannels> in{};
  std::array<float*, kMaxChannels> out{};
  for (std::size_t c = 0; c < static_cast<std::size_t>(channels_); ++c) {
    const auto at = static_cast<std::size_t>(n_ + static_cast<int>(c) * 997) % kSampleRate;
    in[c] = stage == 0 ? noise_.data() + at : heard_[s - 1][c].data();
    out[c] = heard_[s][c].data();
  }
  stages_[s].kernel->Process({n_, kQuantum, in.data(), out.data()});
}

}  // namespace continuo::mcu
