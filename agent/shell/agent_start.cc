// SPDX-License-Identifier: Apache-2.0
// How an agent comes up.
#include <cstdio>
#include <thread>

#include "agent/shell/agent.h"
#include "agent/shell/calibration.h"
#include "agent/shell/neighbours.h"
#include "agent/shell/priority.h"
#include "proto/plan/media_time.h"
#include "proto/transport/address_list.h"
#include "proto/transport/build_id.h"

namespace continuo::agent {
namespace {

/// Cold, the slowest profile takes half of it.
constexpr Nanoseconds kLockPatience = 60'000'000'000;

}  // namespace

std::string Agent::Start(const std::function<bool()>& ending) {
  std::error_code problem;
  std::filesystem::create_directories(options_.state, problem);
  if (problem) {
    return "cannot make the state folder " + options_.state.string() + ": " + problem.message();
  }
  if (options_.record) {
    if (std::string wrong = Recorder::Check(*options_.record); !wrong.empty()) return wrong;
  }
  if (options_.jack) {
    if (std::string wrong = CheckJack(); !wrong.empty()) return wrong;
  }
  if (options_.alsa) {
    if (std::string wrong = CheckAlsa(); !wrong.empty()) return wrong;
  }
  if (std::string wrong = FollowPtp(ending); !wrong.empty() || ending()) return wrong;
  stall_log_ = options_.record.value_or(options_.state) / (options_.name + ".stalls.jsonl");
  if (std::string wrong = OpenNetworks(); !wrong.empty()) return wrong;
  assets_ = std::make_unique<AssetCache>(options_.state / "assets");
  if (std::string wrong = Serve(); !wrong.empty()) return wrong;
  if (const std::string why = LockMemory(); !why.empty()) {
    std::fprintf(stderr, "continuo-agent: %s\n", why.c_str());
  }
  costs_ = Costs(options_.state, options_.calibrate);
  memory_bytes_ = MemoryForReplicas();
  plan_file_ = std::make_unique<PlanFile>(options_.state, [this](const std::string& wrong) {
    const std::string text = wrong.empty()
                                 ? options_.name + " writes down again what it plays"
                                 : wrong +
                                       "; the music goes on, but make room: what this node "
                                       "plays could not be had from it after a power cut";
    inbox_.Post(Told{{.kind = plan::IncidentKind::kNotKept, .text = text}});
  });
  StartThreads();
  return {};
}

/// Nothing is played, and nobody hears of this node, before its time is the stage's: later it could not be set.
std::string Agent::FollowPtp(const std::function<bool()>& ending) {
  transport::PtpWish wish = options_.ptp;
  if (options_.ptp_daemon) {
    PtpDaemonWish daemon = *options_.ptp_daemon;
    daemon.folder = options_.state;
    std::string error;
    ptp4l_ = PtpDaemon::Start(daemon, error);
    if (ptp4l_ == nullptr) return error;
    wish.socket = ptp4l_->socket();
    wish.domain = DomainOf(daemon);
  }
  if (wish.socket.empty()) return {};
  wish.tell = [](const std::string& news) {
    std::fprintf(stderr, "continuo-agent: %s\n", news.c_str());
  };
  std::string error;
  ptp_ = transport::PtpFollower::Start(wish, clock_, error);
  return ptp_ == nullptr ? error : ptp_->WaitLocked(kLockPatience, ending);
}

std::string Agent::Serve() {
  state_service_ =
      std::make_unique<StateService>([this](const StateWish& wish) { return giver_.Give(wish); });
  return assets_->Serve(options_.serve_assets, {state_service_->grpc()});
}

std::string Agent::OpenNetworks() {
  constexpr int kWantedBuffer = 4 << 20;
  for (int network = 0; network < plan::kMaxNetworks; ++network) {
    const transport::Address& at = options_.networks[network];
    if (at.ip == 0) continue;
    std::string error;
    ports_[network] = transport::UdpPort::Bind(at, error);
    if (ports_[network] == nullptr) return error;
    const int granted = ports_[network]->receive_buffer_bytes();
    if (granted < kWantedBuffer) {
      std::fprintf(stderr,
                   "continuo-agent: the kernel gives the audio socket only %d bytes; bursts may be "
                   "lost (sysctl -w net.core.rmem_max=%d)\n",
                   granted, kWantedBuffer);
    }
  }
  return {};
}

std::unique_ptr<SoundDevice> Agent::OpenDevice() {
  const auto tell = [this](plan::Incident incident) { inbox_.Post(Told{std::move(incident)}); };
  if (options_.jack) return OpenJack(*options_.jack, bell_, clock_, tell);
  if (!options_.alsa) return nullptr;
  AlsaWish wish = *options_.alsa;
  wish.raise = [] { RaiseThisThread(kDevicePriority); };
  return OpenAlsa(wish, bell_, clock_, tell);
}

void Agent::StartThreads() {
  if (options_.record) {
    recorder_ =
        std::make_unique<Recorder>(*options_.record, [this](const Track& track, std::string error) {
          inbox_.Post(RecordingFailed{track.name, std::move(error)});
        });
  }
  device_ = OpenDevice();
  if (!options_.beats.empty()) {
    heart_ = std::make_unique<Heart>(
        Heart::Options{options_.name, options_.beats, MayRaise() ? kBeatPriority : 0});
  }
  rt::Engine::Wiring wiring;
  for (int i = 0; i < plan::kMaxNetworks; ++i) wiring.ports[i] = ports_[i].get();
  wiring.clock = &work_clock_;
  wiring.line = &line_;
  if (options_.compute && options_.cores > 1) {
    crew_ = std::make_unique<CoreCrew>(options_.cores - 1, [] { RaiseThisThread(kAudioPriority); });
  }
  wiring.crew = crew_.get();
  wiring.early = options_.PlaysEarly();
  builder_ = std::make_unique<Builder>(
      [this](const plan::Plan& plan, const std::vector<std::string>& sources,
             const std::atomic<bool>& cancelled) {
        return assets_->FetchAll(plan, sources, cancelled);
      },
      [this](const std::string& hash) { return assets_->PathOf(hash); }, wiring,
      Gear{.device = device_ != nullptr, .recorder = recorder_ != nullptr},
      [this](Builder::Result result) { inbox_.Post(std::move(result)); });
  taker_ = std::make_unique<StateTaker>(StateTaker::Outside{
      .line = &line_,
      .send = [this](const handoff::Command& command) { SendCommand(command); },
      .tell = [this](plan::Incident incident) { Tell(std::move(incident)); },
      .arrived = [this](StateTaker::Arrived arrived) { inbox_.Post(std::move(arrived)); },
      .restored = [this](StateTaker::Restored restored) { inbox_.Post(std::move(restored)); }});
  audio_ = std::make_unique<AudioThread>(clock_, line_, ports_, bell_);
  watchdog_ = std::make_unique<Watchdog>(clock_, [this] { Beat(); });
  link_ = std::make_unique<CoordinatorLink>(CoordinatorLink::Options{
      .addresses = transport::SplitAddresses(options_.coordinator),
      .hello = [this] { return MakeHello(); },
      .received = [this](plan::ToAgent message) { inbox_.Post(std::move(message)); },
      .changed =
          [](bool, const std::string& why) {
            std::fprintf(stderr, "continuo-agent: %s\n", why.c_str());
          }});
  link_->Start();
  for (const auto& port : ports_) {
    if (port != nullptr && announcer_ == nullptr) {
      announcer_ = AnnounceNode(options_, port->local());
    }
  }
}

void Agent::Beat() {
  if (heart_ == nullptr) return;
  MediaTime now = 0;
  {
    const std::lock_guard lock(shared_);
    if (media_.version != 0) now = plan::MediaTimeAt(media_, clock_.Now());
  }
  heart_->Beat(now, audio_->realtime());
}

plan::Hello Agent::MakeHello() {
  plan::Hello hello;
  hello.name = options_.name;
  hello.build_id = transport::BuildId();
  hello.clock_id = ptp_ == nullptr ? transport::MachineClockId() : ptp_->clock_id();
  hello.clock_now = clock_.Now();
  for (int i = 0; i < plan::kMaxNetworks; ++i) {
    transport::Address at = options_.advertised[i];
    if (at.ip == 0 && ports_[i] != nullptr) at = ports_[i]->local();
    hello.networks.push_back({at.ip, at.port});
  }
  hello.asset_address = assets_->address();
  hello.can_output = options_.record || options_.jack || options_.alsa;
  hello.can_compute = options_.compute;
  hello.domain = options_.domain;
  hello.costs = costs_;
  hello.memory_bytes = memory_bytes_;
  hello.cores = std::thread::hardware_concurrency();
  const std::lock_guard lock(shared_);
  hello.heard_term = heard_term_;
  hello.held_term = held_term_;
  hello.held_version = held_version_;
  return hello;
}

}  // namespace continuo::agent
