// SPDX-License-Identifier: Apache-2.0
#include "agent/edge/devices/jack_speaker.h"

#include <algorithm>

#include "proto/transport/machine_clock.h"

namespace continuo {
namespace {

constexpr auto kOptions =
    static_cast<jack_options_t>(JackNoStartServer | JackUseExactName | JackServerName);

}  // namespace

JackSpeaker::JackSpeaker(const agent::JackLibrary& jack, int channels, int seconds)
    : jack_(jack),
      channels_(channels),
      said_(static_cast<std::size_t>(channels) * static_cast<std::size_t>(seconds) * kSampleRate) {
  std::uint32_t state = 7;
  for (float& x : said_) {
    state = state * 1664525u + 1013904223u;
    x = (static_cast<float>(state >> 9) + 0.5f) / 16777216.0f - 0.25f;
  }
}

bool JackSpeaker::Open(const std::string& server, const std::string& name, Patience patience) {
  transport::MachineClock clock;
  const Nanoseconds end = clock.Now() + patience / std::chrono::nanoseconds(1);
  while (client_ == nullptr && clock.Now() < end) {
    client_ = jack_.client_open(name.c_str(), kOptions, nullptr, server.c_str());
    if (client_ == nullptr) clock.SleepUntil(clock.Now() + 10'000'000);
  }
  if (client_ == nullptr) return false;
  for (int c = 1; c <= channels_; ++c) {
    ports_.push_back(jack_.port_register(client_, ("out_" + std::to_string(c)).c_str(),
                                         JACK_DEFAULT_AUDIO_TYPE, JackPortIsOutput, 0));
  }
  jack_.set_process_callback(
      client_,
      [](jack_nframes_t frames, void* self) {
        return static_cast<JackSpeaker*>(self)->Say(frames);
      },
      this);
  jack_.set_xrun_callback(
      client_,
      [](void* self) {
        ++static_cast<JackSpeaker*>(self)->xruns_;
        return 0;
      },
      this);
  return jack_.activate(client_) == 0;
}

bool JackSpeaker::Connect(const std::string& into, Patience patience) {
  transport::MachineClock clock;
  const Nanoseconds end = clock.Now() + patience / std::chrono::nanoseconds(1);
  for (std::size_t c = 0; c < ports_.size(); ++c) {
    const std::string to = into + std::to_string(c + 1);
    while (jack_.connect(client_, jack_.port_name(ports_[c]), to.c_str()) != 0) {
      if (clock.Now() > end) return false;
      clock.SleepUntil(clock.Now() + 10'000'000);
    }
  }
  return true;
}

void JackSpeaker::Close() {
  if (client_ != nullptr) jack_.client_close(client_);
  client_ = nullptr;
}

int JackSpeaker::Say(jack_nframes_t frames) {
  const std::size_t first = frames_;
  const std::size_t left = said_.size() / ports_.size() - first;
  const std::size_t now = std::min<std::size_t>(frames, left);
  for (std::size_t c = 0; c < ports_.size(); ++c) {
    auto* const out = static_cast<float*>(jack_.port_get_buffer(ports_[c], frames));
    for (std::size_t i = 0; i < now; ++i) out[i] = said_[(first + i) * ports_.size() + c];
    std::fill(out + now, out + frames, 0.0f);
  }
  frames_ = first + now;
  return 0;
}

}  // namespace continuo
