// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "agent/edge/devices/device_host.h"
#include "agent/edge/devices/jack_library.h"
#include "agent/handoff/doorbell.h"
#include "dsp/base/realtime.h"
#include "dsp/base/units.h"
#include "proto/clock/clock.h"

namespace continuo::agent {

/// A client of one life of a JACK server, for all that a node plays and hears there: the server wakes it once a
/// period, whatever the number of its ports. When the server is gone it is good for nothing any more. All but the
/// callbacks on one thread.
class JackClient final : public DeviceHost {
 public:
  static constexpr int kMaxPeriod = 4096;  ///< samples
  static constexpr int kMaxLines = 64;

  struct Wish {
    std::string server;  ///< its name
    std::string client;  ///< name to be seen under; a server has it once
    /// Output or task -> channel c of it is connected with the port of this name followed by c.
    std::map<std::string, std::string> connect;
    const handoff::Doorbell* bell = nullptr;  ///< rung in each period in which something is heard
    const clock::Clock* clock = nullptr;      ///< of the cluster
  };
  /// Begins, with no ports. nullptr, and a sentence with what to do in `error`. May take seconds if the server is
  /// stuck.
  static std::unique_ptr<JackClient> Open(const JackLibrary& jack, const Wish& wish,
                                          std::string& error);
  ~JackClient() override;
  JackClient(const JackClient&) = delete;
  JackClient& operator=(const JackClient&) = delete;

  /// Registers its ports too.
  std::string Join(DeviceLine& line) override;
  void Leave(DeviceLine& line) override;
  /// Tries the connections that its lines wish and do not have yet.
  void LookAfter() override;
  /// The server is gone, or has thrown this client out.
  bool lost() const override { return lost_; }
  int period() const override;
  DeviceLine::Reading Read(const DeviceLine& line) const override;

 private:
  /// A line, and its ports of one direction.
  struct Seat {
    DeviceLine* line = nullptr;
    std::string connect;  // empty: nothing is
    std::uint64_t xruns_before = 0;
    std::vector<jack_port_t*> ports;
    std::vector<bool> connected;
    std::vector<float*> buffers;  // of the period that is processed: one for each port
  };
  using Slot = std::atomic<Seat*>;

  JackClient(const JackLibrary& jack, const Wish& wish) : jack_(jack), wish_(wish) {}
  std::string OpenClient();
  std::string CheckServer() const;
  std::string Activate();
  std::string RegisterPorts(Seat& seat);
  void UnregisterPorts(Seat& seat);
  void Connect(Seat& seat);
  Slot* SlotOf(const Seat* seat);
  Frames LatencyOf(const Seat& seat) const;

  int Call(int frames) CONTINUO_REALTIME;
  bool CallThose(bool play, const DeviceLine::Period& period) CONTINUO_REALTIME;
  Nanoseconds NextPeriod() const CONTINUO_REALTIME;
  void LostTime();
  void TellLatency(jack_latency_callback_mode_t mode);
  void TellLatency(const Seat& seat);

  const JackLibrary& jack_;
  const Wish wish_;
  jack_client_t* client_ = nullptr;
  std::map<const DeviceLine*, std::unique_ptr<Seat>> seats_;
  std::array<Slot, kMaxLines> slots_{};
  /// A period is being processed: whoever took a line out of its slot waits until it is over.
  std::atomic<bool> inside_{false};
  /// Of the callbacks that are not real time against lines that leave. Never held while the server is asked anything.
  std::mutex mutex_;
  std::atomic<std::uint64_t> xruns_{0};
  std::atomic<bool> lost_{false};
};

}  // namespace continuo::agent
