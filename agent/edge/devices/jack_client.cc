// SPDX-License-Identifier: Apache-2.0
#include "agent/edge/devices/jack_client.h"

#include <algorithm>

#include "proto/clock/paired_reading.h"

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

JackClient::Slot* JackClient::SlotOf(const Seat* seat) {
  const auto slot = std::find(slots_.begin(), slots_.end(), seat);
  return slot == slots_.end() ? nullptr : &*slot;
}

std::string JackClient::Join(DeviceLine& line) {
  Slot* const slot = SlotOf(nullptr);
  if (slot == nullptr) {
    return "a node plays and hears at most " + std::to_string(kMaxLines) +
           " outputs and inputs on one JACK server";
  }
  auto seat = std::make_unique<Seat>();
  seat->line = &line;
  seat->xruns_before = xruns_;
  const auto wished = wish_.connect.find(line.name());
  if (wished != wish_.connect.end()) seat->connect = wished->second;
  std::string wrong = RegisterPorts(*seat);
  if (!wrong.empty()) {
    UnregisterPorts(*seat);
    return wrong;
  }
  slot->store(seat.get());
  Connect(*seat);
  const std::lock_guard lock(mutex_);
  TellLatency(*seat);
  seats_[&line] = std::move(seat);
  return {};
}

void JackClient::Leave(DeviceLine& line) {
  const auto seat = seats_.find(&line);
  if (seat == seats_.end()) return;
  {
    const std::lock_guard lock(mutex_);
    if (Slot* const slot = SlotOf(seat->second.get()); slot != nullptr) slot->store(nullptr);
  }
  // Who processes has said so before it looked into any slot.
  inside_.wait(true);
  UnregisterPorts(*seat->second);
  seats_.erase(seat);
}

std::string JackClient::RegisterPorts(Seat& seat) {
  const DeviceLine& line = *seat.line;
  const std::string prefix = line.name() + (line.plays() ? ".out_" : ".in_");
  const unsigned long flags = line.plays() ? JackPortIsOutput : JackPortIsInput;
  for (int c = 1; c <= line.channels(); ++c) {
    jack_port_t* const port =
        jack_.port_register(client_, (prefix + std::to_string(c)).c_str(), JACK_DEFAULT_AUDIO_TYPE,
                            flags | JackPortIsTerminal, 0);
    if (port == nullptr) return Named(wish_.server) + " has no more ports: see jackd --port-max";
    seat.ports.push_back(port);
  }
  seat.connected.resize(seat.ports.size(), seat.connect.empty());
  seat.buffers.resize(seat.ports.size());
  return {};
}

void JackClient::UnregisterPorts(Seat& seat) {
  if (!lost_) {
    for (jack_port_t* const port : seat.ports) jack_.port_unregister(client_, port);
  }
  seat.ports.clear();
}

void JackClient::LookAfter() {
  for (const auto& [line, seat] : seats_) Connect(*seat);
}

void JackClient::Connect(Seat& seat) {
  for (std::size_t c = 0; c < seat.ports.size(); ++c) {
    if (seat.connected[c]) continue;
    const std::string other = seat.connect + std::to_string(c + 1);
    const char* const own = jack_.port_name(seat.ports[c]);
    seat.connected[c] = seat.line->plays() ? jack_.connect(client_, own, other.c_str()) == 0
                                           : jack_.connect(client_, other.c_str(), own) == 0;
  }
}

DeviceLine::Reading JackClient::Read(const DeviceLine& line) const {
  const auto seat = seats_.find(&line);
  if (seat == seats_.end()) return {};
  return {.latency = LatencyOf(*seat->second), .xruns = xruns_ - seat->second->xruns_before};
}

// Of what its ports are connected to. JACK counts capture from the first sample of a period on, which sounded a period
// before that was handed out; Reading counts from the last one.
Frames JackClient::LatencyOf(const Seat& seat) const {
  Frames latency = 0;
  for (jack_port_t* const port : seat.ports) {
    jack_latency_range_t range{};
    jack_.port_get_latency_range(
        port, seat.line->plays() ? JackPlaybackLatency : JackCaptureLatency, &range);
    latency = std::max(latency, static_cast<Frames>(range.max));
  }
  return seat.line->plays() ? latency : std::max<Frames>(0, latency - period());
}

int JackClient::period() const {
  return static_cast<int>(jack_.get_buffer_size(client_));
}

int JackClient::Call(int frames) {
  DeviceLine::Period period{.frames = frames, .handed_out = wish_.clock->Now()};
  inside_ = true;
  // What was heard is on its way before anything is played.
  if (CallThose(false, period)) wish_.bell->Ring();
  period.next_at = NextPeriod();
  CallThose(true, period);
  inside_ = false;
  inside_.notify_all();  // a system call only where somebody waits
  return 0;
}

bool JackClient::CallThose(bool play, const DeviceLine::Period& period) {
  bool any = false;
  for (const Slot& slot : slots_) {
    Seat* const seat = slot;
    if (seat == nullptr || seat->line->plays() != play) continue;
    for (std::size_t c = 0; c < seat->ports.size(); ++c) {
      seat->buffers[c] = static_cast<float*>(
          jack_.port_get_buffer(seat->ports[c], static_cast<jack_nframes_t>(period.frames)));
    }
    seat->line->Process(seat->buffers, period);
    any = true;
  }
  return any;
}

void JackClient::LostTime() {
  ++xruns_;
  const std::lock_guard lock(mutex_);
  for (const Slot& slot : slots_) {
    if (Seat* const seat = slot; seat != nullptr) seat->line->LostTime();
  }
}

void JackClient::TellLatency(jack_latency_callback_mode_t mode) {
  if (mode != JackCaptureLatency) return;
  const std::lock_guard lock(mutex_);
  for (const Slot& slot : slots_) {
    if (const Seat* const seat = slot; seat != nullptr) TellLatency(*seat);
  }
}

// What a sample has behind it when it comes out of a port, as the other clients of the server want to know it.
void JackClient::TellLatency(const Seat& seat) {
  if (!seat.line->plays()) return;
  const auto latency = static_cast<jack_nframes_t>(seat.line->behind());
  jack_latency_range_t range{latency, latency + static_cast<jack_nframes_t>(period())};
  for (jack_port_t* const port : seat.ports) {
    jack_.port_set_latency_range(port, JackCaptureLatency, &range);
  }
}

// JACK's own clock is another one (CLOCK_MONOTONIC_RAW, in its version 2): only its differences count here.
Nanoseconds JackClient::NextPeriod() const {
  jack_nframes_t frame = 0;
  jack_time_t begun = 0, next = 0;
  float period = 0;
  jack_.get_cycle_times(client_, &frame, &begun, &next, &period);
  const clock::PairedReading now = clock::ReadPair(
      [this] { return static_cast<Nanoseconds>(jack_.get_time()) * kNanosecondsPerUs; },
      [this] { return wish_.clock->Now(); });
  return now.second + static_cast<Nanoseconds>(next) * kNanosecondsPerUs - now.first;
}

}  // namespace continuo::agent
