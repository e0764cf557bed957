// SPDX-License-Identifier: Apache-2.0
#include "agent/edge/devices/jack_client.h"

#include <algorithm>

namespace continuo::agent {
namespace {

constexpr Nanoseconds kNanosecondsPerUs = 1000;

std::string Named(const std::string& server) {
  return "the JACK server '" + server + "'";
}

}  // namespace

std::unique_ptr<JackClient> JackClient::Open(const JackLibrary& jack, const Wish& wish,
                                             std::string& error) {
  std::unique_ptr<JackClient> client(new JackClient(jack, wish));
  error = client->OpenClient();
  if (error.empty()) error = client->CheckServer();
  if (error.empty()) error = client->Activate();
  return error.empty() ? std::move(client) : nullptr;
}

JackClient::~JackClient() {
  if (client_ != nullptr) jack_.client_close(client_);
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

std::string JackClient::CheckServer() const {
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
  return {};
}

std::string JackClient::Activate() {
  jack_.set_process_callback(
      client_,
      [](jack_nframes_t frames, void* self) {
        return static_cast<JackClient*>(self)->Call(static_cast<int>(frames));
      },
      this);
  jack_.set_xrun_callback(
      client_,
      [](void* self) {
        static_cast<JackClient*>(self)->LostTime();
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
  if (jack_.activate(client_) == 0) return {};
  return Named(wish_.server) + " does not let this client begin";
}

JackClient::Slot* JackClient::SlotOf(const JackLine* line) {
  const auto slot = std::find(lines_.begin(), lines_.end(), line);
  return slot == lines_.end() ? nullptr : &*slot;
}

std::string JackClient::Join(JackLine& line) {
  Slot* const slot = SlotOf(nullptr);
  if (slot == nullptr) {
    return "a node plays and hears at most " + std::to_string(kMaxLines) +
           " outputs and inputs on one JACK server";
  }
  line.client_ = this;
  line.xruns_before_ = xruns_;
  std::string wrong = RegisterPorts(line);
  if (!wrong.empty()) {
    UnregisterPorts(line);
    return wrong;
  }
  slot->store(&line);
  Connect(line);
  const std::lock_guard lock(mutex_);
  line.TellLatency(JackCaptureLatency);
  return {};
}

void JackClient::Leave(JackLine& line) {
  {
    const std::lock_guard lock(mutex_);
    if (Slot* const slot = SlotOf(&line); slot != nullptr) slot->store(nullptr);
  }
  // Who processes has said so before it looked into any slot.
  inside_.wait(true);
  UnregisterPorts(line);
}

std::string JackClient::RegisterPorts(JackLine& line) {
  const JackLine::Ports& wished = line.wished_;
  for (int c = 1; c <= wished.count; ++c) {
    jack_port_t* const port =
        jack_.port_register(client_, (wished.prefix + std::to_string(c)).c_str(),
                            JACK_DEFAULT_AUDIO_TYPE, wished.flags | JackPortIsTerminal, 0);
    if (port == nullptr) return Named(wish_.server) + " has no more ports: see jackd --port-max";
    line.ports_.push_back(port);
  }
  line.connected_.resize(line.ports_.size(), wished.connect.empty());
  line.buffers_.resize(line.ports_.size());
  return {};
}

void JackClient::UnregisterPorts(JackLine& line) {
  if (!lost_) {
    for (jack_port_t* const port : line.ports_) jack_.port_unregister(client_, port);
  }
  line.ports_.clear();
}

void JackClient::Connect() {
  for (const Slot& slot : lines_) {
    if (JackLine* const line = slot; line != nullptr) Connect(*line);
  }
}

void JackClient::Connect(JackLine& line) {
  for (std::size_t c = 0; c < line.ports_.size(); ++c) {
    if (line.connected_[c]) continue;
    const std::string other = line.wished_.connect + std::to_string(c + 1);
    const char* const own = jack_.port_name(line.ports_[c]);
    line.connected_[c] = line.plays() ? jack_.connect(client_, own, other.c_str()) == 0
                                      : jack_.connect(client_, other.c_str(), own) == 0;
  }
}

int JackClient::period() const {
  return static_cast<int>(jack_.get_buffer_size(client_));
}

int JackClient::Call(int frames) {
  JackLine::Period period{.frames = frames, .handed_out = wish_.clock->Now()};
  inside_ = true;
  // What was heard is on its way before anything is played.
  if (CallThose(false, period)) wish_.bell->Ring();
  period.next_at = NextPeriod();
  CallThose(true, period);
  inside_ = false;
  inside_.notify_all();  // a system call only where somebody waits
  return 0;
}

bool JackClient::CallThose(bool play, const JackLine::Period& period) {
  bool any = false;
  for (const Slot& slot : lines_) {
    JackLine* const line = slot;
    if (line == nullptr || line->plays() != play) continue;
    for (std::size_t c = 0; c < line->ports_.size(); ++c) {
      line->buffers_[c] = static_cast<float*>(
          jack_.port_get_buffer(line->ports_[c], static_cast<jack_nframes_t>(period.frames)));
    }
    line->Process(period);
    any = true;
  }
  return any;
}

void JackClient::LostTime() {
  ++xruns_;
  const std::lock_guard lock(mutex_);
  for (const Slot& slot : lines_) {
    if (JackLine* const line = slot; line != nullptr) line->LostTime();
  }
}

void JackClient::TellLatency(jack_latency_callback_mode_t mode) {
  const std::lock_guard lock(mutex_);
  for (const Slot& slot : lines_) {
    if (JackLine* const line = slot; line != nullptr) line->TellLatency(mode);
  }
}

// JACK's own clock is another one (CLOCK_MONOTONIC_RAW, in its version 2): only its differences count here.
Nanoseconds JackClient::NextPeriod() const {
  jack_nframes_t frame = 0;
  jack_time_t begun = 0, next = 0;
  float period = 0;
  jack_.get_cycle_times(client_, &frame, &begun, &next, &period);
  const auto jack_now = static_cast<Nanoseconds>(jack_.get_time());
  return wish_.clock->Now() + (static_cast<Nanoseconds>(next) - jack_now) * kNanosecondsPerUs;
}

}  // namespace continuo::agent
