// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "agent/edge/devices/alsa_library.h"
#include "agent/edge/devices/card_format.h"
#include "agent/edge/devices/device_line.h"
#include "agent/handoff/doorbell.h"
#include "dsp/base/realtime.h"
#include "dsp/base/units.h"
#include "proto/clock/clock.h"
#include "proto/transport/machine_clock.h"

namespace continuo::agent {

/// One direction of a sound card, from when it is opened until it is lost, on a thread of its own that waits for the
/// card's periods. When a period is played or was heard is told by the card (snd_pcm_status: delay and time stamp),
/// not by when the thread woke. After an xrun it begins again by itself. All but the thread's on one thread.
class AlsaStream {
 public:
  static constexpr int kMaxPeriod = 4096, kMinPeriod = 16;  ///< samples
  static constexpr int kMaxLines = 64, kMaxChannels = 128;

  struct Wish {
    std::string card;  ///< a name of ALSA's, such as "hw:0"
    bool plays = false;
    int period = 0;                           ///< samples; the card may take another one
    int periods = 0;                          ///< of its buffer
    const handoff::Doorbell* bell = nullptr;  ///< rung in each period in which something is heard
    const clock::Clock* clock = nullptr;      ///< of the cluster
    std::function<void()> raise;              ///< the thread does that first
  };
  /// With at least so many `channels`. nullptr, and a sentence with what to do in `error`.
  static std::unique_ptr<AlsaStream> Open(const AlsaLibrary& alsa, const Wish& wish, int channels,
                                          std::string& error);
  ~AlsaStream();
  AlsaStream(const AlsaStream&) = delete;
  AlsaStream& operator=(const AlsaStream&) = delete;

  /// Its first channel is that one (from 0) of the card. Empty, or a sentence with what to do: then it has not joined.
  std::string Join(DeviceLine& line, int channel);
  /// It is not called any more when this returns.
  void Leave(DeviceLine& line);
  bool has_lines() const { return !seats_.empty(); }
  bool lost() const { return lost_; }
  int period() const { return period_; }
  DeviceLine::Reading Read(const DeviceLine& line) const;

 private:
  struct Seat {
    DeviceLine* line = nullptr;
    int channel = 0;
    std::uint64_t xruns_before = 0;
    std::vector<float*> buffers;
  };
  using Slot = std::atomic<Seat*>;
  struct ClosePcm {
    const AlsaLibrary* alsa;
    void operator()(snd_pcm_t* pcm) const { alsa->close(pcm); }
  };
  struct FreeStatus {
    const AlsaLibrary* alsa;
    void operator()(snd_pcm_status_t* status) const { alsa->status_free(status); }
  };

  AlsaStream(const AlsaLibrary& alsa, const Wish& wish);
  std::string OpenPcm(int channels);
  std::string Configure(snd_pcm_hw_params_t* params, int channels);
  std::string ChooseFormat(snd_pcm_hw_params_t* params);
  std::string ChooseChannels(snd_pcm_hw_params_t* params, int channels);
  std::string ChooseTiming(snd_pcm_sw_params_t* params);
  void TakeMemory();
  std::string Wrong(const std::string& what, int code) const;
  Slot* SlotOf(const Seat* seat);

  // The thread's:
  void Run();
  int Serve() CONTINUO_REALTIME;
  int Play(const DeviceLine::Period& period) CONTINUO_REALTIME;
  int Hear(const DeviceLine::Period& period) CONTINUO_REALTIME;
  int Restart() CONTINUO_REALTIME;
  int Recover(int code) CONTINUO_REALTIME;
  int Look(Nanoseconds& at, Frames& delay) CONTINUO_REALTIME;
  bool CallThose(const DeviceLine::Period& period) CONTINUO_REALTIME;

  const AlsaLibrary& alsa_;
  const Wish wish_;
  transport::MachineClock stamps_;  // the card's time stamps are of it
  std::unique_ptr<snd_pcm_t, ClosePcm> pcm_;
  std::unique_ptr<snd_pcm_status_t, FreeStatus> status_;
  CardFormat format_ = CardFormat::kFloat32;
  int channels_ = 0, period_ = 0, periods_ = 0;
  std::vector<float> samples_;    // a period, channel by channel
  std::vector<float*> planes_;    // of it
  std::vector<std::byte> bytes_;  // a period as the card has it
  std::map<const DeviceLine*, std::unique_ptr<Seat>> seats_;
  std::array<Slot, kMaxLines> slots_{};
  std::atomic<bool> inside_{false};  // as in JackClient
  std::atomic<std::uint64_t> xruns_{0};
  std::atomic<Frames> latency_{0};  // of what plays: see DeviceLine::Reading
  std::atomic<bool> lost_{false}, ending_{false};
  std::thread thread_;
};

}  // namespace continuo::agent
