// SPDX-License-Identifier: Apache-2.0
// continuo-midi-clock lead|follow: MIDI clock beside the show that plays, on two ports of JACK. `continuo midi-clock`
// runs it.
#include <CLI/CLI.hpp>
#include <algorithm>
#include <array>
#include <atomic>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <deque>
#include <future>
#include <list>
#include <memory>
#include <string>
#include <utility>

#include "coordinator/beside/show_side.h"
#include "coordinator/midi_clock/clock_in.h"
#include "coordinator/midi_clock/jack_ports.h"
#include "proto/transport/stage_clock.h"

namespace {

using namespace continuo;                           // NOLINT(google-build-using-namespace)
using namespace continuo::coordinator;              // NOLINT(google-build-using-namespace)
using namespace continuo::coordinator::midi_clock;  // NOLINT(google-build-using-namespace)

constexpr Nanoseconds kMs = 1'000'000;
/// A change of the show has to be known before it is heard: a playout after it is in force.
constexpr Nanoseconds kLongestBetweenLooks = 100 * kMs, kShortestBetweenLooks = 20 * kMs;
/// Media time is known well enough to speak: an answer came that quickly. Not the first one, which had to connect; on a
/// bad network none, and then it has to do.
constexpr Nanoseconds kWellKnown = kMs / 2;
constexpr int kEnoughLooks = 20;
constexpr Nanoseconds kBetweenReports = 1'000 * kMs;
constexpr Nanoseconds kNap = 5 * kMs;
/// Commands are dated in the order in which they were asked, though nobody waits for what becomes of the one before.
constexpr Nanoseconds kBetweenAsks = 30 * kMs;

std::atomic<bool> ending{false};

struct Options {
  std::string coordinator = "127.0.0.1:7400";
  JackPorts::Wish jack;
  double latency_ms = 0;
  bool follows = false;
  bool report = false;
};

class Bridge {
 public:
  explicit Bridge(const Options& options) : options_(options), show_(options.coordinator) {}

  int Run() {
    std::string error;
    ports_ = JackPorts::Open(options_.jack, error);
    if (ports_ == nullptr) return Fail(error);
    transport::StageClock clock;
    while (!ending && !ports_->gone()) {
      Listen();
      const Nanoseconds now = transport::StageClock::Local();
      if (now - show_.looked() >= BetweenLooks()) Look();
      if (!wishes_.empty() && now - asked_ >= kBetweenAsks) Ask(now);
      TellAnswers();
      if (options_.report && now - reported_ >= kBetweenReports) Report(now);
      clock.SleepUntil(clock.Now() + kNap);
    }
    return ending ? 0 : Fail("the JACK server '" + options_.jack.server + "' is gone");
  }

 private:
  struct Question {
    std::string text;
    std::future<beside::ShowSide::Answer> answer;
  };

  static int Fail(const std::string& why) {
    std::fprintf(stderr, "continuo-midi-clock: %s\n", why.c_str());
    return 1;
  }

  Nanoseconds BetweenLooks() const {
    if (show_.media().error() > kWellKnown) return kShortestBetweenLooks;
    return std::clamp(show_.playout() * 1'000 * kMs / kSampleRate / 3, kShortestBetweenLooks,
                      kLongestBetweenLooks);
  }

  void Look() {
    const std::string told = show_.Look();
    known_.score.plays = show_.plays() && IsKnown();
    if (show_.plays()) {
      known_.score.segments.Know(show_.segments());
      // What is heard now was computed for a playout ago, and is late by the latency.
      known_.ahead = show_.media().ahead() - static_cast<Nanoseconds>(options_.latency_ms * 1e6);
      known_.behind = show_.playout();
    }
    ports_->Tell(known_);
    Tell(told);
    if (const std::uint32_t beyond = ports_->beyond(); beyond != std::exchange(beyond_, beyond)) {
      Say("MIDI has no song position beyond " + std::to_string(kMostSixteenths) +
          " sixteenths (bar 1024 in 4/4): whoever follows was told no place");
    }
  }

  bool IsKnown() {
    is_known_ |= show_.media().error() <= kWellKnown || ++looks_ >= kEnoughLooks;
    return is_known_;
  }

  void Listen() {
    JackPorts::Heard heard;
    bool any = false;
    while (ports_->Hear(heard)) {
      // What was wished before there was a show is nothing to it.
      const bool counts = show_.plays() || heard.message.kind == Midi::kClock;
      if (options_.follows && counts) in_.Take(heard.message, heard.at);
      any = true;
    }
    if (!options_.follows || !any || !show_.plays()) return;
    const Wish wish = in_.Decide(show_.segment().tempo_mbpm);
    if (wish.locate) WishPlace(*wish.locate);
    if (wish.roll) {
      WishFor(*wish.roll ? "MIDI wishes that the show roll" : "MIDI wishes that the show stand",
              *wish.roll ? Command::kPlay : Command::kStop, 0);
    }
    if (wish.tempo_mbpm) {
      std::array<char, 64> text{};
      std::snprintf(text.data(), text.size(), "MIDI wishes %.3f quarter notes a minute",
                    *wish.tempo_mbpm / 1e3);
      WishFor(text.data(), Command::kTempo, *wish.tempo_mbpm);
    }
  }

