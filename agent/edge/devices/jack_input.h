// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>

#include "agent/edge/devices/capture_dates.h"
#include "agent/edge/devices/device.h"
#include "agent/edge/devices/jack_client.h"
#include "agent/handoff/doorbell.h"
#include "dsp/base/spsc.h"

namespace continuo::agent {

/// What one task hears, on ports in_1, in_2 and so on.
class JackInput final : public JackClient {
 public:
  struct Wish {
    JackClient::Wish client;
    Frames limit = 0;  ///< see CaptureDates
    InputTrack track;
    const handoff::Doorbell* bell = nullptr;  ///< rung after each period
  };
  /// Hears at once. nullptr, and a sentence with what to do in `error`.
  static std::unique_ptr<JackInput> Open(const JackLibrary& jack, const Wish& wish,
                                         std::string& error);
  ~JackInput() override { Leave(); }

  void Report(const plan::DeviceStatus& before, DeviceProgress& progress) override;

 private:
  /// After a period, on JACK's thread.
  struct Reading {
    std::uint64_t slips = 0;
    Frames skipped = 0;
    Frames ahead = 0;
    bool running = false;
  };

  JackInput(const JackLibrary& jack, const Wish& wish);
  void Process(int frames) CONTINUO_REALTIME override;
  void LostTime() CONTINUO_REALTIME override { dates_.LostTime(); }

  const InputTrack track_;
  const handoff::Doorbell& bell_;
  CaptureDates dates_;
  Frames skipped_ = 0;
  Mailbox<Reading> readings_;
};

}  // namespace continuo::agent
