// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "coordinator/core/show.h"

namespace continuo::coordinator {

/// Longest offset that an output may ask for: the way of sound over 343 m.
inline constexpr Frames kMostOffset = kSampleRate;

/// How much later than its sources made it the sound of a show comes, in samples, where kernels look ahead. All wires
/// of a task are delayed to the longest way to it, so into a task sound has only one age. Of a show without cycles,
/// which outlives this.
class Ways {
 public:
  explicit Ways(const Show& show) : show_(show), known_(show.tasks.size(), kUnknown) {}

  /// What comes to the task, delayed as it shall be.
  Frames Into(const ShowTask& task);
  /// What it plays.
  Frames OutOf(const ShowTask& task);
  /// By which what comes through this wire of the task is to be delayed; 0 of a wire from nowhere.
  Frames DelayOf(const ShowTask& task, const ShowWire& wire);

 private:
  static constexpr Frames kUnknown = -1;
  const Show& show_;
  std::vector<Frames> known_;  // Into, by place in the show
};

/// By which each output is later than what its task plays, in samples: what other outputs are late because the longest
/// way to them leads through kernels that look ahead, and on top the offset that the show asks for. Without that all
/// outputs are aligned, to the sample. Of a show without errors but in its outputs.
std::vector<Frames> OffsetsOf(const Show& show);

/// How far the task that is furthest ahead runs ahead; 0: none further than the promise.
Frames GreatestLead(const Show& show);

}  // namespace continuo::coordinator
