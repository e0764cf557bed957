// SPDX-License-Identifier: Apache-2.0
#include "agent/shell/waker.h"

namespace continuo::agent {

Waker::Waker(clock::Clock& clock, const UdpPorts& ports, const handoff::Doorbell& bell)
    : clock_(clock), bell_(bell) {
  for (std::size_t i = 0; i < ports.size(); ++i) {
    files_[i] = {.fd = ports[i] == nullptr ? -1 : ports[i]->file(), .events = POLLIN, .revents = 0};
  }
  files_.back() = {.fd = bell.file(), .events = POLLIN, .revents = 0};
}

void Waker::Wait(Nanoseconds t) {
  constexpr Nanoseconds kSecond = 1'000'000'000;
  const Nanoseconds left = t - clock_.Now();
  if (left <= 0) return;
  const timespec timeout{.tv_sec = left / kSecond, .tv_nsec = left % kSecond};
  const int came = ppoll(files_.data(), files_.size(), &timeout, nullptr);
  if (came > 0 && files_.back().revents != 0) bell_.Hush();
}

}  // namespace continuo::agent
