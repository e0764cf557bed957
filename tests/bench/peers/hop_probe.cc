// SPDX-License-Identifier: Apache-2.0
// hop_probe idle SERVER in|out PORTS: a client `idle` that does nothing, until it is ended: what any client costs.
// hop_probe SERVER INTO SERVER FROM SECONDS: plays two channels into the ports INTO1, INTO2 of one JACK server, hears
// FROM1, FROM2 of another (or the same), and says as JSON what became of them on the way.
//
// The channels are two triangles of 8,192 samples, a quarter apart: so each pair of samples says which sample of the
// source it is, to a fraction of one, also after it was made 16 bits of or was resampled; and what is silence or
// invented is none, since the magnitudes of a true pair always add up to the same. A sample is damaged if it is none,
// or not the one after the one before it.
//
// What the servers themselves lose is nobody's fault on the way: a stretch around each of their xruns is not judged,
// and what was heard there is not among `samples`.
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <new>
#include <string>
#include <vector>

#include "agent/edge/devices/jack_library.h"
#include "dsp/base/units.h"
#include "proto/transport/machine_clock.h"

namespace {

using continuo::Nanoseconds;
using continuo::agent::JackLibrary;

constexpr int kTurn = 8192;
constexpr double kPeak = 0.8;
constexpr double kTolerance = 0.01;  // of the sum of magnitudes
constexpr double kStep = 2.0;        // samples that a next one may be away from where it should be
constexpr Nanoseconds kBeforeXrun = 50'000'000;  // a server tells of it afterwards
constexpr Nanoseconds kAfterXrun = 300'000'000;  // to find one's feet again
constexpr auto kOptions =
    static_cast<jack_options_t>(JackNoStartServer | JackUseExactName | JackServerName);

double Triangle(double n) {
  const double turn = n / kTurn - std::floor(n / kTurn);
  return kPeak * (turn < 0.5 ? 4 * turn - 1 : 3 - 4 * turn);
}

/// Which sample of the turn, 0 to kTurn; below 0: none.
double PlaceOf(double a, double b) {
  if (std::fabs(std::fabs(a) + std::fabs(b) - kPeak) > kTolerance) return -1;
  const double quarter = kTurn / 4.0;
  const double rise = (a / kPeak + 1) * quarter;
  return b < 0 ? rise : kTurn - rise;  // b is below 0 while a rises
}

struct Heard {
  float a = 0, b = 0;
};

struct Period {
  double first = 0;    // of its frames
  Nanoseconds at = 0;  // when it was called back
};

/// What one end did, in the order of its own frames. Both are processes of their own, since libjack serves one server
/// in each; this they share.
struct Notes {
  static constexpr std::size_t kPeriods = 600'000, kXruns = 10'000;
  std::atomic<bool> begun{false}, ending{false}, ended{false};
  std::atomic<std::size_t> xruns{0};
  Nanoseconds xrun[kXruns];
  std::atomic<std::size_t> periods{0};
  std::atomic<double> frames{0};
  Period period[kPeriods];

  Nanoseconds TimeOf(double frame) const {
    const Period* const end = period + periods;
    const Period* const after =
        std::upper_bound(period, end, frame, [](double f, const Period& p) { return f < p.first; });
    if (after == period) return -1;
    return after[-1].at + static_cast<Nanoseconds>((frame - after[-1].first) * 1e9 / 48000);
  }
  void LostTime(Nanoseconds at) {
    if (xruns < kXruns) xrun[xruns] = at;
    ++xruns;
  }
  bool IsSound(Nanoseconds at) const {
    const Nanoseconds* const end = xrun + std::min<std::size_t>(xruns, kXruns);
    const Nanoseconds* const first = std::lower_bound(xrun, end, at - kAfterXrun);
    return first == end || *first > at + kBeforeXrun;
  }
};

class End {
 public:
  End(const JackLibrary& jack, bool plays, int seconds, Notes& notes)
      : jack_(jack),
        plays_(plays),
        notes_(notes),
        heard_(plays ? 0 : static_cast<std::size_t>(seconds) * continuo::kSampleRate) {}
  ~End() { Close(); }
  End(const End&) = delete;
  End& operator=(const End&) = delete;

