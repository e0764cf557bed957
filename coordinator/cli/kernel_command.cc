// SPDX-License-Identifier: Apache-2.0

#include "coordinator/cli/commands.h"
#include "coordinator/cli/kernel_text.h"
#include "coordinator/cli/terminal.h"
#include "coordinator/core/did_you_mean.h"
#include "dsp/kernels/registry.h"

namespace continuo::coordinator::cli {
namespace {

int Print(const std::vector<std::string>& lines) {
  PrintLines(lines);
  return kDone;
}

}  // namespace

int RunKernelList(const Invocation& invocation) {
  return Print(invocation.json ? std::vector{KernelsJson(dsp::Kernels())}
                               : KernelListLines(dsp::Kernels()));
}

int RunKernelShow(const Invocation& invocation, const std::string& kind) {
  const dsp::KernelDescription* kernel = dsp::FindKernel(kind);
  if (kernel == nullptr) {
    std::vector<std::string> kinds;
    for (const dsp::KernelDescription* one : dsp::Kernels()) kinds.emplace_back(one->kind);
    return Fail(invocation, "there is no kind \"" + kind + "\"" + DidYouMean(kind, kinds));
  }
  return Print(invocation.json ? std::vector{KernelJson(*kernel)}
                               : KernelLines(*kernel, Terminal()));
}

}  // namespace continuo::coordinator::cli
