// SPDX-License-Identifier: GPL-2.0-or-later
// continuo-link-peer [BPM]: a peer of Ableton Link and nothing else, for programs that do not link its library. This
// one program is free software under the GNU General Public License, version 2 or later, as Link itself is.
//
// stdin   quantum BEATS          phases are counted within so many quarter notes
//         set BPM PHASE AT_US    this tempo, and this phase at that time, for all peers
//         tempo BPM AT_US        this tempo from that time on
//         play AT_US, stop AT_US all peers that exchange starts and stops play, or stop, from that time on; from the
//                                first such line on this one does
// stdout  link AT_US PEERS BPM PHASE QUANTUM PLAYING, twenty times a second; PLAYING is 0 or 1
//
// Times are microseconds of CLOCK_MONOTONIC_RAW. It ends with stdin, or with whoever began it.
#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>
#include <unistd.h>

#include <ableton/Link.hpp>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <string>

namespace {

using Micros = std::chrono::microseconds;
constexpr double kMinBpm = 20, kMaxBpm = 999;  // what Link itself takes

class Peer {
 public:
  explicit Peer(double bpm) : link_(bpm) { link_.enable(true); }

  void Tell() {
    const Micros now = link_.clock().micros();
    const auto state = link_.captureAppSessionState();
    std::printf("link %lld %zu %.9f %.9f %.9f %d\n", static_cast<long long>(now.count()),
                link_.numPeers(), state.tempo(), state.phaseAtTime(now, quantum_), quantum_,
                state.isPlaying() ? 1 : 0);
    std::fflush(stdout);
  }

  void Obey(const std::string& line) {
    double bpm = 0, phase = 0, quantum = 0;
    long long at = 0;
    auto state = link_.captureAppSessionState();
    if (std::sscanf(line.c_str(), "quantum %lf", &quantum) == 1 && quantum > 0 && quantum <= 128) {
      quantum_ = quantum;
      return;
    }
    if (std::sscanf(line.c_str(), "set %lf %lf %lld", &bpm, &phase, &at) == 3 && IsTempo(bpm) &&
        phase >= 0 && phase <= quantum_) {
      state.setTempo(bpm, Micros(at));
      state.forceBeatAtTime(phase, Micros(at), quantum_);
    } else if (std::sscanf(line.c_str(), "tempo %lf %lld", &bpm, &at) == 2 && IsTempo(bpm)) {
      state.setTempo(bpm, Micros(at));
    } else if (std::sscanf(line.c_str(), "play %lld", &at) == 1) {
      link_.enableStartStopSync(true);
      state.setIsPlaying(true, Micros(at));
    } else if (std::sscanf(line.c_str(), "stop %lld", &at) == 1) {
      link_.enableStartStopSync(true);
      state.setIsPlaying(false, Micros(at));
    } else {
      std::fprintf(stderr, "continuo-link-peer: not understood: %s\n", line.c_str());
      return;
    }
    link_.commitAppSessionState(state);
  }

 private:
  static bool IsTempo(double bpm) { return bpm >= kMinBpm && bpm <= kMaxBpm; }

  ableton::Link link_;
  double quantum_ = 4;
};

}  // namespace

int main(int argc, char** argv) {
  prctl(PR_SET_PDEATHSIG, SIGTERM);
  const double bpm = argc > 1 ? std::atof(argv[1]) : 120;
  if (!(bpm >= kMinBpm && bpm <= kMaxBpm)) {
    std::fprintf(stderr, "continuo-link-peer: BPM must be from 20 to 999\n");
    return 2;
  }
  Peer peer(bpm);
  std::string said;
  Micros due = ableton::Link::Clock{}.micros();
  for (;;) {
    const Micros left = due - ableton::Link::Clock{}.micros();
    pollfd in{STDIN_FILENO, POLLIN, 0};
    if (poll(&in, 1, left.count() > 0 ? static_cast<int>(left.count() / 1'000 + 1) : 0) > 0) {
      char text[256];
      const ssize_t got = read(STDIN_FILENO, text, sizeof text);
      if (got <= 0) return 0;
      said.append(text, static_cast<std::size_t>(got));
      for (std::size_t end; (end = said.find('\n')) != std::string::npos; said.erase(0, end + 1)) {
        peer.Obey(said.substr(0, end));
      }
    }
    if (ableton::Link::Clock{}.micros() < due) continue;
    due += std::chrono::milliseconds(50);
    peer.Tell();
    if (std::ferror(stdout) != 0) return 0;
  }
}
