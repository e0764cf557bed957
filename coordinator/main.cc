// SPDX-License-Identifier: Apache-2.0
#include <pthread.h>
#include <signal.h>
#include <time.h>

#include <cstdio>
#include <exception>
#include <filesystem>
#include <thread>

#include "coordinator/edge/bus/pulse.h"
#include "coordinator/edge/grpc/agent_links.h"
#include "coordinator/edge/grpc/front_door.h"
#include "coordinator/edge/store/journal.h"
#include "coordinator/shell/announce.h"
#include "coordinator/shell/log.h"
#include "coordinator/shell/loop.h"
#include "coordinator/shell/options.h"
#include "proto/transport/build_id.h"
#include "proto/transport/machine_clock.h"

namespace {

using namespace continuo;               // NOLINT(google-build-using-namespace)
using namespace continuo::coordinator;  // NOLINT(google-build-using-namespace)

/// Samples since the PTP epoch by CLOCK_TAI: where media time begins when there is no map yet.
MediaTime MediaTimeOfNow() {
  timespec now{};
  clock_gettime(CLOCK_TAI, &now);
  return now.tv_sec * MediaTime{kSampleRate} + now.tv_nsec * MediaTime{kSampleRate} / 1'000'000'000;
}

sigset_t BlockEndingSignals() {
  sigset_t ending;
  sigemptyset(&ending);
  sigaddset(&ending, SIGINT);
  sigaddset(&ending, SIGTERM);
  pthread_sigmask(SIG_BLOCK, &ending, nullptr);
  signal(SIGPIPE, SIG_IGN);
  return ending;
}

/// Empty after an orderly end, else why it could not run.
std::string Coordinate(const Options& options, const sigset_t& ending) {
  std::error_code failed;
  std::filesystem::create_directories(options.state, failed);
  if (failed) return "cannot make the state folder " + options.state + ": " + failed.message();
  Journal::OpenReport report;
  const std::unique_ptr<Journal> journal = Journal::Open(options.state, report);
  if (journal == nullptr) return report.error;
  if (!report.cut.empty()) Log(Severity::kWarning, report.cut);

  transport::MachineClock clock;
  AgentLinks links;
  Loop loop(clock, *journal, links);
  const std::string assets = (std::filesystem::path(options.state) / "assets").string();
  std::string error;
  const std::unique_ptr<FrontDoor> door = FrontDoor::Open(
      {options.listen, assets, std::string(transport::BuildId())}, links, loop, error);
  if (door == nullptr) return error;
  const std::unique_ptr<Pulse> pulse = Pulse::Listen(options.beats, loop, error);
  if (pulse == nullptr) return error;
  error = loop.Recover({transport::MachineClockId(), MediaTimeOfNow(),
                        std::string(transport::BuildId()), door->address()});
  if (!error.empty()) {
    loop.Stop();
    loop.Run();  // answers whoever asked meanwhile
    return error;
  }
  Log(Severity::kInfo, "listening on " + door->address() + ", " + std::to_string(report.rows) +
                           " inputs recovered from " + options.state);
  const auto announcer = Announce(options);
  std::thread running([&loop] { loop.Run(); });
  int signal_number = 0;
  sigwait(&ending, &signal_number);
  loop.Stop();
  running.join();
  return {};
}

}  // namespace

int main(int argc, char** argv) {
  Options options;
  int exit_code = 0;
  if (!ParseOptions(argc, argv, options, exit_code)) return exit_code;
  const sigset_t ending = BlockEndingSignals();
  try {
    const std::string wrong = Coordinate(options, ending);
    if (wrong.empty()) return 0;
    std::fprintf(stderr, "continuo-coordinator: %s\n", wrong.c_str());
  } catch (const std::exception& error) {
    std::fprintf(stderr, "continuo-coordinator: %s\n", error.what());
  }
  return 1;
}
