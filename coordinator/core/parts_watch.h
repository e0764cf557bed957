// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>

#include "coordinator/core/effect.h"
#include "coordinator/core/ledger.h"

namespace continuo::coordinator {

/// Sees when nobody is likely to tell more of a plan that is put together (held_parts.h).
class PartsWatch {
 public:
  /// On every tick.
  void Conclude(const Ledger& ledger, Nanoseconds time, Effects& effects);

 private:
  std::size_t told_ = 0;   // parts
  Nanoseconds since_ = 0;  // when the last of them came
  bool said_ = false;
};

}  // namespace continuo::coordinator
