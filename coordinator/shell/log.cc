// SPDX-License-Identifier: Apache-2.0
#include "coordinator/shell/log.h"

#include <time.h>

#include <cstdio>

namespace continuo::coordinator {

void Log(Severity severity, std::string_view text) {
  timespec now{};
  clock_gettime(CLOCK_REALTIME, &now);
  tm local{};
  localtime_r(&now.tv_sec, &local);
  const char* const mark = severity == Severity::kError     ? "error: "
                           : severity == Severity::kWarning ? "warning: "
                                                            : "";
  std::fprintf(stderr, "%02d:%02d:%02d.%03ld %s%.*s\n", local.tm_hour, local.tm_min, local.tm_sec,
               now.tv_nsec / 1'000'000, mark, static_cast<int>(text.size()), text.data());
}

}  // namespace continuo::coordinator
