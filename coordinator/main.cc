// SPDX-License-Identifier: Apache-2.0
#include <pthread.h>
#include <signal.h>
#include <sys/timex.h>
#include <time.h>

#include <atomic>
#include <cstdio>
#include <exception>
#include <filesystem>
#include <thread>

#include "coordinator/edge/bus/pulse.h"
#include "coordinator/edge/etcd/etcd_store.h"
#include "coordinator/edge/grpc/agent_links.h"
#include "coordinator/edge/grpc/front_door.h"
#include "coordinator/edge/store/input_codec.h"
#include "coordinator/edge/store/journal.h"
#include "coordinator/edge/store/journal_check.h"
#include "coordinator/shell/announce.h"
#include "coordinator/shell/attendance.h"
#include "coordinator/shell/candidacy.h"
#include "coordinator/shell/log.h"
#include "coordinator/shell/loop.h"
#include "coordinator/shell/options.h"
#include "coordinator/shell/reception.h"
#include "coordinator/shell/registry_costs.h"
#include "proto/transport/address_list.h"
#include "proto/transport/build_id.h"
#include "proto/transport/machine_clock.h"

namespace {

using namespace continuo;               // NOLINT(google-build-using-namespace)
using namespace continuo::coordinator;  // NOLINT(google-build-using-namespace)

/// By how many seconds TAI is ahead of UTC, since 2017. The kernel knows once a time service has told it, which is some
/// time after boot: what was 0 then and is 37 later must not move the music.
constexpr std::int64_t kTaiAhead = 37;

/// No term begins before media time can be told.
constexpr Nanoseconds kLockPatience = 60'000'000'000;
/// Where there are others that could lead.
constexpr Nanoseconds kSharedPatience = 15'000'000'000;

/// Samples since the PTP epoch by TAI: where media time begins when there is no map yet, and goes on after a boot.
MediaTime MediaTimeOfNow() {
  timespec now{};
  clock_gettime(CLOCK_REALTIME, &now);
  timex kernel{};
  adjtimex(&kernel);
  now.tv_sec += kernel.tai != 0 ? kernel.tai : kTaiAhead;
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

/// A signal waits for whoever waits for it (WaitFor).
bool IsToldToEnd() {
  sigset_t pending;
  sigemptyset(&pending);
  sigpending(&pending);
  return sigismember(&pending, SIGINT) == 1 || sigismember(&pending, SIGTERM) == 1;
}

/// What there is whether this coordinator leads or not.
struct House {
  transport::StageClock clock;
  AgentLinks links;
  Reception reception;
  std::unique_ptr<FrontDoor> door;
  std::unique_ptr<Pulse> pulse;
  std::atomic<bool> ending = false;
  std::unique_ptr<transport::PtpFollower> ptp;  // the first to go: it speaks to the others

  /// Empty, or why not.
  std::string Open(const Options& options) {
    const std::string assets = (std::filesystem::path(options.state) / "assets").string();
    std::string error;
    if (!options.ptp.socket.empty()) {
      transport::PtpWish wish = options.ptp;
      wish.tell = [](const std::string& news) { Log(Severity::kInfo, news); };
      wish.learned = [this](std::vector<clock::MapEntry> entries) {
        if (const auto inbox = reception.Enter().inbox; inbox != nullptr) {
          inbox->Post(MapLearned{std::move(entries)});
        }
      };
      wish.seen = [this](const plan::ClockStatus& status) {
        if (const auto inbox = reception.Enter().inbox; inbox != nullptr) {
          inbox->Post(ClockSeen{status});
        }
      };
      ptp = transport::PtpFollower::Start(wish, clock, error);
      if (ptp == nullptr) return error;
    }
    door = FrontDoor::Open({options.listen, assets, std::string(transport::BuildId())}, links,
                           reception, error);
    if (door != nullptr) pulse = Pulse::Listen(options.beats, reception, error);
    return error;
  }
  /// Where others are told that it is: with the port that was picked.
  std::string Address(const Options& options) const {
    return options.advertise.ends_with(":0") ? door->address() : options.advertise;
  }
  /// What a term begins with. By then the time is known, by the map that is in the journal.
  std::string BeginTerm(const Options& options, const Ledger& ledger, Started& started) {
    const bool follows = ptp != nullptr;
    if (follows) {
      ptp->Lead(ledger.map);
      std::string wrong = ptp->WaitLocked(options.etcd ? kSharedPatience : kLockPatience,
                                          [this] { return ending || IsToldToEnd(); });
      if (wrong.empty() && (ending || IsToldToEnd())) wrong = "it is told to end";
      if (!wrong.empty()) {
        ptp->Yield();
        return wrong;
      }
    }
    started = {follows ? ptp->clock_id() : transport::MachineClockId(),
               follows ? clock::SampleAt(clock.Now()) : MediaTimeOfNow(),
               std::string(transport::BuildId()), Address(options), RegistryCosts()};
    return {};
  }
  Loop::Begin Beginner(const Options& options) {
    return [this, &options](const Ledger& ledger, Started& started) {
      return BeginTerm(options, ledger, started);
    };
  }
  void TellMap(const clock::MediaMap& map) {
    if (ptp != nullptr) ptp->Know(map);
  }
  void EndTerm() {
    if (ptp != nullptr) ptp->Yield();
    links.EndAttached();
  }
};

void WaitFor(const sigset_t& ending) {
  int signal_number = 0;
  sigwait(&ending, &signal_number);
}

/// One coordinator with a journal of its own. Empty after an orderly end, else why it could not run.
std::string CoordinateAlone(const Options& options, const sigset_t& ending) {
  JournalReport report;
  const std::unique_ptr<Journal> journal = OpenJournal(options.state, report, options.rebuild);
  if (journal == nullptr) return report.error;
  for (const std::string& note : report.notes) Log(Severity::kWarning, note);
  if (!report.cut.empty()) Log(Severity::kWarning, report.cut);
  House house;
  const auto loop = std::make_shared<Loop>(house.clock, *journal, house.links);
  house.reception.Admit(loop);
  if (std::string wrong = house.Open(options); !wrong.empty()) return wrong;
  loop->OnMap([&house](const clock::MediaMap& map) { house.TellMap(map); });
  if (std::string wrong = loop->Recover(house.Beginner(options)); !wrong.empty()) {
    loop->Stop();
    loop->Run();  // answers whoever asked meanwhile
    return IsToldToEnd() ? "" : wrong;
  }
  Log(Severity::kInfo, "listening on " + house.door->address() + ", " +
                           std::to_string(report.rows) + " inputs recovered from " + options.state +
                           ", " + std::to_string(report.rows - report.kept) + " of them replayed");
  const auto announcer = Announce(options);
  std::thread running([&loop] { loop->Run(); });
  WaitFor(ending);
  loop->Stop();
  running.join();
  return {};
}

/// One of several that share their state.
std::string CoordinateTogether(const Options& options, const sigset_t& ending) {
  House house;
  if (std::string wrong = house.Open(options); !wrong.empty()) return wrong;
  EtcdStore asked({options.etcd->endpoints, options.etcd->cluster});
  EtcdStore journal({options.etcd->endpoints, options.etcd->cluster});
  const std::string name =
      "etcd://" + transport::JoinAddresses(options.etcd->endpoints) + "/" + options.etcd->cluster;
  Log(Severity::kInfo,
      "listening on " + house.door->address() + ", its state is shared in " + name);
  const auto announcer = Announce(options);
  EtcdStore list({options.etcd->endpoints, options.etcd->cluster});
  const std::string address = house.Address(options);
  const Attendance attendance(
      {[&] { return list.Attend(address); }, [&] { list.Leave(); }},
      [&](std::vector<std::string> all) { house.reception.Know(address, std::move(all)); });
  const Candidacy candidacy(
      {[&asked](const AskStore& ask) { return asked.Do(ask); }, journal, name},
      {house.clock, house.links, house.reception, house.Beginner(options),
       [&house] { house.links.EndWaiting(); }, [&house] { house.EndTerm(); },
       [&house](const clock::MediaMap& map) { house.TellMap(map); }},
      address);
  WaitFor(ending);
  house.ending = true;
  return {};
}

/// 0: all is well with it.
int TellOfJournal(const std::string& file) {
  const JournalFindings found = CheckJournal(file);
  for (const std::string& wrong : found.wrong) std::fprintf(stderr, "%s\n", wrong.c_str());
  std::printf(
      "%s: format %d, %llu rows, %llu snapshots that are equal to them, term %llu, ledger %s\n",
      file.c_str(), kFormat, static_cast<unsigned long long>(found.rows),
      static_cast<unsigned long long>(found.snapshots),
      static_cast<unsigned long long>(found.terms), found.ledger.c_str());
  return found.wrong.empty() ? 0 : 1;
}

std::string Coordinate(const Options& options, const sigset_t& ending) {
  std::error_code failed;
  std::filesystem::create_directories(options.state, failed);
  if (failed) return "cannot make the state folder " + options.state + ": " + failed.message();
  return options.etcd ? CoordinateTogether(options, ending) : CoordinateAlone(options, ending);
}

}  // namespace

int main(int argc, char** argv) {
  Options options;
  int exit_code = 0;
  if (!ParseOptions(argc, argv, options, exit_code)) return exit_code;
  if (!options.check_journal.empty()) return TellOfJournal(options.check_journal);
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
