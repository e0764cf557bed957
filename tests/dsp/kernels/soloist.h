// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstring>
#include <memory>
#include <new>
#include <string_view>
#include <vector>

#include "dsp/kernels/kernel.h"
#include "dsp/kernels/registry.h"

namespace continuo::dsp {

/// A source kernel alone on stage: what it plays, sample by sample.
class Soloist {
 public:
  Soloist(const KernelDescription& kernel, std::vector<AudioAsset> assets = {},
          std::vector<std::uint8_t> keys = {}, int channels = 2)
      : description_(kernel), channels_(channels), assets_(std::move(assets)) {
    place_.reset(::operator new (kernel.bytes, std::align_val_t{16}));
    std::memset(place_.get(), 0, kernel.bytes);
    kernel_ = kernel.create(place_.get());
    const KernelConfig config{
        .channels = channels, .input_ports = 0, .seed = 7, .assets = assets_, .asset_keys = keys};
    Arena measure;
    ready_ = kernel_->Prepare(config, measure);
    if (!ready_) return;
    memory_.reset(::operator new (measure.needed() + 1, std::align_val_t{16}));
    std::memset(memory_.get(), 0, measure.needed() + 1);
    Arena arena(memory_.get(), measure.needed());
    ready_ = kernel_->Prepare(config, arena);
  }
  bool ready() const { return ready_; }
  void Set(std::string_view param, float value) {
    kernel_->Apply({.at = n_,
                    .target = static_cast<std::uint16_t>(FindParam(description_, param)),
                    .value = value});
  }
  void On(int key, float velocity = 1.0f) { Do(EventKind::kNoteOn, key, velocity); }
  void Off(int key) { Do(EventKind::kNoteOff, key, 0); }
  void AllOff() { Do(EventKind::kAllNotesOff, 0, 0); }
  void Roll(Frames position) { kernel_->Apply(RollEvent(n_, position)); }

  /// The next samples of the first channel; those of the last channel are in `right`.
  std::vector<float> Play(Frames frames) {
    std::vector<float> left;
    right.clear();
    float samples[kMaxChannels][kMaxQuantum];
    float* out[kMaxChannels];
    for (int c = 0; c < kMaxChannels; ++c) out[c] = samples[c];
    while (frames > 0) {
      const int block = static_cast<int>(std::min<Frames>(frames, kMaxQuantum));
      kernel_->Process({.n = n_, .frames = block, .out = out});
      left.insert(left.end(), out[0], out[0] + block);
      right.insert(right.end(), out[channels_ - 1], out[channels_ - 1] + block);
      n_ += block;
      frames -= block;
    }
    return left;
  }

  std::vector<float> right;

 private:
  struct Free {
    void operator()(void* memory) const { ::operator delete (memory, std::align_val_t{16}); }
  };
  void Do(EventKind kind, int key, float value) {
    kernel_->Apply(
        {.at = n_, .kind = kind, .target = static_cast<std::uint16_t>(key), .value = value});
  }

  const KernelDescription& description_;
  int channels_;
  std::vector<AudioAsset> assets_;
  std::unique_ptr<void, Free> place_, memory_;
  Kernel* kernel_ = nullptr;
  bool ready_ = false;
  MediaTime n_ = 96'000;
};

inline float PeakOf(const std::vector<float>& samples) {
  float peak = 0;
  for (const float sample : samples) peak = std::max(peak, sample < 0 ? -sample : sample);
  return peak;
}

}  // namespace continuo::dsp
