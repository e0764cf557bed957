// SPDX-License-Identifier: Apache-2.0
#include "agent/shell/calibration.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstdio>
#include <fstream>
#include <iterator>
#include <string>

#include "agent/core/costs.h"
#include "dsp/kernels/registry.h"
#include "proto/transport/build_id.h"
#include "proto/transport/machine_clock.h"

namespace continuo::agent {
namespace {

constexpr Nanoseconds kBudget = 30'000'000;
constexpr int kChannels = 2;
constexpr int kVoices = 8;
constexpr int kFirstKey = 57;
constexpr int kMaxPorts = 32;
constexpr int kQuantum = 48;
constexpr int kBlocks = 20;  ///< of a stretch
/// Stretches after which notes begin anew, 0.8 s: while a recording of one second still plays.
constexpr int kNoteStretches = 40;

/// A kernel that is given much to do.
class Load {
 public:
  explicit Load(const dsp::KernelDescription& kernel) : description_(kernel) {
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

  bool Make() {
    if (kChannels < description_.channels_min || kChannels > description_.channels_max)
      return false;
    dsp::KernelConfig config;
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
    for (const dsp::ParamAtWork& param : description_.at_work) {
      kernel_->Apply({n_, dsp::EventKind::kParam, param.target, param.value});
    }
    return true;
  }

  void Begin() {
    if (!description_.takes_notes) return;
    kernel_->Apply({n_, dsp::EventKind::kAllNotesOff, 0, 0});
    kernel_->Apply(dsp::RollEvent(n_, 0));
    for (int i = 0; i < kVoices; ++i) {
      kernel_->Apply(
          {n_, dsp::EventKind::kNoteOn, static_cast<std::uint16_t>(kFirstKey + i), 0.8f});
    }
  }

  void Stretch() {
    std::array<const float*, kMaxPorts * kChannels> in{};
    const int inputs = ports_ * kChannels;
    std::array<float*, kChannels> out = {out_[0].data(), out_[1].data()};
    for (int block = 0; block < kBlocks; ++block) {
      for (int i = 0; i < inputs; ++i) {
        in[static_cast<std::size_t>(i)] =
            noise_.data() + (block * kQuantum + i * 997) % kSampleRate;
      }
      kernel_->Process({n_, kQuantum, in.data(), out.data()});
      n_ += kQuantum;
    }
  }

 private:
  struct alignas(16) Cell {
    std::uint8_t bytes[16];
  };
  const dsp::KernelDescription& description_;
  std::vector<float> noise_;
  std::vector<dsp::AudioAsset> assets_;
  std::vector<std::uint8_t> keys_;
  std::array<std::array<float, kQuantum>, kChannels> out_{};
  int ports_ = 1;
  std::vector<Cell> place_, memory_;
  dsp::Kernel* kernel_ = nullptr;
  MediaTime n_ = 0;
};

std::vector<plan::KernelCost> MeasureAll() {
  std::vector<plan::KernelCost> costs;
  for (const dsp::KernelDescription* const kernel : dsp::Kernels()) {
    costs.push_back(MeasureKernel(*kernel, kBudget));
  }
  return costs;
}

/// One figure for each kernel, in the order of the registry.
bool AreComplete(const std::vector<plan::KernelCost>& costs) {
  return std::ranges::equal(costs, dsp::Kernels(), {}, &plan::KernelCost::kind,
                            [](const dsp::KernelDescription* k) { return std::string(k->kind); });
}

}  // namespace

plan::KernelCost MeasureKernel(const dsp::KernelDescription& kernel, Nanoseconds budget) {
  plan::KernelCost cost{kernel.kind, static_cast<std::uint32_t>(kernel.cost_ns_per_frame), false};
  Load load(kernel);
  if (!load.Make()) return cost;
  std::vector<Nanoseconds> took;
  const Nanoseconds begin = transport::ThreadCpuTime();
  Nanoseconds before = begin;
  // The first stretch warms the caches, and is not counted.
  for (int i = 0; before - begin < budget || i < 4; ++i) {
    if (i % kNoteStretches == 0) load.Begin();
    const Nanoseconds from = transport::ThreadCpuTime();
    load.Stretch();
    before = transport::ThreadCpuTime();
    if (i > 0) took.push_back(before - from);
  }
  const auto middle = took.begin() + static_cast<std::ptrdiff_t>(took.size() / 2);
  std::nth_element(took.begin(), middle, took.end());
  constexpr Nanoseconds kFrames = Nanoseconds{kBlocks} * kQuantum;
  cost.ns_per_frame =
      static_cast<std::uint32_t>(std::max<Nanoseconds>(1, (*middle + kFrames - 1) / kFrames));
  cost.measured = true;
  return cost;
}

std::vector<plan::KernelCost> Costs(const std::filesystem::path& folder, bool anew) {
  const std::filesystem::path file = folder / "costs";
  if (!anew) {
    std::ifstream in(file, std::ios::binary);
    const std::string text{std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
    std::vector<plan::KernelCost> kept = core::CostsOf(text, transport::BuildId());
    if (AreComplete(kept)) return kept;
  }
  std::vector<plan::KernelCost> costs = MeasureAll();
  std::ofstream out(file, std::ios::binary | std::ios::trunc);
  out << core::CostsText(costs, transport::BuildId());
  out.close();
  if (!out) {
    std::fprintf(stderr, "continuo-agent: cannot write %s; kernels are measured at every start\n",
                 file.c_str());
  }
  return costs;
}

}  // namespace continuo::agent
