// SPDX-License-Identifier: Apache-2.0
#include "agent-mcu/core/trial.h"

#include <algorithm>

#include "dsp/base/arena.h"
#include "dsp/base/random.h"

namespace continuo::mcu {

const char* Trial::Begin(const dsp::KernelDescription& kernel, std::uint64_t seed, Frames samples,
                         std::span<std::uint8_t> memory) {
  samples_ = n_ = 0;
  const std::size_t place = (kernel.bytes + 15) & ~std::size_t{15};
  if (place > memory.size()) return "RAM: the kernel does not fit";
  std::fill(memory.begin(), memory.end(), std::uint8_t{0});
  kernel_ = kernel.create(memory.data());
  const dsp::KernelConfig config{.channels = kChannels,
                                 .input_ports = std::min(1, kernel.input_ports_max),
                                 .seed = seed,
                                 .assets = {},
                                 .asset_keys = {}};
  Arena measure;
  if (!kernel_->Prepare(config, measure)) return "the kernel does not play in stereo by itself";
  Arena arena(memory.data() + place, memory.size() - place);
  if (measure.needed() > memory.size() - place || !kernel_->Prepare(config, arena)) {
    return "RAM: the kernel does not fit";
  }
  for (const dsp::ParamAtWork& param : kernel.at_work) {
    kernel_->Apply({.target = param.target, .value = param.value});
  }
  seed_ = seed;
  samples_ = samples;
  digest_ = {};
  return nullptr;
}

bool Trial::Step() {
  if (done()) return false;
  const int frames = static_cast<int>(std::min<Frames>(kBlock, samples_ - n_));
  std::array<const float*, kChannels> in;
  std::array<float*, kChannels> out;
  for (int c = 0; c < kChannels; ++c) {
    for (int i = 0; i < frames; ++i) {
      in_[c][i] = 0.5f * RandomBipolar(seed_, static_cast<std::uint32_t>(c), n_ + i);
    }
    in[c] = in_[c].data();
    out[c] = out_[c].data();
  }
  kernel_->Process({.n = n_, .frames = frames, .in = in.data(), .out = out.data()});
  for (int c = 0; c < kChannels; ++c) {
    digest_.Add(reinterpret_cast<const std::uint8_t*>(out[c]), sizeof(float) * frames);
  }
  n_ += frames;
  return true;
}

}  // namespace continuo::mcu
