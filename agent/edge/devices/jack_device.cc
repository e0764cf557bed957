// SPDX-License-Identifier: Apache-2.0
#include "agent/edge/devices/jack_device.h"

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <mutex>
#include <thread>
#include <utility>

#include "agent/edge/devices/device_notes.h"
#include "agent/edge/devices/jack_output.h"

namespace continuo::agent {
namespace {

using Clock = std::chrono::steady_clock;
constexpr auto kTurn = std::chrono::milliseconds(100);
constexpr auto kTryAgain = std::chrono::seconds(1);

std::string TenthsOfMs(Frames frames) {
  const Frames tenths = (frames * 10'000 + kSampleRate / 2) / kSampleRate;
  return std::to_string(tenths / 10) + "." + std::to_string(tenths % 10) + " ms";
}

}  // namespace

class JackDevice::Worker {
 public:
  Worker(JackWish wish, std::function<void(plan::Incident)> tell)
      : wish_(std::move(wish)), tell_(std::move(tell)) {
    std::string error;
    jack_ = JackLibrary::Load(kJackLibrary, error);
    if (jack_ != nullptr) thread_ = std::thread([this] { Run(); });
  }
  ~Worker() {
    {
      const std::lock_guard lock(mutex_);
      ending_ = true;
    }
    wake_.notify_one();
    if (thread_.joinable()) thread_.join();
  }

  void Add(const DeviceTrack& track) {
    auto player = std::make_unique<Player>(track);
    player->status.name = "jack:" + wish_.server;
    player->progress.id = track.id;
    player->progress.status = player->status;
    const std::lock_guard lock(mutex_);
    players_.push_back(std::move(player));
  }
  void End(const std::shared_ptr<const handoff::DeviceRing>& ring) {
    const std::lock_guard lock(mutex_);
    for (const auto& player : players_) player->ended |= player->track.ring == ring;
  }
  std::vector<DeviceProgress> AllProgress() const {
    const std::lock_guard lock(mutex_);
    std::vector<DeviceProgress> all;
    for (const auto& player : players_) {
      if (!player->ended) all.push_back(player->progress);
    }
    return all;
  }

 private:
  struct Player {
    explicit Player(const DeviceTrack& t) : track(t), notes(t.name) {}
    const DeviceTrack track;
    std::unique_ptr<JackOutput> output;  // this and what follows: the worker's thread only
    plan::DeviceStatus before;           // counts of earlier clients of it
    plan::DeviceStatus status;
    DeviceNotes notes;
    Clock::time_point next_try{};
    bool leaving = false;  // the server of the output is gone, and it is closed in the next turn
    // With the lock:
    DeviceProgress progress;
    bool ended = false;
  };

  void Run() {
    while (!Pause()) {
      for (const auto& [player, ended] : Current()) {
        if (ended) {
          Remove(player);
        } else {
          LookAfter(*player);
        }
      }
    }
  }

  /// True when it is time to end.
  bool Pause() {
    std::unique_lock lock(mutex_);
    return wake_.wait_for(lock, kTurn, [this] { return ending_; });
  }

  /// Only this thread removes players, so they stay valid without the lock.
  std::vector<std::pair<Player*, bool>> Current() {
    const std::lock_guard lock(mutex_);
    std::vector<std::pair<Player*, bool>> current;
    for (const auto& player : players_) current.emplace_back(player.get(), player->ended);
    return current;
  }

  void Remove(Player* gone) {
    gone->output.reset();
    const std::lock_guard lock(mutex_);
    std::erase_if(players_, [gone](const auto& player) { return player.get() == gone; });
  }

  void LookAfter(Player& player) {
    if (player.output == nullptr && Clock::now() >= player.next_try) Open(player);
    if (player.output != nullptr && player.output->lost()) {
      // libjack is still busy with a client when it says that the server is gone, and may not be
      // when the next turn comes: closed at once, that client would be written to afterwards.
      if (std::exchange(player.leaving, true)) Lose(player);
    } else if (player.output != nullptr) {
      Gather(player);
    }
    const Nanoseconds now = Clock::now().time_since_epoch() / std::chrono::nanoseconds(1);
    for (plan::Incident& incident : player.notes.Due(player.status, now)) {
      tell_(std::move(incident));
    }
    const std::lock_guard lock(mutex_);
    player.progress.status = player.status;
  }

