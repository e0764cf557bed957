// SPDX-License-Identifier: Apache-2.0
// jack_midi SERVER NAME: a client of JACK that knows nothing of ours, with MIDI ports `in` and `out`.
//
// stdout  "ready"; then TIME HEX, for each message as it comes: when it is heard, in ns of CLOCK_MONOTONIC;
//         TIME xrun, when the server has lost time
// stdin   clock BPM    clocks from now on, at that tempo; 0: none
//         send HEX     a message of at most three bytes, at once
//         It ends with stdin.
#include <jack/jack.h>
#include <jack/midiport.h>
#include <poll.h>
#include <time.h>
#include <unistd.h>

#include <atomic>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>

#include "dsp/base/spsc.h"
#include "proto/clock/paired_reading.h"

namespace {

struct Message {
  jack_nframes_t frame = 0;
  std::size_t size = 0;
  std::uint8_t bytes[3] = {};
};

class Peer {
 public:
  bool Begin(const char* server, const char* name) {
    client_ = jack_client_open(
        name, static_cast<jack_options_t>(JackNoStartServer | JackServerName), nullptr, server);
    if (client_ == nullptr) return false;
    in_ = jack_port_register(client_, "in", JACK_DEFAULT_MIDI_TYPE, JackPortIsInput, 0);
    out_ = jack_port_register(client_, "out", JACK_DEFAULT_MIDI_TYPE, JackPortIsOutput, 0);
    const auto process = [](jack_nframes_t frames, void* self) {
      static_cast<Peer*>(self)->Process(frames);
      return 0;
    };
    jack_set_process_callback(client_, process, this);
    const auto xrun = [](void* self) {
      static_cast<Peer*>(self)->xruns_.TrySend(Mono());
      return 0;
    };
    jack_set_xrun_callback(client_, xrun, this);
    return jack_activate(client_) == 0;
  }
  void End() { jack_client_close(client_); }

  void Tell() {
    std::int64_t xrun = 0;
    while (xruns_.TryReceive(xrun)) std::printf("%lld xrun\n", static_cast<long long>(xrun));
    Message message;
    while (heard_.TryReceive(message)) {
      // JACK's clock may be another one: what has passed since is short.
      const auto now = continuo::clock::ReadPair(
          [] { return static_cast<std::int64_t>(jack_get_time()) * 1000; }, &Mono);
      const auto heard = static_cast<std::int64_t>(jack_frames_to_time(client_, message.frame));
      const std::int64_t at = now.second - (now.first - heard * 1000);
      std::printf("%lld ", static_cast<long long>(at));
      for (std::size_t i = 0; i < message.size; ++i) std::printf("%02x", message.bytes[i]);
      std::printf("\n");
    }
    std::fflush(stdout);
  }

  void Obey(const std::string& line) {
    double bpm = 0;
    unsigned long bytes = 0;
    int read = 0;
    if (std::sscanf(line.c_str(), "clock %lf", &bpm) == 1) {
      between_ = bpm > 0 ? jack_get_sample_rate(client_) * 60 / 24 / bpm : 0;
    } else if (std::sscanf(line.c_str(), "send %lx%n", &bytes, &read) == 1 && read > 5) {
      Message message;
      message.size = static_cast<std::size_t>(read - 5) / 2;
      for (std::size_t i = 0; i < message.size && i < 3; ++i) {
        message.bytes[i] = static_cast<std::uint8_t>(bytes >> 8 * (message.size - 1 - i));
      }
      to_send_.TrySend(message);
    } else {
      std::fprintf(stderr, "jack_midi: not understood: %s\n", line.c_str());
    }
  }

 private:
  static std::int64_t Mono() {
    timespec now{};
    clock_gettime(CLOCK_MONOTONIC, &now);
    return now.tv_sec * 1'000'000'000LL + now.tv_nsec;
  }

  void Process(jack_nframes_t frames) {
    const jack_nframes_t first = jack_last_frame_time(client_);
    void* const in = jack_port_get_buffer(in_, frames);
    for (std::uint32_t i = 0; i < jack_midi_get_event_count(in); ++i) {
      jack_midi_event_t event{};
      if (jack_midi_event_get(&event, in, i) != 0) continue;
      Message message;
      message.frame = first + event.time;
      message.size = event.size < 3 ? event.size : 3;
      for (std::size_t b = 0; b < message.size; ++b) message.bytes[b] = event.buffer[b];
      heard_.TrySend(message);
    }
    void* const out = jack_port_get_buffer(out_, frames);
    jack_midi_clear_buffer(out);
    Message message;
    while (to_send_.TryReceive(message)) jack_midi_event_write(out, 0, message.bytes, message.size);
    for (; between_ > 0 && next_ < frames; next_ += between_) {
      const std::uint8_t clock = 0xf8;
      jack_midi_event_write(out, static_cast<jack_nframes_t>(next_), &clock, 1);
    }
    next_ = between_ > 0 ? next_ - frames : 0;
  }

  jack_client_t* client_ = nullptr;
  jack_port_t *in_ = nullptr, *out_ = nullptr;
  continuo::SpscQueue<Message, 4'096> heard_;
  continuo::SpscQueue<Message, 64> to_send_;
  continuo::SpscQueue<std::int64_t, 64> xruns_;
  std::atomic<double> between_{0};  // clocks, in frames
  double next_ = 0;                 // clock, in frames from the beginning of a period
};

}  // namespace

int main(int argc, char** argv) {
  static Peer peer;
  if (argc != 3 || !peer.Begin(argv[1], argv[2])) {
    std::fprintf(stderr, "jack_midi: no such server\n");
    return 1;
  }
  std::printf("ready\n");
  std::fflush(stdout);
  std::string said;
  for (;;) {
    pollfd in{STDIN_FILENO, POLLIN, 0};
    if (poll(&in, 1, 5) > 0) {
      char text[256];
      const ssize_t got = read(STDIN_FILENO, text, sizeof text);
      if (got <= 0) break;
      said.append(text, static_cast<std::size_t>(got));
      for (std::size_t end; (end = said.find('\n')) != std::string::npos; said.erase(0, end + 1)) {
        peer.Obey(said.substr(0, end));
      }
    }
    peer.Tell();
  }
  peer.End();
  return 0;
}
