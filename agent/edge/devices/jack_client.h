// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string>

#include "agent/edge/devices/jack_library.h"
#include "agent/edge/devices/jack_line.h"
#include "agent/handoff/doorbell.h"
#include "dsp/base/realtime.h"
#include "dsp/base/units.h"
#include "proto/clock/clock.h"

namespace continuo::agent {

/// A client of one life of a JACK server, for all that a node plays and hears there: the server wakes it once a
/// period, whatever the number of its ports. When the server is gone it is good for nothing any more. All but the
/// callbacks on one thread.
class JackClient {
 public:
  static constexpr int kMaxPeriod = 4096;  ///< samples
  static constexpr int kMaxLines = 64;

  struct Wish {
    std::string server;                       ///< its name
    std::string client;                       ///< name to be seen under; a server has it once
    const handoff::Doorbell* bell = nullptr;  ///< rung in each period in which something is heard
    const clock::Clock* clock = nullptr;      ///< of the cluster
  };
  /// Begins, with no ports. nullptr, and a sentence with what to do in `error`. May take seconds if the server is
  /// stuck.
  static std::unique_ptr<JackClient> Open(const JackLibrary& jack, const Wish& wish,
                                          std::string& error);
  ~JackClient();
  JackClient(const JackClient&) = delete;
  JackClient& operator=(const JackClient&) = delete;

  /// Registers its ports, and calls it from now on. Empty, or a sentence with what to do: then it has not joined.
  std::string Join(JackLine& line);
  /// It is not called any more when this returns.
  void Leave(JackLine& line);
  /// Tries the connections that its lines wish and do not have yet.
  void Connect();

  /// The server is gone, or has thrown this client out.
  bool lost() const { return lost_; }
  std::uint64_t xruns() const { return xruns_; }
  /// Of the server, in samples.
  int period() const;
  const JackLibrary& jack() const { return jack_; }

 private:
  using Slot = std::atomic<JackLine*>;

  JackClient(const JackLibrary& jack, const Wish& wish) : jack_(jack), wish_(wish) {}
  std::string OpenClient();
  std::string CheckServer() const;
  std::string Activate();
  std::string RegisterPorts(JackLine& line);
  void UnregisterPorts(JackLine& line);
  void Connect(JackLine& line);
  Slot* SlotOf(const JackLine* line);

  int Call(int frames) CONTINUO_REALTIME;
  bool CallThose(bool play, const JackLine::Period& period) CONTINUO_REALTIME;
  Nanoseconds NextPeriod() const CONTINUO_REALTIME;
  void LostTime();
  void TellLatency(jack_latency_callback_mode_t mode);

  const JackLibrary& jack_;
  const Wish wish_;
  jack_client_t* client_ = nullptr;
  std::array<Slot, kMaxLines> lines_{};
  /// A period is being processed: whoever took a line out of its slot waits until it is over.
  std::atomic<bool> inside_{false};
  /// Of the callbacks that are not real time against lines that leave. Never held while the server is asked anything.
  std::mutex mutex_;
  std::atomic<std::uint64_t> xruns_{0};
  std::atomic<bool> lost_{false};
};

}  // namespace continuo::agent
