// SPDX-License-Identifier: Apache-2.0
// A bad network on loopback: forwards datagrams and loses, doubles and reorders some of them. Chaos tests put it in
// front of agents, which advertise the relay's addresses instead of their own.
//
//   relay --lose 10 --double 10 --reorder 10 --seed 1 127.0.3.1:5004=127.0.1.1:5004 ...    (per mille; FROM=TO)
#include <arpa/inet.h>
#include <poll.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include <csignal>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <deque>
#include <string>
#include <vector>

#include "dsp/base/hash.h"

namespace {

constexpr std::int64_t kReorderedByNs = 3'000'000;
constexpr int kBatch = 64;
constexpr std::size_t kBytesMax = 2048;

struct Options {
  std::uint32_t lose = 0, twice = 0, reorder = 0;  // per mille
  std::uint64_t seed = 1;
};

struct Path {
  int socket = -1;
  sockaddr_in to{};
};

struct Held {
  std::int64_t due_ns;
  std::size_t path;
  std::string bytes;
};

volatile std::sig_atomic_t g_stop = 0;

std::int64_t NowNs() {
  timespec t{};
  clock_gettime(CLOCK_MONOTONIC, &t);
  return t.tv_sec * 1'000'000'000LL + t.tv_nsec;
}

[[noreturn]] void Fail(const std::string& what) {
  std::fprintf(stderr, "relay: %s: %s\n", what.c_str(), std::strerror(errno));
  std::exit(1);
}

sockaddr_in ParseEndpoint(const std::string& text) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  const auto colon = text.find(':');
  if (colon == std::string::npos ||
      inet_pton(AF_INET, text.substr(0, colon).c_str(), &address.sin_addr) != 1) {
    errno = EINVAL;
    Fail("expected IP:PORT, got " + text);
  }
  address.sin_port = htons(static_cast<std::uint16_t>(std::stoi(text.substr(colon + 1))));
  return address;
}

Path OpenPath(const std::string& text) {
  const auto equals = text.find('=');
  if (equals == std::string::npos) {
    errno = EINVAL;
    Fail("expected FROM=TO, got " + text);
  }
  Path path;
  path.to = ParseEndpoint(text.substr(equals + 1));
  const sockaddr_in from = ParseEndpoint(text.substr(0, equals));
  path.socket = socket(AF_INET, SOCK_DGRAM | SOCK_NONBLOCK, 0);
  const int room = 8 << 20;
  setsockopt(path.socket, SOL_SOCKET, SO_RCVBUFFORCE, &room, sizeof room);
  if (bind(path.socket, reinterpret_cast<const sockaddr*>(&from), sizeof from) != 0)
    Fail("bind " + text);
  return path;
}

class Relay {
 public:
  Relay(const Options& options, std::vector<Path> paths)
      : options_(options), paths_(std::move(paths)) {
    for (const Path& path : paths_) polls_.push_back({path.socket, POLLIN, 0});
  }

  void Run() {
    while (g_stop == 0) {
      poll(polls_.data(), polls_.size(), held_.empty() ? 100 : 1);
      for (std::size_t i = 0; i < paths_.size(); ++i) {
        if (polls_[i].revents != 0) Drain(i);
      }
      const std::int64_t now = NowNs();
      for (; !held_.empty() && held_.front().due_ns <= now; held_.pop_front()) {
        Send(held_.front().path, held_.front().bytes.data(), held_.front().bytes.size());
      }
    }
  }

  /// So that a test knows that the network was bad.
  void Report() const {
    std::printf("{\"lost\": %llu, \"doubled\": %llu, \"reordered\": %llu}\n", lost_, doubled_,
                reordered_);
  }

 private:
  bool Chance(std::uint32_t per_mille) {
    return continuo::Mix64(options_.seed ^ ++drawn_) % 1000 < per_mille;
  }

  void Drain(std::size_t path) {
    for (int i = 0; i < kBatch; ++i) {
      char bytes[kBytesMax];
      const ssize_t size = recv(paths_[path].socket, bytes, sizeof bytes, 0);
      if (size < 0) return;
      const auto count = static_cast<std::size_t>(size);
      if (Chance(options_.lose)) {
        ++lost_;
        continue;
      }
      if (Chance(options_.reorder)) {
        ++reordered_;
        held_.push_back({NowNs() + kReorderedByNs, path, std::string(bytes, count)});
        continue;
      }
      Send(path, bytes, count);
      if (!Chance(options_.twice)) continue;
      ++doubled_;
      Send(path, bytes, count);
    }
  }

  void Send(std::size_t path, const char* bytes, std::size_t count) {
    const sockaddr_in& to = paths_[path].to;
    sendto(paths_[path].socket, bytes, count, 0, reinterpret_cast<const sockaddr*>(&to), sizeof to);
  }

  Options options_;
  std::vector<Path> paths_;
  std::vector<pollfd> polls_;
  std::deque<Held> held_;
  std::uint64_t drawn_ = 0;
  unsigned long long lost_ = 0, doubled_ = 0, reordered_ = 0;
};

}  // namespace

int main(int argc, char** argv) {
  Options options;
  std::vector<Path> paths;
  for (int i = 1; i < argc; ++i) {
    const std::string word = argv[i];
    const auto number = [&] {
      return static_cast<std::uint32_t>(i + 1 < argc ? std::atoi(argv[++i]) : 0);
    };
    if (word == "--lose")
      options.lose = number();
    else if (word == "--double")
      options.twice = number();
    else if (word == "--reorder")
      options.reorder = number();
    else if (word == "--seed")
      options.seed = number();
    else
      paths.push_back(OpenPath(word));
  }
  std::signal(SIGTERM, [](int) { g_stop = 1; });
  std::signal(SIGINT, [](int) { g_stop = 1; });
  Relay relay(options, std::move(paths));
  relay.Run();
  relay.Report();
}
