// SPDX-License-Identifier: Apache-2.0
#include "bench/rack.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "bench/bench.h"
#include "dsp/base/arena.h"
#include "dsp/base/random.h"
#include "dsp/kernels/registry.h"

namespace continuo::bench {
namespace {

constexpr Frames kNoise = kSampleRate;

const std::vector<float>& Noise() {
  static const std::vector<float> noise = [] {
    std::vector<float> made(kNoise);
    for (Frames n = 0; n < kNoise; ++n) {
      made[static_cast<std::size_t>(n)] = 0.25f * RandomBipolar(1, 0, n);
    }
    return made;
  }();
  return noise;
}

/// Two seconds of a room, interleaved: noise that dies.
std::vector<float> Impulse(int channels) {
  std::vector<float> impulse(2 * static_cast<std::size_t>(kSampleRate * channels));
  for (std::size_t i = 0; i < impulse.size(); ++i) {
    const float t = static_cast<float>(i) / static_cast<float>(kSampleRate * channels);
    impulse[i] = 0.01f * std::exp(-3.0f * t) * RandomBipolar(2, 0, static_cast<MediaTime>(i));
  }
  return impulse;
}

}  // namespace

struct Rack::Task {
  struct alignas(16) Cell {
    std::uint8_t bytes[16] = {};
  };
  dsp::TaskDescription description;
  std::vector<dsp::AudioAsset> assets;
  std::vector<Cell> memory;
  dsp::TaskProcessor processor;
};

Rack::Rack(const std::vector<Unit>& units, int channels, int seed)
    : channels_(channels), seed_(seed) {
  for (auto& signal : signals_) signal.resize(static_cast<std::size_t>(channels) * kQuantum);
  for (const Unit& unit : units) {
    tasks_.push_back(std::make_unique<Task>());
    Make(*tasks_.back(), unit);
  }
  control_.frames = kQuantum;
  control_.segments.push_back({.playing = true});
}

Rack::~Rack() = default;

void Rack::Make(Task& task, const Unit& unit) {
  const dsp::KernelDescription* const kernel = dsp::FindKernel(unit.kind);
  Require(kernel != nullptr, std::string("there is no kernel ") + unit.kind);
  task.description.id = static_cast<dsp::TaskId>(tasks_.size() + 1);
  task.description.kind = unit.kind;
  task.description.channels = static_cast<std::uint8_t>(channels_);
  task.description.input_ports = 1;
  task.description.wires.push_back({.from = 1});
  for (const Unit::Setting& setting : unit.settings) {
    const int index = dsp::FindParam(*kernel, setting.param);
    Require(index >= 0, std::string(unit.kind) + " has no " + setting.param);
    task.description.params.push_back({static_cast<std::uint16_t>(index), setting.value});
  }
  if (kernel->assets_min > 0) {
    impulse_ = Impulse(channels_);
    task.description.assets.push_back({});
    task.assets.push_back({impulse_.data(), 2 * kSampleRate, channels_});
  }
  const dsp::TaskMaterial material{.audio = task.assets};
  Arena measuring;
  const auto prepare = [&](Arena& arena) {
    const char* const wrong = task.processor.Prepare(task.description, material, arena);
    Require(wrong == nullptr, std::string(unit.kind) + ": " + (wrong != nullptr ? wrong : ""));
  };
  prepare(measuring);
  task.memory.resize(measuring.needed() / sizeof(Task::Cell) + 1);
  Arena arena(task.memory.data(), task.memory.size() * sizeof(Task::Cell));
  prepare(arena);
}

void Rack::Run() {
  control_.n = n_;
  for (std::size_t i = 0; i < tasks_.size(); ++i) {
    std::array<const float*, kMaxChannels> in{};
    std::array<float*, kMaxChannels> out{};
    for (int c = 0; c < channels_; ++c) {
      const auto at = static_cast<std::size_t>(c);
      in[at] = i == 0 ? Noise().data() + (n_ + seed_ * 997 + c * 4801) % (kNoise - kQuantum)
                      : signals_[front_].data() + c * kQuantum;
      out[at] = signals_[1 - front_].data() + c * kQuantum;
    }
    tasks_[i]->processor.Process(control_, {}, in.data(), out.data());
    front_ = 1 - front_;
  }
  n_ += kQuantum;
}

float Rack::Peak() const {
  float peak = 0;
  for (const float sample : signals_[front_]) peak = std::max(peak, std::fabs(sample));
  return peak;
}

}  // namespace continuo::bench
