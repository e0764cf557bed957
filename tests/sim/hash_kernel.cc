// SPDX-License-Identifier: Apache-2.0
#include "sim/hash_kernel.h"

#include <bit>
#include <cstring>

#include "dsp/base/hash.h"

namespace continuo::sim {
namespace {

constexpr std::uint64_t kPrime = 0x9E3779B97F4A7C15ull;

// Two samples at a time, four lanes, so that the sum over a block costs less than looking at it.
std::uint64_t Digest(const float* samples, int frames) {
  std::uint64_t lanes[4] = {1, 2, 3, 4};
  int i = 0;
  for (; i + 8 <= frames; i += 8) {
    std::uint64_t words[4];
    std::memcpy(words, samples + i, sizeof words);
    for (int lane = 0; lane < 4; ++lane) {
      lanes[lane] = (lanes[lane] ^ words[lane]) * kPrime;
      lanes[lane] ^= lanes[lane] >> 29;
    }
  }
  for (; i < frames; ++i)
    lanes[i & 3] = (lanes[i & 3] ^ std::bit_cast<std::uint32_t>(samples[i])) * kPrime;
  return Mix64(lanes[0] ^ Mix64(lanes[1] ^ Mix64(lanes[2] ^ Mix64(lanes[3]))));
}

class Hash final : public dsp::Kernel {
 public:
  bool Prepare(const dsp::KernelConfig& config, Arena&) override {
    channels_ = config.channels;
    inputs_ = config.channels * config.input_ports;
    state_ = Mix64(config.seed);
    for (const dsp::ParamSetting& setting : config.params) {
      Apply({.target = setting.index, .value = setting.value});
    }
    return true;
  }

  void Process(const dsp::Block& block) override {
    std::uint64_t sum = static_cast<std::uint64_t>(block.n);
    for (int i = 0; i < inputs_; ++i) sum = Mix64(sum ^ Digest(block.in[i], block.frames));
    state_ = Mix64(state_ ^ sum ^ static_cast<std::uint64_t>(block.frames));
    for (int c = 0; c < channels_; ++c)
      Fill(block.out[c], block.frames, Mix64(state_ + static_cast<std::uint64_t>(c)));
  }

  void Apply(const dsp::KernelEvent& event) override {
    const std::uint64_t value = std::bit_cast<std::uint32_t>(event.value);
    const auto kind = static_cast<std::uint64_t>(event.kind);
    // A parameter that is set in the description has no date.
    state_ = Mix64(state_ ^ (value << 32 | std::uint64_t{event.target} << 8 | kind) ^
                   Mix64(static_cast<std::uint64_t>(event.at)));
  }

  void Snapshot(ByteWriter& out) const override { out.Le(state_); }
  bool Restore(ByteReader& in) override {
    state_ = in.Le<std::uint64_t>();
    return in.ok();
  }

 private:
  // Finite floats in (-1, 1) that show 23 bits of the hash each.
  static void Fill(float* out, int frames, std::uint64_t hash) {
    for (int i = 0; i < frames; ++i) {
      const auto bits =
          static_cast<std::uint32_t>(hash >> 32) + static_cast<std::uint32_t>(i) * 0x9E3779B9u;
      out[i] = std::bit_cast<float>(0x3f800000u | bits >> 9) - 1.5f;
    }
  }

  int channels_ = 0, inputs_ = 0;
  std::uint64_t state_ = 0;
};

constexpr dsp::ParamDescription kParams[] = {
    {"a", "", -1000, 1000, 0, "A number."},
    {"b", "", -1000, 1000, 0, "Another one."},
};

constexpr dsp::KernelDescription Described(const char* kind, int latency_frames) {
  return {
      .kind = kind,
      .help = "A chain of hashes over all that it hears.",
      .determinism = dsp::Determinism::kD0,
      .input_ports_min = 0,
      .input_ports_max = 16,
      .channels_min = 1,
      .channels_max = 8,
      .takes_notes = true,
      .assets_min = 0,
      .assets_max = 0,
      .latency_frames = latency_frames,
      .tail_frames = -1,
      .snapshot_version = 1,
      .cost_ns_per_frame = 10,
      .params = kParams,
      .bytes = sizeof(Hash),
      .create = dsp::CreateKernel<Hash>,
  };
}

}  // namespace

const dsp::KernelDescription kHash = Described("hash", 0);
const dsp::KernelDescription kLate = Described("late", 61);  // of no quantum

}  // namespace continuo::sim
