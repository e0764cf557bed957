// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "dsp/base/realtime.h"

namespace continuo::agent::rt {

/// Cores that compute beside the audio thread. What they are given are pieces of work that have nothing to do with one
/// another, so that neither their order nor their place can change a bit.
class Crew {
 public:
  virtual ~Crew() = default;
  /// Does work(context, i) for each i below `count`, on this thread and on others; returns when all is done. Called by
  /// one thread. `count` is at most 4,096.
  virtual void Do(int count, void (*work)(void* context, int i),
                  void* context) CONTINUO_REALTIME = 0;
};

}  // namespace continuo::agent::rt
