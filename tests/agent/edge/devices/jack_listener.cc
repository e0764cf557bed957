// SPDX-License-Identifier: Apache-2.0
#include "agent/edge/devices/jack_listener.h"

#include <algorithm>

#include "proto/transport/machine_clock.h"

namespace continuo {
namespace {

template <typename Attempt>
bool Again(const Attempt& attempt, JackListener::Patience patience) {
  transport::MachineClock clock;
  const Nanoseconds end = clock.Now() + patience / std::chrono::nanoseconds(1);
  for (;;) {
    if (attempt()) return true;
    if (clock.Now() > end) return false;
    clock.SleepUntil(clock.Now() + 10'000'000);
  }
}

}  // namespace

JackListener::JackListener(const agent::JackLibrary& jack, int channels, int seconds)
    : jack_(jack),
      channels_(channels),
      heard_(static_cast<std::size_t>(channels) * static_cast<std::size_t>(seconds) * kSampleRate) {
  periods_.reserve(heard_.size());
}

JackListener::~JackListener() {
  Close();
}

bool JackListener::Open(const std::string& server, const std::string& name, Patience patience) {
  constexpr auto kOptions =
      static_cast<jack_options_t>(JackNoStartServer | JackUseExactName | JackServerName);
  const bool open = Again(
      [&] {
        client_ = jack_.client_open(name.c_str(), kOptions, nullptr, server.c_str());
        return client_ != nullptr;
      },
      patience);
  if (!open) return false;
  ports_.clear();
  for (int c = 1; c <= channels_; ++c) {
    ports_.push_back(jack_.port_register(client_, ("in_" + std::to_string(c)).c_str(),
                                         JACK_DEFAULT_AUDIO_TYPE, JackPortIsInput, 0));
  }
  jack_.set_process_callback(
      client_,
      [](jack_nframes_t frames, void* self) {
        return static_cast<JackListener*>(self)->Hear(frames);
      },
      this);
  jack_.set_xrun_callback(
      client_,
      [](void* self) {
        ++static_cast<JackListener*>(self)->xruns_;
        return 0;
      },
      this);
  return jack_.activate(client_) == 0;
}

bool JackListener::Connect(const std::string& from, Patience patience) {
  for (std::size_t c = 0; c < ports_.size(); ++c) {
    const std::string source = from + std::to_string(c + 1);
    const char* const into = jack_.port_name(ports_[c]);
    if (!Again([&] { return jack_.connect(client_, source.c_str(), into) == 0; }, patience)) {
      return false;
    }
  }
  return true;
}

void JackListener::Close() {
  if (client_ != nullptr) jack_.client_close(client_);
  client_ = nullptr;
}

Nanoseconds JackListener::TimeOf(std::size_t frame) const {
  const auto after = std::upper_bound(periods_.begin(), periods_.end(), frame,
                                      [](std::size_t f, const Period& p) { return f < p.first; });
  const Period& period = *std::prev(after);
  return period.begins +
         static_cast<Nanoseconds>(frame - period.first) * 1'000'000'000 / kSampleRate;
}

int JackListener::Hear(jack_nframes_t frames) {
  const std::size_t first = frames_;
  const std::size_t kept =
      std::min<std::size_t>(frames, heard_.size() / static_cast<std::size_t>(channels_) - first);
  for (std::size_t c = 0; c < ports_.size(); ++c) {
    const auto* const from = static_cast<const float*>(jack_.port_get_buffer(ports_[c], frames));
    for (std::size_t i = 0; i < kept; ++i) heard_[(first + i) * ports_.size() + c] = from[i];
  }
  jack_nframes_t frame = 0;
  jack_time_t now = 0, next = 0;
  float period = 0;
  jack_.get_cycle_times(client_, &frame, &now, &next, &period);
  if (kept > 0 && periods_.size() < periods_.capacity()) {
    const auto since = static_cast<Nanoseconds>(jack_.get_time()) - static_cast<Nanoseconds>(now);
    periods_.push_back({first, transport::MachineClock().Now() - since * 1000});
  }
  frames_ = first + kept;
  return 0;
}

}  // namespace continuo
