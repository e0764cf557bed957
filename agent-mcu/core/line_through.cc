// SPDX-License-Identifier: Apache-2.0
#include "agent-mcu/core/line_through.h"

#include <algorithm>
#include <utility>

#include "dsp/base/arena.h"
#include "dsp/base/math.h"

namespace continuo::mcu {

const char* LineThrough::Begin(std::span<const Link> links, std::span<std::uint8_t> memory) {
  count_ = 0;
  if (links.size() > kLongest) return "it has four kernels at most";
  Arena arena(memory.data(), memory.size());
  for (std::size_t i = 0; i < links.size(); ++i) {
    const Link& link = links[i];
    void* const place = arena.TakeBytes(link.kernel->bytes);
    if (place == nullptr) return "RAM: the kernels do not fit";
    kernels_[i] = link.kernel->create(place);
    const dsp::KernelConfig config{
        .channels = kChannels, .assets = {}, .asset_keys = {}, .params = link.params};
    Arena measure;
    if (!kernels_[i]->Prepare(config, measure)) return "a kernel does not play in stereo by itself";
    if (measure.needed() > memory.size() - arena.needed() || !kernels_[i]->Prepare(config, arena)) {
      return "RAM: the kernels do not fit";
    }
  }
  count_ = links.size();
  return nullptr;
}

void LineThrough::Run(std::span<const std::int32_t> in, std::span<std::int32_t> out) {
  if (count_ == 0) {
    std::fill(out.begin(), out.end(), 0);
    return;
  }
  for (std::size_t i = 0; i < in.size(); ++i) {
    samples_[i % kChannels][i / kChannels] = dsp::FromInt24(in[i] >> 8);
  }
  const auto frames = static_cast<int>(in.size() / kChannels);
  Channels* from = &samples_;
  Channels* to = &spare_;
  for (std::size_t i = 0; i < count_; ++i) {
    const std::array<const float*, kChannels> heard{(*from)[0].data(), (*from)[1].data()};
    const std::array<float*, kChannels> told{(*to)[0].data(), (*to)[1].data()};
    kernels_[i]->Process({.n = n_, .frames = frames, .in = heard.data(), .out = told.data()});
    std::swap(from, to);
  }
  n_ += frames;
  for (std::size_t i = 0; i < out.size(); ++i) {
    const std::int32_t sample = dsp::ToInt24((*from)[i % kChannels][i / kChannels]);
    out[i] = static_cast<std::int32_t>(static_cast<std::uint32_t>(sample) << 8);
  }
}

}  // namespace continuo::mcu
