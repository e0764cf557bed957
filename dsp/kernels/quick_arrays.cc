// SPDX-License-Identifier: Apache-2.0
#include "dsp/kernels/quick_arrays.h"

#include "dsp/base/quick_math.h"
#include "dsp/base/wide.h"

namespace continuo::dsp {

CONTINUO_WIDE void QuickLog2All(float* x, int count, float least) {
  for (int i = 0; i < count; ++i) x[i] = QuickLog2(x[i] > least ? x[i] : least);
}

CONTINUO_WIDE void NarrowExp2All(float* x, int count) {
  for (int i = 0; i < count; ++i) x[i] = NarrowExp2(x[i]);
}

}  // namespace continuo::dsp