  bool Open(const std::string& server, const std::string& ports) {
    const std::string name = std::string(plays_ ? "say-" : "hear-") + std::to_string(getpid());
    client_ = jack_.client_open(name.c_str(), kOptions, nullptr, server.c_str());
    if (client_ == nullptr) return false;
    const char* const prefix = plays_ ? "out_" : "in_";
    const unsigned long flags = plays_ ? JackPortIsOutput : JackPortIsInput;
    for (int c = 0; c < 2; ++c) {
      ports_[c] = jack_.port_register(client_, (prefix + std::to_string(c + 1)).c_str(),
                                      JACK_DEFAULT_AUDIO_TYPE, flags, 0);
    }
    jack_.set_process_callback(
        client_,
        [](jack_nframes_t frames, void* self) {
          return static_cast<End*>(self)->Process(static_cast<int>(frames));
        },
        this);
    jack_.set_xrun_callback(
        client_,
        [](void* self) {
          auto* const end = static_cast<End*>(self);
          end->notes_.LostTime(end->clock_.Now());
          return 0;
        },
        this);
    if (jack_.activate(client_) != 0) return false;
    ports_prefix_ = ports;
    return Connect();
  }
  /// What is gone and came back is connected again.
  bool Connect() {
    bool all = true;
    for (int c = 0; c < 2; ++c) {
      const std::string other = ports_prefix_ + std::to_string(c + 1);
      const char* const own = jack_.port_name(ports_[c]);
      const int result = plays_ ? jack_.connect(client_, own, other.c_str())
                                : jack_.connect(client_, other.c_str(), own);
      all = all && (result == 0 || result == EEXIST);
    }
    return all;
  }
  void Close() {
    if (client_ != nullptr) jack_.client_close(client_);
    client_ = nullptr;
  }
  const std::vector<Heard>& heard() const { return heard_; }
  std::size_t kept() const {
    return std::min<std::size_t>(static_cast<std::size_t>(notes_.frames), heard_.size());
  }

 private:
  int Process(int frames) {
    auto* const a =
        static_cast<float*>(jack_.port_get_buffer(ports_[0], static_cast<jack_nframes_t>(frames)));
    auto* const b =
        static_cast<float*>(jack_.port_get_buffer(ports_[1], static_cast<jack_nframes_t>(frames)));
    const double first = notes_.frames;
    if (notes_.periods < Notes::kPeriods) {
      notes_.period[notes_.periods] = {first, clock_.Now()};
      ++notes_.periods;
    }
    for (int i = 0; i < frames; ++i) {
      const double n = first + i;
      if (plays_) {
        a[i] = static_cast<float>(Triangle(n));
        b[i] = static_cast<float>(Triangle(n - kTurn / 4.0));
      } else if (static_cast<std::size_t>(n) < heard_.size()) {
        heard_[static_cast<std::size_t>(n)] = {a[i], b[i]};
      }
    }
    notes_.frames = first + frames;
    return 0;
  }

