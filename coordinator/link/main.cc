// SPDX-License-Identifier: Apache-2.0
// continuo-link lead|follow: keeps Ableton Link beside the show that plays. `continuo link` runs it.
#include <CLI/CLI.hpp>
#include <atomic>
#include <csignal>
#include <cstdio>
#include <memory>
#include <string>
#include <utility>

#include "coordinator/beside/media_bounds.h"
#include "coordinator/edge/grpc/operator_client.h"
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
      : options_(options), guest_(mode, options.start_stop), client_(options.coordinator) {}

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
      if (now - looked_ >= kBetweenLooks) Look();
      if (plays_ && media_.knows() && state_.at > acted_on_) Act();
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
    looked_ = transport::StageClock::Local();
    const auto view = client_.Look();
    const Nanoseconds answered = transport::StageClock::Local();
    if (!view.ok()) {
      Tell("the coordinator does not answer: " + std::string(view.status().message()));
      return;
    }
    const bool played = std::exchange(plays_, view->show.phase == ShowPhase::kPlaying);
    if (played && !plays_ && options_.start_stop) peer_->Say(PlayingWords(false, answered));
    media_.Note(looked_, answered, view->now);
    if (!plays_) return Tell("nothing plays");
    guest_.Know(view->session.segment);
    playout_ = view->plan.timing.playout;
    Tell("beside \"" + view->show.name + "\"");
  }

  void Act() {
    acted_on_ = state_.at;
    // What is heard now was computed for a playout ago.
    const auto latency = static_cast<Nanoseconds>(options_.latency_ms * 1e6);
    const Wish wish = guest_.Decide(state_, media_.At(state_.at - latency) - playout_);
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
    const auto reply = client_.Request(wish);
    const bool taken = reply.ok() && reply->verdict == Verdict::kCommitted;
    std::printf("%s: %s\n", taken ? "taken" : "not taken",
                reply.ok() ? reply->text.c_str() : std::string(reply.status().message()).c_str());
    std::fflush(stdout);
    return taken;
  }

  void Report(Nanoseconds now) {
    reported_ = now;
    if (!plays_ || !media_.knows()) return;
    const auto apart = guest_.apart_ms();
    std::printf("%d peers, %.3f, %s ms apart; media time to %.3f ms\n", state_.peers,
                guest_.heard_mbpm() / 1e3, apart ? std::to_string(*apart).c_str() : "-",
                static_cast<double>(media_.error()) / 1e6);
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
  beside::MediaBounds media_;
  OperatorClient client_;
  std::unique_ptr<PeerProgram> peer_;
  PeerState state_;
  Nanoseconds looked_ = 0, acted_on_ = 0, reported_ = 0;
  Frames playout_ = 0;
  bool plays_ = false;
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
