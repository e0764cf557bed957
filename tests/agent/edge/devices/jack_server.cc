// SPDX-License-Identifier: Apache-2.0
#include "agent/edge/devices/jack_server.h"

#include <signal.h>
#include <unistd.h>

namespace continuo {

JackServer::JackServer(const std::filesystem::path& folder, int number, int rate, int period)
    : name_("continuo-test-" + std::to_string(getpid()) + "-" + std::to_string(number)),
      log_((folder / (name_ + ".log")).string()),
      rate_(rate),
      period_(period) {}

JackServer::~JackServer() {
  Stop();
}

// Below the audio threads of agents (70), which feed it; synchronous, so that a slow client costs a late period and
// not a hole that only that client sees.
void JackServer::Start() {
  program_ = std::make_unique<Program>(
      std::vector<std::string>{CONTINUO_JACKD, "-n", name_, "-S", "-R", "-P60", "-d", "dummy", "-r",
                               std::to_string(rate_), "-p", std::to_string(period_)},
      log_);
}

void JackServer::Kill() {
  if (program_ != nullptr) program_->Kill();
  program_.reset();
}

void JackServer::Stop() {
  if (program_ == nullptr) return;
  program_->Signal(SIGTERM);
  program_->Wait(std::chrono::seconds(3));
  program_.reset();
}

std::string JackServer::Output() const {
  return program_ == nullptr ? std::string() : program_->Output();
}

}  // namespace continuo
