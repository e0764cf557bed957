// SPDX-License-Identifier: Apache-2.0
#include "agent/edge/devices/device_keeper.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <condition_variable>
#include <mutex>
#include <thread>
#include <utility>

#include "agent/edge/devices/device_notes.h"
#include "agent/edge/devices/input_line.h"
#include "agent/edge/devices/output_line.h"

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

class DeviceKeeper::Worker {
 public:
  explicit Worker(Wish wish) : wish_(std::move(wish)) {
    thread_ = std::thread([this] { Run(); });
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
    auto player = std::make_unique<Player>(track.name);
    player->ring = track.ring;
    player->progress.id = track.id;
    const OutputLine::Manner manner = MannerOf(track);
    player->make = [track, manner] { return std::make_unique<OutputLine>(track, manner); };
    const Frames held = manner.Held() + manner.unreported;
    const std::string than = manner.TakesEarly(track) ? "it is there" : "the cluster";
    player->begun = [this, held, than](const DeviceLine& line) {
      const int period = host_->period();
      return " plays on " + wish_.name + ": period " + std::to_string(period) + ", " +
             TenthsOfMs(held + period + host_->Read(line).latency) + " later than " + than;
    };
    player->meanwhile = "; the cluster plays on, and this output will when " + wish_.back;
    Take(std::move(player));
  }
  void Add(const InputTrack& track) {
    auto player = std::make_unique<Player>(track.name);
    player->ring = track.ring;
    player->progress.id = track.id;
    player->progress.input = true;
    player->make = [this, track] {
      return std::make_unique<InputLine>(
          track, InputLine::Manner{.limit = wish_.manner.margin,
                                   .follows = wish_.manner.follow,
                                   .unreported = wish_.manner.unreported_in});
    };
    player->begun = [this](const DeviceLine&) {
      return " hears " + wish_.name + ": period " + std::to_string(host_->period());
    };
    player->meanwhile = "; it is silent, and hears again when " + wish_.back;
    Take(std::move(player));
  }
  void End(const void* ring) {
    const std::lock_guard lock(mutex_);
    for (const auto& player : players_) player->ended |= player->ring.get() == ring;
  }
  std::vector<DeviceProgress> AllProgress() const {
    const std::lock_guard lock(mutex_);
    std::vector<DeviceProgress> all;
    for (const auto& player : players_) {
      if (!player->ended) all.push_back(player->told);
    }
    return all;
  }

 private:
  struct Player {
    explicit Player(std::string n) : name(std::move(n)), notes(name) {}
    const std::string name;  // of the output or task
    std::shared_ptr<const void> ring;
    std::function<std::unique_ptr<DeviceLine>()> make;
    std::function<std::string(const DeviceLine&)> begun;  // what is told when it has joined
    std::string meanwhile;                                // and when the device is gone
    std::unique_ptr<DeviceLine> line;  // this and what follows: the worker's thread only
    plan::DeviceStatus before;         // counts of earlier lines of it
    DeviceProgress progress;
    DeviceNotes notes;
    Clock::time_point next_try{};
    // With the lock:
    DeviceProgress told;
    bool ended = false;
  };

  OutputLine::Manner MannerOf(const DeviceTrack& track) const {
    const DeviceManner& manner = wish_.manner;
    const Frames least = manner.prompt ? 0 : 2 * track.quantum;
    return {.margin = std::max<Frames>(manner.margin, least),
            .prompt = manner.prompt,
            .follows = manner.follow,
            .unreported = std::lround(manner.unreported_out)};
  }

  void Take(std::unique_ptr<Player> player) {
    player->progress.status.name = wish_.name;
    player->told = player->progress;
    const std::lock_guard lock(mutex_);
    players_.push_back(std::move(player));
  }

  void Run() {
    while (!Pause()) {
      const auto current = Current();
      LookAfterHost(current);
      for (const auto& [player, ended] : current) {
        if (ended) {
          Remove(player);
        } else {
          LookAfter(*player);
        }
      }
    }
    for (const auto& player : players_) LeaveWith(*player);
    host_.reset();
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
    LeaveWith(*gone);
    const std::lock_guard lock(mutex_);
    std::erase_if(players_, [gone](const auto& player) { return player.get() == gone; });
  }