  void WishFor(const std::string& text, Command command, std::int64_t value) {
    EventRequested wish;
    wish.command = command;
    wish.value = value;
    wishes_.emplace_back(text, wish);
  }

  void WishPlace(std::uint16_t sixteenths) {
    EventRequested wish;
    wish.command = Command::kLocate;
    wish.locate_to = session::ToBarBeat(show_.segment(), sixteenths * kTicksPerSixteenth);
    wishes_.emplace_back("MIDI wishes that the show be at sixteenth " + std::to_string(sixteenths),
                         wish);
  }

  void Ask(Nanoseconds now) {
    asked_ = now;
    const auto [text, wish] = wishes_.front();
    wishes_.pop_front();
    Say(text);
    // A verdict takes longer than a look may wait.
    auto ask = [address = options_.coordinator, wish = wish] {
      OperatorClient client(address);
      return beside::ShowSide::Ask(client, wish);
    };
    questions_.push_back({text, std::async(std::launch::async, std::move(ask))});
  }

  void TellAnswers() {
    questions_.remove_if([](Question& question) {
      if (question.answer.wait_for(std::chrono::seconds(0)) != std::future_status::ready) {
        return false;
      }
      const auto answer = question.answer.get();
      Say((answer.taken ? "taken: " : "not taken: ") + answer.text);
      return true;
    });
  }

  void Report(Nanoseconds now) {
    reported_ = now;
    if (!show_.plays()) return;
    std::printf("%.3f; media time to %.3f ms; %u messages lost, %u places passed over\n",
                show_.segment().tempo_mbpm / 1e3, static_cast<double>(show_.media().error()) / 1e6,
                ports_->lost(), in_.passed_over());
    std::fflush(stdout);
  }

  void Tell(const std::string& text) {
    if (text != told_) Say(text);
    told_ = text;
  }
  static void Say(const std::string& text) {
    std::printf("%s\n", text.c_str());
    std::fflush(stdout);
  }

  const Options options_;
  beside::ShowSide show_;
  std::unique_ptr<JackPorts> ports_;
  JackPorts::Known known_;
  ClockIn in_;
  std::deque<std::pair<std::string, EventRequested>> wishes_;
  std::list<Question> questions_;
  Nanoseconds asked_ = 0, reported_ = 0;
  std::uint32_t beyond_ = 0;
  int looks_ = 0;
  bool is_known_ = false;
  std::string told_;
};

}  // namespace

int main(int argc, char** argv) {
  CLI::App app(
      "continuo midi-clock: MIDI clock (Timing Clock, Start, Continue, Stop, Song Position "
      "Pointer) "
      "beside the show that plays, until Ctrl-C. The show goes out of the JACK port `out` as it is "
      "heard; with `follow` what comes in at the port `in` becomes commands like any other.",
      "continuo midi-clock");
  Options options;
  app.require_subcommand(1);
  app.add_option("--coordinator", options.coordinator, "HOST:PORT of the coordinator")
      ->envname("CONTINUO_COORDINATOR")
      ->capture_default_str();
  app.add_option("--jack", options.jack.server, "name of the JACK server")->capture_default_str();
  app.add_option("--name", options.jack.client, "to be seen there as")->capture_default_str();
  app.add_option("--to", options.jack.to, "JACK port that `out` is connected to at the beginning");
  app.add_option("--from", options.jack.from, "JACK port that `in` is connected to");
  app.add_option(
         "--latency", options.latency_ms,
         "ms from an output's date until it is heard: what `continuo status` says of devices")
      ->check(CLI::Range(-1000.0, 1000.0))
      ->capture_default_str();
  app.add_flag("--report", options.report, "a line a second: tempo, how well media time is known");
  app.add_subcommand("lead", "only out: what comes in is nothing")->fallthrough();
  CLI::App* const follow =
      app.add_subcommand("follow",
                         "a tempo that a foreign clock settles at becomes the show's, Start, "
                         "Continue and Stop become play and stop, a song position a locate")
          ->fallthrough();
  app.footer("Example: continuo midi-clock follow --coordinator 127.0.0.1:7400");
  CLI11_PARSE(app, argc, argv);
  options.follows = follow->parsed();
  for (const int number : {SIGINT, SIGTERM}) std::signal(number, [](int) { ending = true; });
  return Bridge(options).Run();
}
