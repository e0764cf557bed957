// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "agent/edge/devices/jack_listener.h"

namespace continuo {

/// A client of a JACK server that plays noise of which no sample is zero, and keeps what it played, bit for bit. In a
/// period that the server has not given it, it plays nothing.
class JackSpeaker {
 public:
  using Patience = JackListener::Patience;

  /// Keeps at most `seconds`; then it is silent.
  JackSpeaker(const agent::JackLibrary& jack, int channels, int seconds);
  ~JackSpeaker() { Close(); }
  JackSpeaker(const JackSpeaker&) = delete;
  JackSpeaker& operator=(const JackSpeaker&) = delete;

  /// False if the server does not answer within that time.
  bool Open(const std::string& server, const std::string& name, Patience patience);
  /// Plays into <into>1, <into>2 ... False if these do not appear within that time.
  bool Connect(const std::string& into, Patience patience);
  void Close();

  /// Interleaved.
  std::span<const float> said() const {
    return {said_.data(), frames_ * static_cast<std::size_t>(channels_)};
  }
  std::uint64_t xruns() const { return xruns_; }

 private:
  int Say(jack_nframes_t frames);

  const agent::JackLibrary& jack_;
  const int channels_;
  jack_client_t* client_ = nullptr;
  std::vector<jack_port_t*> ports_;
  std::vector<float> said_;
  std::atomic<std::size_t> frames_{0};
  std::atomic<std::uint64_t> xruns_{0};
};

}  // namespace continuo
