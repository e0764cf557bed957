// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <jack/jack.h>

#include <atomic>
#include <cstdint>
#include <memory>
#include <string>

#include "coordinator/midi_clock/clock_out.h"
#include "coordinator/midi_clock/midi_message.h"
#include "coordinator/midi_clock/period_span.h"
#include "dsp/base/realtime.h"
#include "dsp/base/spsc.h"
#include "dsp/base/units.h"

namespace continuo::coordinator::midi_clock {

/// Two MIDI ports of a JACK server, `out` and `in`. All but the process callback, which takes no lock and asks nobody,
/// on one thread.
class JackPorts {
 public:
  struct Wish {
    std::string server = "default";              ///< its name
    std::string client = "continuo-midi-clock";  ///< to be seen there as
    std::string to, from;  ///< ports that are connected before anything is said; empty: none
  };
  /// nullptr, and a sentence in `error`.
  static std::unique_ptr<JackPorts> Open(const Wish& wish, std::string& error);
  ~JackPorts();
  JackPorts(const JackPorts&) = delete;
  JackPorts& operator=(const JackPorts&) = delete;

  /// What is known of the show, and which sample of it is heard when: the one that has begun `ahead` after a time of
  /// StageClock::Local(), less `behind`.
  struct Known {
    Score score;
    Nanoseconds ahead = 0;
    Frames behind = 0;
  };
  void Tell(const Known& known);

  struct Heard {
    MidiMessage message;
    Nanoseconds at = 0;  ///< StageClock::Local(), when it came in from outside
  };
  /// False: nothing more has come.
  bool Hear(Heard& heard) { return heard_.TryReceive(heard); }

  bool gone() const { return gone_.load(); }
  /// Messages that came and had no room.
  std::uint32_t lost() const { return lost_.load(); }
  /// Places that could not be told.
  std::uint32_t beyond() const { return out_.beyond(); }

 private:
  JackPorts() = default;
  std::string Begin(const Wish& wish);
  std::string Connect(const Wish& wish);
  void Process(jack_nframes_t frames) CONTINUO_REALTIME;
  void Listen(jack_nframes_t frames, Nanoseconds begins) CONTINUO_REALTIME;
  Nanoseconds LatencyOf(jack_port_t* port, jack_latency_callback_mode_t mode) const;

  jack_client_t* client_ = nullptr;
  jack_port_t *out_port_ = nullptr, *in_port_ = nullptr;
  Mailbox<Known> known_;
  std::atomic<Nanoseconds> in_latency_{0};
  SpscQueue<Heard, 4'096> heard_;
  std::atomic<std::uint32_t> lost_{0};
  std::atomic<bool> gone_{false};
  // Of the callback.
  ClockOut out_;
  MidiReader reader_;
  PeriodSpan span_;
  ClockOut::Out said_;
};

}  // namespace continuo::coordinator::midi_clock