  void Open(Player& player) {
    player.next_try = Clock::now() + kTryAgain;
    const auto to = wish_.connect.find(player.track.name);
    std::string error;
    player.output =
        JackOutput::Open(*jack_,
                         {.server = wish_.server,
                          .client = "continuo-" + player.track.name,
                          .connect = to == wish_.connect.end() ? std::string() : to->second,
                          .margin = std::max<Frames>(wish_.margin, 2 * player.track.quantum),
                          .track = player.track},
                         error);
    if (!error.empty() && error != player.status.error) {
      Tell(plan::IncidentKind::kOutputError, player.track.name + ": " + error);
    }
    player.status.error = error;
    if (player.output == nullptr) return;
    Tell(plan::IncidentKind::kDeviceStarted,
         player.track.name + " plays on " + player.status.name + ": period " +
             std::to_string(player.output->period()) + ", " +
             TenthsOfMs(wish_.margin + OutputGuard::kDelay + player.output->period() +
                        player.output->device_latency()) +
             " later than the cluster");
  }

  void Gather(Player& player) {
    player.output->Connect();
    const JackOutput::Reading& reading = player.output->Read();
    const DeviceFeed::Counts& counts = reading.counts;
    plan::DeviceStatus& status = player.status;
    const plan::DeviceStatus& before = player.before;
    status.running = reading.next_at != 0 && !reading.too_long;
    status.latency = player.output->device_latency();
    status.xruns = before.xruns + player.output->xruns();
    status.starved = before.starved + counts.starved;
    status.slips = before.slips + counts.slips;
    status.skipped = before.skipped + counts.skipped;
    status.repeated = before.repeated + counts.repeated;
    status.guarding = counts.guarding;
    status.refused = before.refused + counts.guard.refused;
    status.over = before.over + counts.guard.over;
    status.dc = before.dc + counts.guard.dc;
    status.error = reading.too_long ? "its period is longer than " +
                                          std::to_string(DeviceFeed::kMaxPeriod) + " samples"
                                    : "";
    const std::lock_guard lock(mutex_);
    player.progress.next_n = counts.playing ? counts.next_n : handoff::DeviceRing::kNotStarted;
    player.progress.next_at = reading.next_at;
  }

  void Lose(Player& player) {
    player.output.reset();
    player.leaving = false;
    player.status.running = player.status.guarding = false;
    player.status.error = "the JACK server '" + wish_.server + "' is gone";
    ++player.status.losses;
    player.before = player.status;
    player.next_try = Clock::now() + kTryAgain;
    Tell(plan::IncidentKind::kDeviceLost,
         player.track.name + ": " + player.status.error +
             "; the cluster plays on, and this output will when the server is back");
  }

  void Tell(plan::IncidentKind kind, std::string text) {
    plan::Incident incident;
    incident.kind = kind;
    incident.text = std::move(text);
    tell_(std::move(incident));
  }

  const JackWish wish_;
  const std::function<void(plan::Incident)> tell_;
  std::unique_ptr<const JackLibrary> jack_;
  mutable std::mutex mutex_;
  std::vector<std::unique_ptr<Player>> players_;
  std::condition_variable wake_;
  bool ending_ = false;
  std::thread thread_;
};

JackDevice::JackDevice(JackWish wish, std::function<void(plan::Incident)> tell)
    : worker_(std::make_unique<Worker>(std::move(wish), std::move(tell))) {}

JackDevice::~JackDevice() = default;

std::string JackDevice::Check() {
  std::string error;
  JackLibrary::Load(kJackLibrary, error);
  return error;
}

void JackDevice::Add(const DeviceTrack& track) {
  worker_->Add(track);
}
void JackDevice::End(const std::shared_ptr<const handoff::DeviceRing>& ring) {
  worker_->End(ring);
}
std::vector<DeviceProgress> JackDevice::AllProgress() const {
  return worker_->AllProgress();
}

}  // namespace continuo::agent
