// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "dsp/gates/scenario.h"

namespace continuo::dsp::gates {

/// Turns the processor's flushing of denormals on or off for as long as it lives, in this thread.
class FlushToZero {
 public:
  explicit FlushToZero(bool on);
  ~FlushToZero();
  FlushToZero(const FlushToZero&) = delete;

 private:
  std::uint64_t before_;
};

/// One instance of a scenario's kernel, in memory of exactly the size it asked for.
class Rehearsal {
 public:
  /// Check ok(): false if the kernel refused a configuration that its description allows, or asked for different
  /// amounts of memory in the two calls of Prepare.
  explicit Rehearsal(const Scenario& scenario, std::span<const ParamSetting> params = {});
  bool ok() const { return ok_; }

  /// Plays on up to `until`, in blocks that end at multiples of `block` and at every event.
  void PlayTo(MediaTime until, int block);
  /// Before what is played next.
  void Apply(std::span<const ParamSetting> params);
  /// Another life before the real one: whatever is left of it after Restore is a part of the state that the snapshot
  /// forgot.
  void Scribble();

  std::vector<std::uint8_t> Snapshot() const;
  /// Goes on at `n` from a snapshot taken there.
  bool Restore(std::span<const std::uint8_t> snapshot, MediaTime n);

  /// What was played since the beginning, or since Restore; interleaved.
  const std::vector<float>& output() const { return output_; }
  MediaTime end() const { return kStart + scenario_.length; }

 private:
  struct Free {
    void operator()(void* memory) const;
  };
  using Memory = std::unique_ptr<void, Free>;
  static Memory Allocate(std::size_t bytes);
  void PlayBlock(MediaTime from, int frames);

  Scenario scenario_;
  std::vector<KernelEvent> events_;
  std::size_t next_event_ = 0;
  MediaTime n_ = kStart;
  std::vector<float> asset_samples_;
  std::vector<AudioAsset> assets_;
  std::vector<Zone> zones_;
  Memory place_, memory_;
  std::size_t memory_bytes_ = 0;
  Kernel* kernel_ = nullptr;
  bool ok_ = false;
  std::vector<float> output_;
};

/// Hash of samples by their bits: -0 and +0 differ.
std::uint64_t HashOf(std::span<const float> samples);
std::uint64_t HashOf(std::span<const std::uint8_t> bytes);

}  // namespace continuo::dsp::gates
