// SPDX-License-Identifier: Apache-2.0
#include "agent/edge/devices/jack_device.h"

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <mutex>
#include <thread>
#include <utility>

#include "agent/edge/devices/device_notes.h"
#include "agent/edge/devices/jack_client.h"
#include "agent/edge/devices/jack_input.h"
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
  Worker(JackWish wish, const handoff::Doorbell& bell, const clock::Clock& clock,
         std::function<void(plan::Incident)> tell)
      : wish_(std::move(wish)), bell_(bell), clock_(clock), tell_(std::move(tell)) {
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
    auto player = std::make_unique<Player>(track.name);
    player->ring = track.ring;
    player->progress.id = track.id;
    player->make = [this, track] {
      return std::make_unique<JackOutput>(track, MannerOf(track), ConnectionOf(track.name));
    };
    const Frames behind = MannerOf(track).Behind(track) - track.playout - track.quantum;
    player->begun = [this, behind](const JackLine& line) {
      const int period = client_->period();
      return " plays on jack:" + wish_.server + ": period " + std::to_string(period) + ", " +
             TenthsOfMs(behind + period + line.device_latency()) + " later than the cluster";
    };
    player->meanwhile = "; the cluster plays on, and this output will when the server is back";
    Take(std::move(player));
  }
  void Add(const InputTrack& track) {
    auto player = std::make_unique<Player>(track.name);
    player->ring = track.ring;
    player->progress.id = track.id;
    player->progress.input = true;
    player->make = [this, track] {
      return std::make_unique<JackInput>(track, wish_.margin, ConnectionOf(track.name));
    };
    player->begun = [this](const JackLine&) {
      return " hears jack:" + wish_.server + ": period " + std::to_string(client_->period());
    };
    player->meanwhile = "; it is silent, and hears again when the server is back";
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
    std::function<std::unique_ptr<JackLine>()> make;
    std::function<std::string(const JackLine&)> begun;  // what is told when it has joined
    std::string meanwhile;                              // and when the server is gone
    std::unique_ptr<JackLine> line;  // this and what follows: the worker's thread only
    plan::DeviceStatus before;       // counts of earlier lines of it
    DeviceProgress progress;
    DeviceNotes notes;
    Clock::time_point next_try{};
    // With the lock:
    DeviceProgress told;
    bool ended = false;
  };

  Frames MarginOf(const DeviceTrack& track) const {
    return wish_.prompt ? wish_.margin : std::max<Frames>(wish_.margin, 2 * track.quantum);
  }

  JackOutput::Manner MannerOf(const DeviceTrack& track) const {
    return {.margin = MarginOf(track), .look_ahead = !wish_.prompt, .follows = wish_.follow};
  }

  std::string ConnectionOf(const std::string& name) const {
    const auto to = wish_.connect.find(name);
    return to == wish_.connect.end() ? std::string() : to->second;
  }

  void Take(std::unique_ptr<Player> player) {
    player->progress.status.name = "jack:" + wish_.server;
    player->told = player->progress;
    const std::lock_guard lock(mutex_);
    players_.push_back(std::move(player));
  }

  void Run() {
    while (!Pause()) {
      const auto current = Current();
      LookAfterClient(current);
      for (const auto& [player, ended] : current) {
        if (ended) {
          Remove(player);
        } else {
          LookAfter(*player);
        }
      }
    }
    for (const auto& player : players_) LeaveWith(*player);
    client_.reset();
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

  void LookAfterClient(const std::vector<std::pair<Player*, bool>>& players) {
    if (client_ != nullptr && players.empty()) client_.reset();
    if (client_ != nullptr && client_->lost()) {
      // libjack is still busy with a client when it says that the server is gone, and may not be
      // when the next turn comes: closed at once, that client would be written to afterwards.
      if (std::exchange(leaving_, true)) Lose(players);
    } else if (client_ != nullptr) {
      client_->Connect();
    } else if (!players.empty() && Clock::now() >= next_try_) {
      next_try_ = Clock::now() + kTryAgain;
      client_ = JackClient::Open(
          *jack_,
          {.server = wish_.server, .client = wish_.client, .bell = &bell_, .clock = &clock_},
          refused_);
    }
  }

  void Lose(const std::vector<std::pair<Player*, bool>>& players) {
    for (const auto& [player, ended] : players) {
      if (player->line != nullptr) Lose(*player);
    }
    client_.reset();
    leaving_ = false;
    next_try_ = Clock::now() + kTryAgain;
  }

  void LookAfter(Player& player) {
    if (player.line == nullptr && !leaving_) Begin(player);
    if (player.line != nullptr && !client_->lost()) {
      player.line->Report(player.before, player.progress);
    }
    const Nanoseconds now = Clock::now().time_since_epoch() / std::chrono::nanoseconds(1);
    for (plan::Incident& incident : player.notes.Due(player.progress.status, now)) {
      tell_(std::move(incident));
    }
    const std::lock_guard lock(mutex_);
    player.told = player.progress;
  }

  void Begin(Player& player) {
    if (client_ == nullptr) return Refuse(player, refused_);
    if (Clock::now() < player.next_try) return;
    player.next_try = Clock::now() + kTryAgain;
    auto line = player.make();
    const std::string wrong = client_->Join(*line);
    Refuse(player, wrong);
    if (!wrong.empty()) return;
    player.line = std::move(line);
    Tell(plan::IncidentKind::kDeviceStarted, player.name + player.begun(*player.line));
  }

  void Refuse(Player& player, const std::string& error) {
    if (error.empty() && client_ == nullptr) return;  // it was not tried yet
    if (!error.empty() && error != player.progress.status.error) {
      Tell(plan::IncidentKind::kOutputError, player.name + ": " + error);
    }
    player.progress.status.error = error;
  }

  void LeaveWith(Player& player) {
    if (player.line != nullptr) client_->Leave(*player.line);
    player.line.reset();
  }

  void Lose(Player& player) {
    LeaveWith(player);
    plan::DeviceStatus& status = player.progress.status;
    status.running = status.guarding = false;
    status.error = "the JACK server '" + wish_.server + "' is gone";
    ++status.losses;
    player.before = status;
    player.next_try = {};
    Tell(plan::IncidentKind::kDeviceLost, player.name + ": " + status.error + player.meanwhile);
  }

  void Tell(plan::IncidentKind kind, std::string text) {
    plan::Incident incident;
    incident.kind = kind;
    incident.text = std::move(text);
    tell_(std::move(incident));
  }

  const JackWish wish_;
  const handoff::Doorbell& bell_;
  const clock::Clock& clock_;
  const std::function<void(plan::Incident)> tell_;
  std::unique_ptr<const JackLibrary> jack_;
  mutable std::mutex mutex_;
  std::vector<std::unique_ptr<Player>> players_;
  std::condition_variable wake_;
  bool ending_ = false;
  // This thread's only:
  std::unique_ptr<JackClient> client_;
  std::string refused_;   // why there is none; empty: it was not tried
  bool leaving_ = false;  // its server is gone, and it is closed in the next turn
  Clock::time_point next_try_{};
  std::thread thread_;
};

JackDevice::JackDevice(JackWish wish, const handoff::Doorbell& bell, const clock::Clock& clock,
                       std::function<void(plan::Incident)> tell)
    : worker_(std::make_unique<Worker>(std::move(wish), bell, clock, std::move(tell))) {}

JackDevice::~JackDevice() = default;

std::string JackDevice::Check() {
  std::string error;
  JackLibrary::Load(kJackLibrary, error);
  return error;
}

void JackDevice::Add(const DeviceTrack& track) {
  worker_->Add(track);
}
void JackDevice::Add(const InputTrack& track) {
  worker_->Add(track);
}
void JackDevice::End(const std::shared_ptr<const handoff::DeviceRing>& ring) {
  worker_->End(ring.get());
}
void JackDevice::End(const std::shared_ptr<handoff::LiveRing>& ring) {
  worker_->End(ring.get());
}
std::vector<DeviceProgress> JackDevice::AllProgress() const {
  return worker_->AllProgress();
}

}  // namespace continuo::agent
