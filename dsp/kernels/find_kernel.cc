// SPDX-License-Identifier: Apache-2.0
#include "dsp/kernels/registry.h"

namespace continuo::dsp {

const KernelDescription* FindKernel(std::string_view kind) {
  for (const KernelDescription* kernel : Kernels()) {
    // Most differ in their first letter.
    if (!kind.empty() && kind.front() == *kernel->kind && kind == kernel->kind) return kernel;
  }
  return nullptr;
}

int FindParam(const KernelDescription& kernel, std::string_view name) {
  for (std::size_t i = 0; i < kernel.params.size(); ++i) {
    if (name == kernel.params[i].name) return static_cast<int>(i);
  }
  return -1;
}

}  // namespace continuo::dsp
