// SPDX-License-Identifier: Apache-2.0
#include "dsp/offline/kernel_load.h"

#include <algorithm>

namespace continuo::dsp {

KernelLoad::KernelLoad(const KernelDescription& kernel) : description_(kernel) {
  noise_.resize(kSampleRate * kChannels);
  std::uint32_t seed = 1;
  for (float& sample : noise_) {
    seed = seed * 1664525u + 1013904223u;
    sample = static_cast<float>(static_cast<std::int32_t>(seed)) * 0x1p-33f;
  }
  const int assets = std::min(std::max(kVoices, kernel.assets_min), kernel.assets_max);
  for (int i = 0; i < assets; ++i) {
    assets_.push_back({noise_.data(), kSampleRate, kChannels});
    keys_.push_back(static_cast<std::uint8_t>(kFirstKey + i % kVoices));
  }
  ports_ = std::min(kernel.input_ports_max, kMaxPorts);
}

bool KernelLoad::Make() {
  if (kChannels < description_.channels_min || kChannels > description_.channels_max) return false;
  KernelConfig config;
  config.channels = kChannels;
  config.input_ports = ports_;
  config.assets = assets_;
  config.asset_keys = keys_;
  place_.resize(description_.bytes / sizeof(Cell) + 1);
  kernel_ = description_.create(place_.data());
  Arena measuring;
  if (!kernel_->Prepare(config, measuring)) return false;
  memory_.resize(measuring.needed() / sizeof(Cell) + 1);
  Arena arena(memory_.data(), memory_.size() * sizeof(Cell));
  if (!kernel_->Prepare(config, arena)) return false;
  bytes_ = description_.bytes + measuring.needed();
  for (const ParamAtWork& param : description_.at_work) {
    kernel_->Apply({n_, EventKind::kParam, param.target, param.value});
  }
  return true;
}

void KernelLoad::Begin() {
  if (!description_.takes_notes) return;
  kernel_->Apply({n_, EventKind::kAllNotesOff, 0, 0});
  kernel_->Apply(RollEvent(n_, 0));
  for (int i = 0; i < kVoices; ++i) {
    kernel_->Apply({n_, EventKind::kNoteOn, static_cast<std::uint16_t>(kFirstKey + i), 0.8f});
  }
}

void KernelLoad::Stretch() {
  std::array<const float*, kMaxPorts * kChannels> in{};
  const int inputs = ports_ * kChannels;
  std::array<float*, kChannels> out = {out_[0].data(), out_[1].data()};
  for (int block = 0; block < kStretch / kQuantum; ++block) {
    for (int i = 0; i < inputs; ++i) {
      in[static_cast<std::size_t>(i)] = noise_.data() + (block * kQuantum + i * 997) % kSampleRate;
    }
    kernel_->Process({n_, kQuantum, in.data(), out.data()});
    n_ += kQuantum;
  }
}

}  // namespace continuo::dsp
