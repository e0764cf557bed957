// SPDX-License-Identifier: Apache-2.0
#include <csignal>
#include <cstdio>
#include <exception>

#include "agent/shell/agent.h"
#include "agent/shell/neighbours.h"
#include "agent/shell/options.h"
#include "agent/shell/priority.h"
#include "agent/shell/round_trip_text.h"

namespace {

volatile std::sig_atomic_t ending = 0;
volatile std::sig_atomic_t corrupting = 0;
volatile std::sig_atomic_t slowing = 0;

void OnSignal(int signal) {
  if (signal == SIGUSR1) {
    corrupting = 1;
  } else if (signal == SIGUSR2) {
    slowing = 1;
  } else {
    ending = 1;
  }
}

void TakeSignals() {
  struct sigaction action {};
  action.sa_handler = OnSignal;
  action.sa_flags = SA_RESTART;
  for (const int signal : {SIGINT, SIGTERM, SIGUSR1, SIGUSR2}) sigaction(signal, &action, nullptr);
  std::signal(SIGPIPE, SIG_IGN);
}

continuo::agent::Fault TakeFault() {
  using continuo::agent::Fault;
  volatile std::sig_atomic_t& wanted = corrupting != 0 ? corrupting : slowing;
  if (wanted == 0) return Fault::kNone;
  wanted = 0;
  return &wanted == &corrupting ? Fault::kCorrupt : Fault::kSlow;
}

int Measure(const continuo::agent::Options& options) {
  using namespace continuo::agent;
  const RoundTripLoop& loop = *options.round_trip;
  AlsaWish alsa = options.alsa.value_or(AlsaWish{});
  alsa.raise = [] { RaiseThisThread(kDevicePriority); };
  const RoundTrip trip = options.jack ? MeasureJack(*options.jack, loop) : MeasureAlsa(alsa, loop);
  const std::string device = options.jack ? "jack:" + options.jack->server : "alsa:" + alsa.card;
  if (trip.reading.error.empty()) {
    std::fputs(RoundTripText(device, loop, trip).c_str(), stdout);
    return 0;
  }
  std::fprintf(stderr, "continuo-agent: %s: %s\n", device.c_str(), trip.reading.error.c_str());
  return 1;
}

int Play(continuo::agent::Options& options) {
  const auto ends = [] { return ending != 0; };
  std::string wrong = continuo::agent::FindCoordinator(options, ends);
  if (wrong.empty() && !ends()) {
    continuo::agent::Agent agent(options);
    wrong = agent.Start(ends);
    if (wrong.empty() && !ends()) wrong = agent.Run(ends, TakeFault);
  }
  if (wrong.empty()) return 0;
  std::fprintf(stderr, "continuo-agent: %s\n", wrong.c_str());
  return 1;
}

}  // namespace

int main(int argc, char** argv) {
  continuo::agent::Options options;
  int exit_code = 0;
  if (!continuo::agent::ParseOptions(argc, argv, options, exit_code)) return exit_code;
  TakeSignals();
  try {
    return options.round_trip ? Measure(options) : Play(options);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "continuo-agent: %s\n", error.what());
    return 1;
  }
}
