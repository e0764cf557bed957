// SPDX-License-Identifier: Apache-2.0
#include "coordinator/midi_clock/jack_ports.h"

#include <jack/midiport.h>

#include <array>

#include "proto/clock/paired_reading.h"
#include "proto/clock/ptp_time.h"
#include "proto/transport/stage_clock.h"

namespace continuo::coordinator::midi_clock {
namespace {

constexpr Nanoseconds kUs = 1'000;
/// Whoever follows is told that the show has ended, in a period or two.
constexpr Nanoseconds kParting = 200'000'000;

Nanoseconds LengthOf(Frames frames, jack_nframes_t rate) {
  return frames * clock::kSecond / rate;
}

}  // namespace

std::unique_ptr<JackPorts> JackPorts::Open(const Wish& wish, std::string& error) {
  std::unique_ptr<JackPorts> ports(new JackPorts);
  error = ports->Begin(wish);
  return error.empty() ? std::move(ports) : nullptr;
}

std::string JackPorts::Begin(const Wish& wish) {
  jack_set_error_function([](const char*) {});
  jack_set_info_function([](const char*) {});
  constexpr auto kOptions = static_cast<jack_options_t>(JackNoStartServer | JackServerName);
  client_ = jack_client_open(wish.client.c_str(), kOptions, nullptr, wish.server.c_str());
  if (client_ == nullptr) {
    return "the JACK server '" + wish.server + "' does not answer: start it (jackd -n " +
           wish.server + " -d alsa -r 48000), as the same user as this program";
  }
  out_port_ = jack_port_register(client_, "out", JACK_DEFAULT_MIDI_TYPE, JackPortIsOutput, 0);
  in_port_ = jack_port_register(client_, "in", JACK_DEFAULT_MIDI_TYPE, JackPortIsInput, 0);
  if (out_port_ == nullptr || in_port_ == nullptr) return "the JACK server has no more ports";
  jack_set_process_callback(
      client_,
      [](jack_nframes_t frames, void* self) {
        static_cast<JackPorts*>(self)->Process(frames);
        return 0;
      },
      this);
  jack_on_info_shutdown(
      client_,
      [](jack_status_t, const char*, void* self) { static_cast<JackPorts*>(self)->gone_ = true; },
      this);
  if (jack_activate(client_) != 0) return "the JACK server does not let this client begin";
  return Connect(wish);
}

std::string JackPorts::Connect(const Wish& wish) {
  const auto wrong = [&](const std::string& port, const char* what) {
    return "the JACK server '" + wish.server + "' has no MIDI port '" + port + "' to " + what +
           ": jack_lsp says what there is";
  };
  if (!wish.to.empty() && jack_connect(client_, jack_port_name(out_port_), wish.to.c_str()) != 0) {
    return wrong(wish.to, "speak to");
  }
  if (!wish.from.empty() &&
      jack_connect(client_, wish.from.c_str(), jack_port_name(in_port_)) != 0) {
    return wrong(wish.from, "hear");
  }
  return {};
}

JackPorts::~JackPorts() {
  if (client_ == nullptr) return;
  if (!gone_) {
    Tell({});
    transport::StageClock clock;
    clock.SleepUntil(clock.Now() + kParting);
  }
  jack_client_close(client_);
}

Nanoseconds JackPorts::LatencyOf(jack_port_t* port, jack_latency_callback_mode_t mode) const {
  jack_latency_range_t range{};
  jack_port_get_latency_range(port, mode, &range);
  return LengthOf(range.max, jack_get_sample_rate(client_));
}

void JackPorts::Tell(const Known& known) {
  Known& draft = known_.Draft();
  draft = known;
  if (!gone_) {
    // What is written into a period leaves the machine so much later.
    draft.ahead += LatencyOf(out_port_, JackPlaybackLatency);
    in_latency_ = LatencyOf(in_port_, JackCaptureLatency);
  }
  known_.Publish();
}

void JackPorts::Process(jack_nframes_t frames) {
  void* const buffer = jack_port_get_buffer(out_port_, frames);
  jack_midi_clear_buffer(buffer);
  jack_nframes_t frame = 0;
  jack_time_t begun = 0, next = 0;
  float period = 0;
  if (jack_get_cycle_times(client_, &frame, &begun, &next, &period) != 0) return;
  // JACK's clock may be another one than ours: only its differences count.
  const clock::PairedReading now =
      clock::ReadPair([] { return static_cast<Nanoseconds>(jack_get_time()) * kUs; },
                      &transport::StageClock::Local);
  const Nanoseconds apart = now.second - now.first;
  const Nanoseconds begins = static_cast<Nanoseconds>(begun) * kUs + apart;
  const Nanoseconds ends = static_cast<Nanoseconds>(next) * kUs + apart;
  Listen(frames, begins);
  const Known& known = known_.Read();
  span_.Next(clock::FramesIn(begins + known.ahead, kSampleRate) - known.behind,
             clock::FramesIn(ends + known.ahead, kSampleRate) - known.behind);
  said_.clear();
  out_.Run(known.score, span_.from(), span_.to(), said_);
  for (const ClockOut::Dated& one : said_) {
    std::array<std::uint8_t, 3> bytes{};
    const std::size_t size = WriteMidi(one.message, bytes);
    jack_midi_event_write(buffer, static_cast<jack_nframes_t>(span_.FrameOf(one.at, frames)),
                          bytes.data(), size);
  }
}

void JackPorts::Listen(jack_nframes_t frames, Nanoseconds begins) {
  void* const buffer = jack_port_get_buffer(in_port_, frames);
  const jack_nframes_t rate = jack_get_sample_rate(client_);
  const std::uint32_t count = jack_midi_get_event_count(buffer);
  for (std::uint32_t i = 0; i < count; ++i) {
    jack_midi_event_t event{};
    if (jack_midi_event_get(&event, buffer, i) != 0) continue;
    for (std::size_t b = 0; b < event.size; ++b) {
      const auto message = reader_.Take(event.buffer[b]);
      if (!message) continue;
      const Nanoseconds at = begins + LengthOf(event.time, rate) - in_latency_;
      if (!heard_.TrySend({*message, at})) lost_.fetch_add(1, std::memory_order_relaxed);
    }
  }
}

}  // namespace continuo::coordinator::midi_clock