  void LookAfterHost(const std::vector<std::pair<Player*, bool>>& players) {
    if (host_ != nullptr && players.empty()) host_.reset();
    if (host_ != nullptr && host_->lost()) {
      // libjack is still busy with a client when it says that the server is gone, and may not be
      // when the next turn comes: closed at once, that client would be written to afterwards.
      if (std::exchange(leaving_, true)) Lose(players);
    } else if (host_ != nullptr) {
      host_->LookAfter();
    } else if (!players.empty() && Clock::now() >= next_try_) {
      next_try_ = Clock::now() + kTryAgain;
      refused_.clear();
      host_ = wish_.open(refused_);
    }
  }

  void Lose(const std::vector<std::pair<Player*, bool>>& players) {
    for (const auto& [player, ended] : players) {
      if (player->line != nullptr) Lose(*player);
    }
    host_.reset();
    leaving_ = false;
    next_try_ = Clock::now() + kTryAgain;
  }

  void LookAfter(Player& player) {
    if (player.line == nullptr && !leaving_) Begin(player);
    if (player.line != nullptr && !host_->lost()) {
      player.line->Report(player.before, host_->Read(*player.line), player.progress);
    }
    const Nanoseconds now = Clock::now().time_since_epoch() / std::chrono::nanoseconds(1);
    for (plan::Incident& incident : player.notes.Due(player.progress.status, now)) {
      wish_.tell(std::move(incident));
    }
    const std::lock_guard lock(mutex_);
    player.told = player.progress;
  }

  void Begin(Player& player) {
    if (host_ == nullptr) return Refuse(player, refused_);
    if (Clock::now() < player.next_try) return;
    player.next_try = Clock::now() + kTryAgain;
    auto line = player.make();
    const std::string wrong = host_->Join(*line);
    Refuse(player, wrong);
    if (!wrong.empty()) return;
    player.line = std::move(line);
    Tell(plan::IncidentKind::kDeviceStarted, player.name + player.begun(*player.line));
  }

  void Refuse(Player& player, const std::string& error) {
    if (error.empty() && host_ == nullptr) return;  // it was not tried yet
    if (!error.empty() && error != player.progress.status.error) {
      Tell(plan::IncidentKind::kOutputError, player.name + ": " + error);
    }
    player.progress.status.error = error;
  }

  void LeaveWith(Player& player) {
    if (player.line != nullptr) host_->Leave(*player.line);
    player.line.reset();
  }

  void Lose(Player& player) {
    LeaveWith(player);
    plan::DeviceStatus& status = player.progress.status;
    status.running = status.guarding = false;
    status.error = wish_.gone;
    ++status.losses;
    player.before = status;
    player.next_try = {};
    Tell(plan::IncidentKind::kDeviceLost, player.name + ": " + status.error + player.meanwhile);
  }

  void Tell(plan::IncidentKind kind, std::string text) {
    plan::Incident incident;
    incident.kind = kind;
    incident.text = std::move(text);
    wish_.tell(std::move(incident));
  }

  const Wish wish_;
  mutable std::mutex mutex_;
  std::vector<std::unique_ptr<Player>> players_;
  std::condition_variable wake_;
  bool ending_ = false;
  // This thread's only:
  std::unique_ptr<DeviceHost> host_;
  std::string refused_;   // why there is none; empty: it was not tried
  bool leaving_ = false;  // its device is gone, and it is closed in the next turn
  Clock::time_point next_try_{};
  std::thread thread_;
};

DeviceKeeper::DeviceKeeper(Wish wish) : worker_(std::make_unique<Worker>(std::move(wish))) {}

DeviceKeeper::~DeviceKeeper() = default;

void DeviceKeeper::Add(const DeviceTrack& track) {
  worker_->Add(track);
}
void DeviceKeeper::Add(const InputTrack& track) {
  worker_->Add(track);
}
void DeviceKeeper::End(const std::shared_ptr<const handoff::DeviceRing>& ring) {
  worker_->End(ring.get());
}
void DeviceKeeper::End(const std::shared_ptr<handoff::LiveRing>& ring) {
  worker_->End(ring.get());
}
std::vector<DeviceProgress> DeviceKeeper::AllProgress() const {
  return worker_->AllProgress();
}

}  // namespace continuo::agent
