// SPDX-License-Identifier: Apache-2.0
// continuo-link lead|follow: keeps Ableton Link beside the show that plays. `continuo link` runs it.
#include <CLI/CLI.hpp>
#include <atomic>
#include <csignal>
#include <cstdio>
#include <memory>
#include <string>

#include "coordinator/beside/show_side.h"
#include "coordinator/link/guest.h"
#include "coordinator/link/peer_program.h"
#include "proto/transport/stage_clock.h"

namespace {

using namespace continuo;                     // NOLINT(google-build-using-namespace)
using namespace continuo::coordinator;        // NOLINT(google-build-using-namespace)
using namespace continuo::coordinator::link;  // NOLINT(google-build-using-namespace)

constexpr Nanoseconds kBetweenLooks = 100'000'000;
constexpr Nanoseconds kBetweenReports = 1'000'000'000;
constexpr int kPatienceMs = 60;

std::atomic<bool> ending{false};

struct Options {
  std::string coordinator = "127.0.0.1:7400";
  double latency_ms = 0;
  bool report = false;
  bool start_stop = false;
};

class Bridge {
 public:
  Bridge(const Options& options, Mode mode)
      : options_(options), guest_(mode, options.start_stop), show_(options.coordinator) {}

  int Run() {
    std::string error;
    peer_ = PeerProgram::Start(120, error);
    if (peer_ == nullptr) {
      std::fprintf(stderr, "continuo-link: %s\n", error.c_str());
      return 1;
    }
    while (!ending && !peer_->is_gone()) {
      for (const std::string& line : peer_->Listen(kPatienceMs)) {
        if (const auto said = ReadPeerState(line)) state_ = *said;
      }
      const Nanoseconds now = transport::StageClock::Local();
      if (now - show_.looked() >= kBetweenLooks) Look();
      if (show_.plays() && state_.at > acted_on_) Act();
      if (options_.report && now - reported_ >= kBetweenReports) Report(now);
    }
    if (ending) return 0;
    std::fprintf(
        stderr,
        "continuo-link: continuo-link-peer has ended, or is not there (built where Debian's "
        "ableton-link-dev is)\n");
    return 1;
  }

 private:
  void Look() {
    const bool played = show_.plays();
    const std::string told = show_.Look();
    if (played && !show_.plays() && options_.start_stop) {
      peer_->Say(PlayingWords(false, show_.looked()));
    }
    if (show_.plays()) guest_.Know(show_.segments());
    Tell(told);
  }

  void Act() {
    acted_on_ = state_.at;
    // What is heard now was computed for a playout ago.
    const auto latency = static_cast<Nanoseconds>(options_.latency_ms * 1e6);
    const Wish wish =
        guest_.Decide(state_, show_.media().At(state_.at - latency) - show_.playout());
    if (wish.quantum) peer_->Say(QuantumWords(*wish.quantum));
    if (wish.place) peer_->Say(SetWords(wish.place->bpm, wish.place->phase, wish.place->at));
    if (wish.propose_mbpm) Propose(*wish.propose_mbpm);
    if (wish.rolling.put) peer_->Say(PlayingWords(*wish.rolling.put, state_.at));
    if (wish.rolling.propose) ProposeRolling(*wish.rolling.propose);
  }

  void Propose(std::uint32_t mbpm) {
    std::printf("Link wishes %.3f quarter notes a minute\n", mbpm / 1e3);
    std::fflush(stdout);
    EventRequested wish;
    wish.command = Command::kTempo;
    wish.value = mbpm;
    if (!Ask(wish)) guest_.Refused();
  }

  void ProposeRolling(bool rolls) {
    std::printf("Link wishes that the show %s\n", rolls ? "roll" : "stand");
    EventRequested wish;
    wish.command = rolls ? Command::kPlay : Command::kStop;
    if (!Ask(wish)) guest_.RefusedRolling();
  }

  /// False: the show will not have it.
  bool Ask(const EventRequested& wish) {
    const auto answer = show_.Ask(wish);
    std::printf("%s: %s\n", answer.taken ? "taken" : "not taken", answer.text.c_str());
    std::fflush(stdout);
    return answer.taken;
  }

  void Report(Nanoseconds now) {
    reported_ = now;
    if (!show_.plays()) return;
    const auto apart = guest_.apart_ms();
    std::printf("%d peers, %.3f, %s ms apart; media time to %.3f ms\n", state_.peers,
                guest_.heard_mbpm() / 1e3, apart ? std::to_string(*apart).c_str() : "-",
                static_cast<double>(show_.media().error()) / 1e6);
    std::fflush(stdout);
  }

  void Tell(const std::string& text) {
    if (text == told_) return;
    told_ = text;
    std::printf("%s\n", text.c_str());
    std::fflush(stdout);
  }

  const Options options_;
  Guest guest_;
  beside::ShowSide show_;
  std::unique_ptr<PeerProgram> peer_;
  PeerState state_;
  Nanoseconds acted_on_ = 0, reported_ = 0;
  std::string told_;
};

}  // namespace

int main(int argc, char** argv) {
  CLI::App app(
      "continuo link: keeps Ableton Link beside the show that plays, until Ctrl-C. The show's "
      "place in the music holds and "
      "Link is put onto it; of Link the show takes at most a tempo, and starts and stops if told "
      "to.",
      "continuo link");
  Options options;
  app.require_subcommand(1);
  app.add_option("--coordinator", options.coordinator, "HOST:PORT of the coordinator")
      ->envname("CONTINUO_COORDINATOR")
      ->capture_default_str();
  app.add_option(
         "--latency", options.latency_ms,
         "ms from an output's date until it is heard: what `continuo status` says of devices")
      ->check(CLI::Range(-1000.0, 1000.0))
      ->capture_default_str();
  app.add_flag("--report", options.report, "a line a second: peers, tempo, how far apart");
  app.add_flag("--start-stop", options.start_stop,
               "starts and stops, too: Link plays while the show rolls; with `follow` a peer's "
               "start or stop becomes a command play or stop");
  app.add_subcommand("lead", "Link goes as the show does, whatever its peers wish")->fallthrough();
  CLI::App* const follow = app.add_subcommand("follow",
                                              "a tempo that a peer sets becomes the show's, as a "
                                              "dated command like any other; not that of "
                                              "somebody who has only just come")
                               ->fallthrough();
  app.footer("Example: continuo link follow --coordinator 127.0.0.1:7400");
  CLI11_PARSE(app, argc, argv);
  for (const int number : {SIGINT, SIGTERM}) std::signal(number, [](int) { ending = true; });
  return Bridge(options, *follow ? Mode::kFollow : Mode::kLead).Run();
}
