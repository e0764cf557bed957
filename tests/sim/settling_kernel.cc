// SPDX-License-Identifier: Apache-2.0
#include "sim/settling_kernel.h"

#include <bit>

namespace continuo::sim {
namespace {

constexpr int kMemory = 24'000;

/// y[n] = a + x[n] / 2 - x[n - kMemory] / 4, with all input ports summed.
class Settling final : public dsp::Kernel {
 public:
  bool Prepare(const dsp::KernelConfig& config, Arena& arena) override {
    channels_ = config.channels;
    ports_ = config.input_ports;
    heard_ = arena.Take<float>(static_cast<std::size_t>(channels_) * kMemory);
    if (heard_ != nullptr) Forget();
    for (const dsp::ParamSetting& setting : config.params) {
      Apply({.target = setting.index, .value = setting.value});
    }
    return true;
  }

  void Process(const dsp::Block& block) override {
    for (int i = 0; i < block.frames; ++i) {
      const auto place = static_cast<int>((block.n + i) % kMemory);
      for (int c = 0; c < channels_; ++c) {
        float sum = 0;
        for (int port = 0; port < ports_; ++port) sum += block.in[port * channels_ + c][i];
        float& heard = heard_[c * kMemory + place];
        block.out[c][i] = offset_ + sum * 0.5f - heard * 0.25f;
        heard = sum;
      }
    }
  }

  void Apply(const dsp::KernelEvent& event) override {
    if (event.kind == dsp::EventKind::kParam && event.target == 0) offset_ = event.value;
  }

  void Snapshot(ByteWriter& out) const override { out.Le(std::bit_cast<std::uint32_t>(offset_)); }
  bool Restore(ByteReader& in) override {
    offset_ = std::bit_cast<float>(in.Le<std::uint32_t>());
    Forget();
    return in.ok();
  }

 private:
  void Forget() {
    for (int i = 0; i < channels_ * kMemory; ++i) heard_[i] = 0;
  }

  int channels_ = 0, ports_ = 0;
  float offset_ = 0;
  float* heard_ = nullptr;  // [channel * kMemory + n modulo kMemory]
};

constexpr dsp::ParamDescription kParams[] = {{"a", "", -1000, 1000, 0, "A number."}};

}  // namespace

const dsp::KernelDescription kSettling = {
    .kind = "settling",
    .help = "What it hears, less what it heard before.",
    .determinism = dsp::Determinism::kD0,
    .input_ports_min = 1,
    .input_ports_max = 16,
    .channels_min = 1,
    .channels_max = 8,
    .takes_notes = false,
    .assets_min = 0,
    .assets_max = 0,
    .latency_frames = 0,
    .tail_frames = kMemory,
    .snapshot_version = 1,
    .cost_ns_per_frame = 10,
    .params = kParams,
    .bytes = sizeof(Settling),
    .create = dsp::CreateKernel<Settling>,
    .handover = dsp::Handover::kSettled,
};

}  // namespace continuo::sim
