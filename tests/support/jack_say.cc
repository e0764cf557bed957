// SPDX-License-Identifier: Apache-2.0
// jack_say SERVER PORTS CHANNELS FILE: plays noise into the ports PORTS1, PORTS2 ... until it gets SIGTERM, at most two
// minutes of it, and writes what it played into FILE (32-bit float, interleaved); says "playing" when it does.
#include <signal.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <string>

#include "agent/edge/devices/jack_speaker.h"

namespace {

constexpr auto kPatience = std::chrono::seconds(20);
constexpr int kSeconds = 120;

}  // namespace

int main(int argc, char** argv) {
  if (argc != 5) return 2;
  sigset_t ending;
  sigemptyset(&ending);
  sigaddset(&ending, SIGTERM);
  sigprocmask(SIG_BLOCK, &ending, nullptr);  // before there is any other thread
  std::string error;
  const auto jack = continuo::agent::JackLibrary::Load(continuo::agent::kJackLibrary, error);
  if (jack == nullptr) {
    std::fprintf(stderr, "%s\n", error.c_str());
    return 1;
  }
  continuo::JackSpeaker speaker(*jack, std::atoi(argv[3]), kSeconds);
  const std::string name = "speaker-" + std::to_string(getpid());
  if (!speaker.Open(argv[1], name, kPatience) || !speaker.Connect(argv[2], kPatience)) {
    std::fprintf(stderr, "nobody to play to\n");
    return 1;
  }
  std::printf("playing\n");
  std::fflush(stdout);
  int got = 0;
  sigwait(&ending, &got);
  speaker.Close();
  std::ofstream file(argv[4], std::ios::binary);
  file.write(reinterpret_cast<const char*>(speaker.said().data()),
             static_cast<std::streamsize>(speaker.said().size_bytes()));
  std::printf("xruns %llu\n", static_cast<unsigned long long>(speaker.xruns()));
  return file ? 0 : 1;
}
