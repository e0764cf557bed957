// SPDX-License-Identifier: Apache-2.0
#include "dsp/gates/rehearsal.h"

#include <algorithm>
#include <bit>
#include <cstring>
#include <new>
#include <string_view>

#include "dsp/base/hash.h"
#include "dsp/base/random.h"

#if defined(__SSE__)
#include <xmmintrin.h>
#endif

namespace continuo::dsp::gates {
namespace {

constexpr Frames kAssetFrames = 9000;
constexpr int kAssetChannels = 2;

#if defined(__SSE__)
constexpr std::uint64_t kFlushBits = 0x8040;  // MXCSR: FTZ and DAZ
std::uint64_t ReadControl() {
  return _mm_getcsr();
}
void WriteControl(std::uint64_t bits) {
  _mm_setcsr(static_cast<unsigned>(bits));
}
#elif defined(__aarch64__)
constexpr std::uint64_t kFlushBits = 1u << 24;  // FPCR: FZ
std::uint64_t ReadControl() {
  std::uint64_t bits;
  asm volatile("mrs %0, fpcr" : "=r"(bits));
  return bits;
}
void WriteControl(std::uint64_t bits) {
  asm volatile("msr fpcr, %0" ::"r"(bits));
}
#elif defined(__ARM_FP)
constexpr std::uint64_t kFlushBits = 1u << 24;  // FPSCR: FZ
std::uint64_t ReadControl() {
  std::uint32_t bits;
  asm volatile("vmrs %0, fpscr" : "=r"(bits));
  return bits;
}
void WriteControl(std::uint64_t bits) {
  asm volatile("vmsr fpscr, %0" ::"r"(static_cast<std::uint32_t>(bits)));
}
#endif

/// A kit that a gate hears all of: pitches, loops, envelopes, groups.
std::vector<Zone> KitZones() {
  Zone looped{.begin = 100, .frames = 3000, .loop_begin = 700, .loop_end = 2103};
  looped.root = 40;
  looped.attack_ms = 7;
  looped.decay_ms = 90;
  looped.sustain = 0.4f;
  looped.release_ms = 60;
  looped.play = ZonePlay::kLooped;
  Zone tiny = looped;
  tiny.begin = 4000;
  tiny.frames = 40;
  tiny.loop_begin = 10;
  tiny.loop_end = 13;
  tiny.play = ZonePlay::kLoopedWhileHeld;
  tiny.tune = -7.3f;
  tiny.velocity_min = 60;
  Zone stroke{.begin = 500, .frames = 4000};
  stroke.key_max = 38;
  stroke.pan = -0.6f;
  stroke.delay_ms = 3;
  stroke.hold_ms = 11;
  stroke.decay_ms = 40;
  stroke.sustain = 0;
  stroke.root = 37;
  stroke.play = ZonePlay::kOneShot;
  stroke.group = stroke.off_by = 3;
  return {looped, tiny, stroke};
}

}  // namespace

FlushToZero::FlushToZero(bool on) : before_(ReadControl()) {
  WriteControl(on ? before_ | kFlushBits : before_ & ~kFlushBits);
}

FlushToZero::~FlushToZero() {
  WriteControl(before_);
}

void Rehearsal::Free::operator()(void* memory) const {
  ::operator delete (memory, std::align_val_t{16});
}

Rehearsal::Memory Rehearsal::Allocate(std::size_t bytes) {
  void* memory = ::operator new (bytes, std::align_val_t{16});
  std::memset(memory, 0, bytes);
  return Memory(memory);
}

Rehearsal::Rehearsal(const Scenario& scenario, std::span<const ParamSetting> params)
    : scenario_(scenario), events_(EventsOf(scenario)), place_(Allocate(scenario.kernel->bytes)) {
  KernelConfig config{scenario.channels, scenario.input_ports, scenario.seed, {}, {}, params};
  std::vector<std::uint8_t> keys;
  for (Frames i = 0; scenario.assets > 0 && i < kAssetFrames * kAssetChannels; ++i) {
    asset_samples_.push_back(RandomBipolar(7, 0, i) * static_cast<float>(kAssetFrames - i / 2) /
                             kAssetFrames);
  }
  for (int i = 0; i < scenario.assets; ++i) {
    const int channels = 1 + i % kAssetChannels;
    assets_.push_back({asset_samples_.data(), kAssetFrames - 1000 * i, channels});
    keys.push_back(static_cast<std::uint8_t>(36 + i));
  }
  if (scenario.kernel->takes_kits && scenario.assets > 1) {
    zones_ = KitZones();
    assets_.back().zones = zones_;
  }
  config.assets = assets_;
  if (scenario.kernel->takes_notes) config.asset_keys = keys;

  kernel_ = scenario.kernel->create(place_.get());
  Arena measure;
  if (!kernel_->Prepare(config, measure)) return;
  memory_bytes_ = measure.needed();
  memory_ = Allocate(memory_bytes_);
  Arena arena(memory_.get(), memory_bytes_);
  ok_ = kernel_->Prepare(config, arena) && arena.needed() == memory_bytes_;
}

void Rehearsal::PlayTo(MediaTime until, int block) {
  while (n_ < until) {
    for (; next_event_ < events_.size() && events_[next_event_].at <= n_; ++next_event_) {
      kernel_->Apply(events_[next_event_]);
    }
    MediaTime stop = std::min(until, n_ - n_ % block + block);
    if (next_event_ < events_.size()) stop = std::min(stop, events_[next_event_].at);
    PlayBlock(n_, static_cast<int>(stop - n_));
    n_ = stop;
  }
}

void Rehearsal::Apply(std::span<const ParamSetting> params) {
  for (const ParamSetting& setting : params) {
    kernel_->Apply({.at = n_, .target = setting.index, .value = setting.value});
  }
}

void Rehearsal::PlayBlock(MediaTime from, int frames) {
  const int inputs = scenario_.channels * scenario_.input_ports;
  std::vector<float> samples(static_cast<std::size_t>(inputs + scenario_.channels) * frames);
  std::vector<const float*> in(inputs);
  std::vector<float*> out(scenario_.channels);
  for (int c = 0; c < inputs; ++c) {
    float* channel = &samples[static_cast<std::size_t>(c) * frames];
    for (int i = 0; i < frames; ++i) channel[i] = InputAt(scenario_, c, from + i);
    in[c] = channel;
  }
  for (int c = 0; c < scenario_.channels; ++c) {
    out[c] = &samples[static_cast<std::size_t>(inputs + c) * frames];
    std::fill_n(out[c], frames, 12345.0f);  // buffers come as they were left
  }
  kernel_->Process({from, frames, in.data(), out.data()});
  for (int i = 0; i < frames; ++i) {
    for (int c = 0; c < scenario_.channels; ++c) output_.push_back(out[c][i]);
  }
}

void Rehearsal::Scribble() {
  const Scenario real = scenario_;
  scenario_.seed = Mix64(real.seed);
  scenario_.material = Material::kMusic;
  events_ = EventsOf(scenario_);
  PlayTo(kStart + real.length / 3, kMaxQuantum);
  scenario_ = real;
  events_ = EventsOf(scenario_);
}

std::vector<std::uint8_t> Rehearsal::Snapshot() const {
  std::vector<std::uint8_t> bytes(2 * (memory_bytes_ + scenario_.kernel->bytes) + 4096);
  ByteWriter writer(bytes);
  kernel_->Snapshot(writer);
  bytes.resize(writer.ok() ? writer.size() : 0);
  return bytes;
}

bool Rehearsal::Restore(std::span<const std::uint8_t> snapshot, MediaTime n) {
  ByteReader reader(snapshot);
  n_ = n;
  output_.clear();
  const auto later = [](const KernelEvent& event, MediaTime at) { return event.at < at; };
  next_event_ = std::lower_bound(events_.begin(), events_.end(), n, later) - events_.begin();
  return kernel_->Restore(reader) && reader.ok() && reader.left() == 0;
}

std::uint64_t HashOf(std::span<const float> samples) {
  std::uint64_t hash = samples.size();
  for (const float sample : samples) hash = Mix64(hash ^ std::bit_cast<std::uint32_t>(sample));
  return hash;
}

std::uint64_t HashOf(std::span<const std::uint8_t> bytes) {
  return Hash64({reinterpret_cast<const char*>(bytes.data()), bytes.size()});
}

}  // namespace continuo::dsp::gates
