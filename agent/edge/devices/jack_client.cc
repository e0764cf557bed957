// SPDX-License-Identifier: Apache-2.0
#include "agent/edge/devices/jack_client.h"

#include <algorithm>
#include <chrono>

namespace continuo::agent {
namespace {

constexpr Nanoseconds kNanosecondsPerUs = 1000;

Nanoseconds Now() {
  return std::chrono::steady_clock::now().time_since_epoch() / std::chrono::nanoseconds(1);
}

std::string Named(const std::string& server) {
  return "the JACK server '" + server + "'";
}

}  // namespace

void JackClient::Leave() {
  if (client_ != nullptr) jack_.client_close(client_);
  client_ = nullptr;
}

std::string JackClient::Start() {
  std::string wrong = OpenClient();
  if (wrong.empty()) wrong = RegisterPorts();
  if (!wrong.empty()) return wrong;
  jack_.set_process_callback(
      client_,
      [](jack_nframes_t frames, void* self) {
        return static_cast<JackClient*>(self)->Call(static_cast<int>(frames));
      },
      this);
  jack_.set_xrun_callback(
      client_,
      [](void* self) {
        auto* const client = static_cast<JackClient*>(self);
        ++client->xruns_;
        client->LostTime();
        return 0;
      },
      this);
  jack_.set_latency_callback(
      client_,
      [](jack_latency_callback_mode_t mode, void* self) {
        static_cast<JackClient*>(self)->TellLatency(mode);
      },
      this);
  jack_.on_info_shutdown(
      client_,
      [](jack_status_t, const char*, void* self) { static_cast<JackClient*>(self)->lost_ = true; },
      this);
  if (jack_.activate(client_) != 0) return Named(wish_.server) + " does not let this client begin";
  Connect();
  return {};
}

std::string JackClient::OpenClient() {
  constexpr auto kOptions =
      static_cast<jack_options_t>(JackNoStartServer | JackUseExactName | JackServerName);
  jack_status_t status{};
  client_ = jack_.client_open(wish_.client.c_str(), kOptions, &status, wish_.server.c_str());
  if (client_ != nullptr) return {};
  if ((status & JackServerFailed) == 0) {
    return Named(wish_.server) + " refuses the client '" + wish_.client +
           "': it may have one of that name already, and one agent only may be it there";
  }
  return Named(wish_.server) + " does not answer: start it (jackd -n " + wish_.server +
         " -d alsa -r 48000), as the same user as this agent";
}

std::string JackClient::RegisterPorts() {
  const jack_nframes_t rate = jack_.get_sample_rate(client_);
  if (rate != kSampleRate) {
    return Named(wish_.server) + " runs at " + std::to_string(rate) + " Hz, and this cluster at " +
           std::to_string(kSampleRate) + ": start it with -r " + std::to_string(kSampleRate);
  }
  if (period() > kMaxPeriod) {
    return Named(wish_.server) + " has a period of " + std::to_string(period()) +
           " samples, and at most " + std::to_string(kMaxPeriod) +
           " can be served: start it with -p 1024 or less";
  }
  for (int c = 1; c <= wished_.count; ++c) {
    jack_port_t* const port =
        jack_.port_register(client_, (wished_.prefix + std::to_string(c)).c_str(),
                            JACK_DEFAULT_AUDIO_TYPE, wished_.flags | JackPortIsTerminal, 0);
    if (port == nullptr) return Named(wish_.server) + " has no more ports: see jackd --port-max";
    ports_.push_back(port);
  }
  connected_.resize(ports_.size(), wish_.connect.empty());
  buffers_.resize(ports_.size());
  return {};
}

void JackClient::Connect() {
  for (std::size_t c = 0; c < ports_.size(); ++c) {
    if (connected_[c]) continue;
    const std::string other = wish_.connect + std::to_string(c + 1);
    const char* const own = jack_.port_name(ports_[c]);
    connected_[c] = plays() ? jack_.connect(client_, own, other.c_str()) == 0
                            : jack_.connect(client_, other.c_str(), own) == 0;
  }
}

int JackClient::period() const {
  return static_cast<int>(jack_.get_buffer_size(client_));
}

Frames JackClient::device_latency() const {
  Frames latency = 0;
  for (jack_port_t* const port : ports_) {
    jack_latency_range_t range{};
    jack_.port_get_latency_range(port, plays() ? JackPlaybackLatency : JackCaptureLatency, &range);
    latency = std::max(latency, static_cast<Frames>(range.max));
  }
  return latency;
}

int JackClient::Call(int frames) {
  handed_out_ = Now();
  for (std::size_t c = 0; c < ports_.size(); ++c) {
    buffers_[c] =
        static_cast<float*>(jack_.port_get_buffer(ports_[c], static_cast<jack_nframes_t>(frames)));
  }
  Process(frames);
  return 0;
}

// JACK's own clock is another one (CLOCK_MONOTONIC_RAW, in its version 2): only its differences count here.
Nanoseconds JackClient::NextPeriod() const {
  jack_nframes_t frame = 0;
  jack_time_t begun = 0, next = 0;
  float period = 0;
  jack_.get_cycle_times(client_, &frame, &begun, &next, &period);
  const auto jack_now = static_cast<Nanoseconds>(jack_.get_time());
  return Now() + (static_cast<Nanoseconds>(next) - jack_now) * kNanosecondsPerUs;
}

}  // namespace continuo::agent
