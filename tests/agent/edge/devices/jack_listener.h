// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "agent/edge/devices/jack_library.h"
#include "dsp/base/units.h"

namespace continuo {

/// A client of a JACK server that keeps what it hears, bit for bit.
class JackListener {
 public:
  using Patience = std::chrono::milliseconds;

  /// Keeps at most `seconds`; what comes then is not kept.
  JackListener(const agent::JackLibrary& jack, int channels, int seconds);
  ~JackListener();
  JackListener(const JackListener&) = delete;
  JackListener& operator=(const JackListener&) = delete;

  /// False if the server does not answer within that time.
  bool Open(const std::string& server, const std::string& name, Patience patience);
  /// Hears <from>1, <from>2 ... False if these do not appear within that time.
  bool Connect(const std::string& from, Patience patience);
  /// Hears no more; what was heard stays.
  void Close();

  /// Interleaved.
  std::span<const float> heard() const {
    return {heard_.data(), frames_ * static_cast<std::size_t>(channels_)};
  }
  /// When the period began in which it heard that frame, by CLOCK_MONOTONIC; the frame's own place in it is added.
  Nanoseconds TimeOf(std::size_t frame) const;
  std::uint64_t xruns() const { return xruns_; }

 private:
  int Hear(jack_nframes_t frames);

  const agent::JackLibrary& jack_;
  const int channels_;
  jack_client_t* client_ = nullptr;
  std::vector<jack_port_t*> ports_;
  std::vector<float> heard_;
  struct Period {
    std::size_t first = 0;
    Nanoseconds begins = 0;
  };
  std::vector<Period> periods_;
  std::atomic<std::size_t> frames_{0};
  std::atomic<std::uint64_t> xruns_{0};
};

}  // namespace continuo
