// SPDX-License-Identifier: Apache-2.0
#include "agent/edge/devices/jack_output.h"

#include <algorithm>
#include <chrono>

namespace continuo::agent {
namespace {

constexpr Nanoseconds kNanosecondsPerUs = 1000;

std::string Named(const std::string& server) {
  return "the JACK server '" + server + "'";
}

}  // namespace

JackOutput::JackOutput(const JackLibrary& jack, const Wish& wish)
    : jack_(jack), wish_(wish), feed_(wish.track.ring, wish.margin) {}

std::unique_ptr<JackOutput> JackOutput::Open(const JackLibrary& jack, const Wish& wish,
                                             std::string& error) {
  std::unique_ptr<JackOutput> output(new JackOutput(jack, wish));
  error = output->Start();
  return error.empty() ? std::move(output) : nullptr;
}

JackOutput::~JackOutput() {
  if (client_ != nullptr) jack_.client_close(client_);
}

std::string JackOutput::Start() {
  std::string wrong = OpenClient();
  if (wrong.empty()) wrong = RegisterPorts();
  if (!wrong.empty()) return wrong;
  jack_.set_process_callback(
      client_,
      [](jack_nframes_t frames, void* self) {
        return static_cast<JackOutput*>(self)->Process(static_cast<int>(frames));
      },
      this);
  jack_.set_xrun_callback(
      client_,
      [](void* self) {
        auto* const output = static_cast<JackOutput*>(self);
        ++output->xruns_;
        output->feed_.LostTime();
        return 0;
      },
      this);
  jack_.set_latency_callback(
      client_,
      [](jack_latency_callback_mode_t mode, void* self) {
        static_cast<JackOutput*>(self)->TellLatency(mode);
      },
      this);
  jack_.on_info_shutdown(
      client_,
      [](jack_status_t, const char*, void* self) { static_cast<JackOutput*>(self)->lost_ = true; },
      this);
  if (jack_.activate(client_) != 0) return Named(wish_.server) + " does not let this output play";
  Connect();
  return {};
}

std::string JackOutput::OpenClient() {
  constexpr auto kOptions =
      static_cast<jack_options_t>(JackNoStartServer | JackUseExactName | JackServerName);
  jack_status_t status{};
  client_ = jack_.client_open(wish_.client.c_str(), kOptions, &status, wish_.server.c_str());
  if (client_ != nullptr) return {};
  if ((status & JackServerFailed) == 0) {
    return Named(wish_.server) + " refuses the client '" + wish_.client +
           "': it may have one of that name already, and one agent only may play an output there";
  }
  return Named(wish_.server) + " does not answer: start it (jackd -n " + wish_.server +
         " -d alsa -r 48000), as the same user as this agent";
}

std::string JackOutput::RegisterPorts() {
  const jack_nframes_t rate = jack_.get_sample_rate(client_);
  if (rate != kSampleRate) {
    return Named(wish_.server) + " runs at " + std::to_string(rate) + " Hz, and this cluster at " +
           std::to_string(kSampleRate) + ": start it with -r " + std::to_string(kSampleRate);
  }
  if (period() > DeviceFeed::kMaxPeriod) {
    return Named(wish_.server) + " has a period of " + std::to_string(period()) +
           " samples, and at most " + std::to_string(DeviceFeed::kMaxPeriod) +
           " can be served: start it with -p 1024 or less";
  }
  for (int c = 1; c <= wish_.track.ring->channels(); ++c) {
    jack_port_t* const port =
        jack_.port_register(client_, ("out_" + std::to_string(c)).c_str(), JACK_DEFAULT_AUDIO_TYPE,
                            JackPortIsOutput | JackPortIsTerminal, 0);
    if (port == nullptr) return Named(wish_.server) + " has no more ports: see jackd --port-max";
    ports_.push_back(port);
  }
  connected_.resize(ports_.size(), wish_.connect.empty());
  buffers_.resize(ports_.size());
  return {};
}

void JackOutput::Connect() {
  for (std::size_t c = 0; c < ports_.size(); ++c) {
    if (connected_[c]) continue;
    const std::string to = wish_.connect + std::to_string(c + 1);
    connected_[c] = jack_.connect(client_, jack_.port_name(ports_[c]), to.c_str()) == 0;
  }
}

int JackOutput::period() const {
  return static_cast<int>(jack_.get_buffer_size(client_));
}

Frames JackOutput::device_latency() const {
  Frames latency = 0;
  for (jack_port_t* const port : ports_) {
    jack_latency_range_t range{};
    jack_.port_get_latency_range(port, JackPlaybackLatency, &range);
    latency = std::max(latency, static_cast<Frames>(range.max));
  }
  return latency;
}

int JackOutput::Process(int frames) {
  for (std::size_t c = 0; c < ports_.size(); ++c) {
    buffers_[c] =
        static_cast<float*>(jack_.port_get_buffer(ports_[c], static_cast<jack_nframes_t>(frames)));
  }
  Reading& reading = readings_.Draft();
  reading.too_long = frames > DeviceFeed::kMaxPeriod;
  if (reading.too_long) {
    for (float* const buffer : buffers_) std::fill_n(buffer, frames, 0.0f);
  } else {
    feed_.Pull(buffers_, frames);
  }
  reading.counts = feed_.counts();
  reading.next_at = NextPeriodAt();
  readings_.Publish();
  return 0;
}

// JACK's own clock is another one (CLOCK_MONOTONIC_RAW, in its version 2): only its differences count here.
Nanoseconds JackOutput::NextPeriodAt() const {
  jack_nframes_t frame = 0;
  jack_time_t begun = 0, next = 0;
  float period = 0;
  jack_.get_cycle_times(client_, &frame, &begun, &next, &period);
  const Nanoseconds now =
      std::chrono::steady_clock::now().time_since_epoch() / std::chrono::nanoseconds(1);
  const auto left = static_cast<Nanoseconds>(next) - static_cast<Nanoseconds>(jack_.get_time());
  return now + left * kNanosecondsPerUs;
}

// What a sample has behind it when it comes out of a port, as the other clients of the server want to know it.
void JackOutput::TellLatency(jack_latency_callback_mode_t mode) {
  if (mode != JackCaptureLatency) return;
  const auto latency = static_cast<jack_nframes_t>(wish_.track.playout + wish_.track.quantum +
                                                   wish_.margin + OutputGuard::kDelay);
  jack_latency_range_t range{latency, latency + static_cast<jack_nframes_t>(period())};
  for (jack_port_t* const port : ports_) {
    jack_.port_set_latency_range(port, mode, &range);
  }
}

}  // namespace continuo::agent
