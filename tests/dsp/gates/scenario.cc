// SPDX-License-Identifier: Apache-2.0
#include "dsp/gates/scenario.h"

#include <algorithm>
#include <iterator>

#include "dsp/base/hash.h"
#include "dsp/base/random.h"
#include "dsp/kernels/registry.h"

namespace continuo::dsp::gates {
namespace {

constexpr Frames kSection = 4800;        // of one kind of input
constexpr Frames kWhisperEnds = 2400;    // from here on there is silence
constexpr Frames kFirstSounds = 12'000;  // heard with the parameters a show starts with
constexpr Frames kParamGap = 900;        // mean distance of changes, all parameters together
constexpr Frames kNoteGap = 1500;

float Noise(const Scenario& scenario, int channel, MediaTime n) {
  return RandomBipolar(scenario.seed, static_cast<std::uint32_t>(channel), n);
}

float Music(const Scenario& scenario, int channel, MediaTime n) {
  const MediaTime section = (n - kStart) / kSection;
  const Frames within = (n - kStart) % kSection;
  switch (section % 7) {
    case 1:
      return 0;
    case 2:
      return within % 1000 == 0 ? 1.0f : 0.0f;
    case 3:
      return Noise(scenario, channel, n) * 1e-39f;  // denormal
    case 4:
      return within / 240 % 2 == 0 ? 1.0f : -1.0f;
    case 5:
      return Noise(scenario, channel, n) * 8;
    default:
      return Noise(scenario, channel, n);
  }
}

float Absurd(const Scenario& scenario, int channel, MediaTime n) {
  const float noise = Noise(scenario, channel, n);
  return (n - kStart) % 500 < 3 ? (noise < 0 ? -3.4e38f : 3.4e38f) : noise;
}

/// The extremes, what a show starts with, and anything between; by factors where the range is wide.
float ValueOf(const ParamDescription& param, std::uint64_t bits) {
  const float part = static_cast<float>((bits >> 8) & 0xffff) * 0x1p-16f;
  switch (bits % 6) {
    case 0:
      return param.min;
    case 1:
      return param.max;
    case 2:
      return param.initial;
    case 3:
      if (param.min > 0) {
        float value = param.min;
        for (std::uint64_t i = (bits >> 32) % 40; i > 0 && value < param.max; --i) value *= 1.5f;
        return std::min(value, param.max);
      }
      [[fallthrough]];
    default:
      return std::clamp(param.min + part * (param.max - param.min), param.min, param.max);
  }
}

void AddParams(const Scenario& scenario, MediaTime from, MediaTime to,
               std::vector<KernelEvent>& events) {
  const auto params = scenario.kernel->params;
  if (params.empty()) return;
  MediaTime at = from;
  for (std::uint32_t i = 0;; ++i) {
    const std::uint64_t bits = RandomBits(scenario.seed ^ 0x70, i, at);
    at += static_cast<Frames>(bits % (2 * kParamGap));  // sometimes 0: several on one sample
    if (at >= to) return;
    const auto target = static_cast<std::uint16_t>((bits >> 20) % params.size());
    events.push_back({at, EventKind::kParam, target, ValueOf(params[target], Mix64(bits))});
  }
}

void AddNotes(const Scenario& scenario, MediaTime to, std::vector<KernelEvent>& events) {
  MediaTime at = kStart;
  for (std::uint32_t i = 0;; ++i) {
    const std::uint64_t bits = RandomBits(scenario.seed ^ 0x6e, i, at);
    const int key = scenario.assets > 0 ? 36 + static_cast<int>((bits >> 20) % scenario.assets)
                                        : 24 + static_cast<int>((bits >> 20) % 80);
    const EventKind kind = i % 3 == 2 ? EventKind::kNoteOff : EventKind::kNoteOn;
    const float velocity = static_cast<float>(1 + (bits >> 40) % 127) / 127;
    events.push_back({at, kind, static_cast<std::uint16_t>(key), velocity});
    if (i % 8 == 3) {  // the position jumps
      events.push_back({at, EventKind::kAllNotesOff, 0, 0});
      events.push_back(RollEvent(at, static_cast<Frames>((bits >> 30) % 20'000)));
    }
    at += 1 + static_cast<Frames>(bits % (2 * kNoteGap));
    if (at >= to) break;
  }
  events.push_back({to, EventKind::kAllNotesOff, 0, 0});
}

void AddTempos(const Scenario& scenario, MediaTime to, std::vector<KernelEvent>& events) {
  MediaTime at = kStart;
  for (std::uint32_t i = 0; at < to; ++i) {
    const std::uint64_t bits = RandomBits(scenario.seed ^ 0x74, i, at);
    const float bpm = static_cast<float>(10'000 + (bits >> 20) % 989'001) / 1000.0f;
    events.push_back({at, EventKind::kTempo, 0, bpm});
    at += static_cast<Frames>(bits % 6000);
  }
}

bool SameShape(const Scenario& a, const Scenario& b) {
  return a.channels == b.channels && a.input_ports == b.input_ports && a.assets == b.assets;
}

}  // namespace

float InputAt(const Scenario& scenario, int channel, MediaTime n) {
  switch (scenario.material) {
    case Material::kMusic:
      return Music(scenario, channel, n);
    case Material::kAbsurd:
      return Absurd(scenario, channel, n);
    case Material::kWhisper:
      break;
  }
  return n - kStart < kWhisperEnds ? Noise(scenario, channel, n) * 1e-33f : 0;
}

std::vector<KernelEvent> EventsOf(const Scenario& scenario) {
  const bool whisper = scenario.material == Material::kWhisper;
  std::vector<KernelEvent> events;
  if (whisper) {
    AddParams(scenario, kStart, kStart + kWhisperEnds, events);
  } else {
    const MediaTime first = kStart + std::min(kFirstSounds, scenario.length / 4);
    AddParams(scenario, first, kStart + scenario.length, events);
  }
  if (scenario.kernel->takes_notes) {
    AddNotes(scenario, kStart + (whisper ? kWhisperEnds : scenario.length * 7 / 8), events);
  }
  if (scenario.kernel->hears_tempo) AddTempos(scenario, kStart + scenario.length, events);
  std::stable_sort(events.begin(), events.end(),
                   [](const KernelEvent& a, const KernelEvent& b) { return a.at < b.at; });
  return events;
}

std::vector<Scenario> Scenarios() {
  std::vector<Scenario> all;
  for (const KernelDescription* kernel : Kernels()) {
    const int narrow = std::clamp(2, kernel->channels_min, kernel->channels_max);
    const Scenario shapes[] = {
        {kernel, narrow, kernel->input_ports_min, std::min(4, kernel->assets_max)},
        {kernel, kernel->channels_min, kernel->input_ports_max, kernel->assets_min},
        {kernel, kernel->channels_max, kernel->input_ports_max, std::min(2, kernel->assets_max)},
    };
    for (std::size_t i = 0; i < std::size(shapes); ++i) {
      Scenario scenario = shapes[i];
      const auto same = [&](const Scenario& other) { return SameShape(other, scenario); };
      if (std::any_of(shapes, shapes + i, same)) continue;
      for (const Material material : {Material::kMusic, Material::kWhisper, Material::kAbsurd}) {
        const bool wide = scenario.channels * scenario.input_ports > 16;
        scenario.material = material;
        scenario.length = material == Material::kAbsurd ? 6000 : wide ? 36'000 : 96'000;
        scenario.seed = Hash64(NameOf(scenario));
        all.push_back(scenario);
      }
    }
  }
  return all;
}

std::string NameOf(const Scenario& scenario) {
  static constexpr const char* kMaterials[] = {"music", "whisper", "absurd"};
  return std::string(scenario.kernel->kind) + "/" + std::to_string(scenario.channels) + "ch/" +
         std::to_string(scenario.input_ports) + "in/" + std::to_string(scenario.assets) +
         "assets/" + kMaterials[static_cast<int>(scenario.material)];
}

}  // namespace continuo::dsp::gates