  const JackLibrary& jack_;
  const bool plays_;
  Notes& notes_;
  continuo::transport::MachineClock clock_;
  jack_client_t* client_ = nullptr;
  jack_port_t* ports_[2] = {};
  std::string ports_prefix_;
  std::vector<Heard> heard_;
};

struct Judgement {
  std::size_t heard = 0, damaged = 0, longest = 0, events = 0, jumps = 0;
  std::vector<double> latency_ms;
};

/// From the first true sample on.
Judgement Judge(const Notes& said, const Notes& heard_when, const End& heard, std::size_t from) {
  Judgement judgement;
  double expected = -1;  // place of the next sample; below 0: not known
  std::size_t run = 0;
  bool begun = false;
  const auto damage = [&](bool damaged) {
    if (damaged) {
      judgement.events += run == 0 ? 1 : 0;
      ++judgement.damaged;
      judgement.longest = std::max(judgement.longest, ++run);
    } else {
      run = 0;
    }
  };
  for (std::size_t h = from; h < heard.kept(); ++h) {
    const Nanoseconds now = heard_when.TimeOf(static_cast<double>(h));
    if (!said.IsSound(now) || !heard_when.IsSound(now)) {
      expected = -1;
      run = 0;
      continue;
    }
    const Heard& pair = heard.heard()[h];
    const double place = PlaceOf(static_cast<double>(pair.a), static_cast<double>(pair.b));
    if (!begun && place < 0) continue;
    begun = true;
    ++judgement.heard;
    if (place < 0) {
      damage(true);
      if (expected >= 0) expected = std::fmod(expected + 1, kTurn);
      continue;
    }
    double away = expected < 0 ? 0 : std::remainder(place - expected, static_cast<double>(kTurn));
    damage(expected >= 0 && std::fabs(away) > kStep);
    if (expected >= 0 && std::fabs(away) > kStep) ++judgement.jumps;
    expected = std::fmod(place + 1, kTurn);
    if (h % 48 != 0) continue;
    // The newest sample of the source that has this place and was said before.
    double n = std::floor(said.frames / kTurn) * kTurn + place;
    while (n > said.frames) n -= kTurn;
    while (n >= 0 && said.TimeOf(n) > now) n -= kTurn;
    if (n >= 0) judgement.latency_ms.push_back(static_cast<double>(now - said.TimeOf(n)) / 1e6);
  }
  return judgement;
}

double Quantile(std::vector<double> values, double share) {
  if (values.empty()) return -1;
  std::sort(values.begin(), values.end());
  return values[static_cast<std::size_t>(share * static_cast<double>(values.size() - 1))];
}

Notes* Shared() {
  void* const memory = mmap(nullptr, sizeof(Notes), PROT_READ | PROT_WRITE,
                            MAP_SHARED | MAP_ANONYMOUS | MAP_POPULATE, -1, 0);
  return memory == MAP_FAILED ? nullptr : new (memory) Notes;
}

void Pause(Nanoseconds length = 20'000'000) {
  continuo::transport::MachineClock clock;
  clock.SleepUntil(clock.Now() + length);
}

std::unique_ptr<const JackLibrary> Load() {
  std::string error;
  auto jack = JackLibrary::Load(continuo::agent::kJackLibrary, error);
  if (jack == nullptr) std::fprintf(stderr, "%s\n", error.c_str());
  return jack;
}

void Say(const char* server, const char* ports, Notes& notes) {
  const auto jack = Load();
  if (jack == nullptr) return;
  End end(*jack, true, 0, notes);
  if (!end.Open(server, ports)) return;
  for (notes.begun = true; !notes.ending && getppid() != 1; Pause()) end.Connect();
}

/// False: it was not heard.
bool Hear(const char* server, const char* ports, int seconds, Notes& said, Notes& notes) {
  const auto jack = Load();
  if (jack == nullptr) return false;
  End end(*jack, false, seconds + 30, notes);
  while (!said.begun && !said.ended) Pause();
  if (said.ended || !end.Open(server, ports)) return false;
  for (int i = 0; i < 25; ++i) Pause();
  const auto from = static_cast<std::size_t>(notes.frames);
  const std::size_t xruns_said = said.xruns, xruns_heard = notes.xruns;
  std::printf("begun\n");
  std::fflush(stdout);
  for (int i = 0; i < seconds * 50; ++i, Pause()) end.Connect();
  const std::size_t late_said = said.xruns - xruns_said, late_heard = notes.xruns - xruns_heard;
  end.Close();
  const Judgement judgement = Judge(said, notes, end, from);
  std::printf(
      "{\"samples\": %zu, \"damaged\": %zu, \"events\": %zu, \"jumps\": %zu, \"longest_ms\": %.3f, "
      "\"latency_ms\": {\"min\": %.3f, \"p50\": %.3f, \"max\": %.3f}, \"xruns\": [%zu, %zu]}\n",
      judgement.heard, judgement.damaged, judgement.events, judgement.jumps,
      static_cast<double>(judgement.longest) / 48, Quantile(judgement.latency_ms, 0),
      Quantile(judgement.latency_ms, 0.5), Quantile(judgement.latency_ms, 1), late_said,
      late_heard);
  return true;
}

/// Only if it cannot begin.
int Idle(const char* server, const std::string& direction, int ports) {
  const auto jack = Load();
  if (jack == nullptr) return 1;
  jack_client_t* const client = jack->client_open("idle", kOptions, nullptr, server);
  if (client == nullptr) return 1;
  const unsigned long flags = direction == "in" ? JackPortIsInput : JackPortIsOutput;
  for (int i = 1; i <= ports; ++i) {
    const std::string name = direction + "_" + std::to_string(i);
    if (jack->port_register(client, name.c_str(), JACK_DEFAULT_AUDIO_TYPE, flags, 0) == nullptr)
      return 1;
  }
  jack->set_process_callback(
      client, [](jack_nframes_t, void*) { return 0; }, nullptr);
  if (jack->activate(client) != 0) return 1;
  while (getppid() != 1) Pause(1'000'000'000);
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc == 5 && std::string(argv[1]) == "idle")
    return Idle(argv[2], argv[3], std::atoi(argv[4]));
  if (argc != 6) return 2;
  Notes* const said = Shared();
  Notes* const heard = Shared();
  if (said == nullptr || heard == nullptr) return 1;
  const pid_t speaker = fork();
  if (speaker == 0) {
    Say(argv[1], argv[2], *said);
    said->ended = true;
    return 0;
  }
  const bool works = Hear(argv[3], argv[4], std::atoi(argv[5]), *said, *heard);
  said->ending = true;
  waitpid(speaker, nullptr, 0);
  if (!works) std::fprintf(stderr, "no such server or ports\n");
  return works ? 0 : 1;
}
