// SPDX-License-Identifier: Apache-2.0
// jack_listen SERVER PORTS CHANNELS FILE: writes what it hears of the ports PORTS1, PORTS2 ... into FILE (32-bit float,
// interleaved) when it gets SIGTERM, at most two minutes of it; says "listening" when it hears them.
#include <signal.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <string>

#include "agent/edge/devices/jack_listener.h"

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
  continuo::JackListener listener(*jack, std::atoi(argv[3]), kSeconds);
  const std::string name = "listener-" + std::to_string(getpid());
  if (!listener.Open(argv[1], name, kPatience) || !listener.Connect(argv[2], kPatience)) {
    std::fprintf(stderr, "nothing to hear\n");
    return 1;
  }
  std::printf("listening\n");
  std::fflush(stdout);
  int got = 0;
  sigwait(&ending, &got);
  listener.Close();
  std::ofstream file(argv[4], std::ios::binary);
  file.write(reinterpret_cast<const char*>(listener.heard().data()),
             static_cast<std::streamsize>(listener.heard().size_bytes()));
  std::printf("xruns %llu\n", static_cast<unsigned long long>(listener.xruns()));
  return file ? 0 : 1;
}
