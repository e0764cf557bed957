// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <deque>
#include <filesystem>
#include <functional>
#include <list>
#include <memory>
#include <mutex>
#include <string>
#include <variant>

#include "agent/core/node.h"
#include "agent/edge/assets/asset_cache.h"
#include "agent/edge/bus/heart.h"
#include "agent/edge/devices/device.h"
#include "agent/edge/grpc/coordinator_link.h"
#include "agent/edge/ptp/ptp_daemon.h"
#include "agent/edge/record/recorder.h"
#include "agent/handoff/line.h"
#include "agent/shell/audio_thread.h"
#include "agent/shell/builder.h"
#include "agent/shell/core_crew.h"
#include "agent/shell/inbox.h"
#include "agent/shell/lives_file.h"
#include "agent/shell/options.h"
#include "agent/shell/plan_file.h"
#include "agent/shell/slow_clock.h"
#include "agent/shell/state_giver.h"
#include "agent/shell/state_taker.h"
#include "agent/shell/watchdog.h"
#include "proto/discovery/announcer.h"
#include "proto/transport/machine_clock.h"
#include "proto/transport/ptp_follower.h"
#include "proto/transport/udp_port.h"

namespace continuo::agent {

/// What is done to an agent on purpose, to see that nobody hears it.
enum class Fault : std::uint8_t {
  kNone,
  kCorrupt,  ///< one bit of one packet on the wire is flipped
  kSlow,     ///< its machine is a slow one from now on, or is no longer
};

/// A running agent: the threads, and the loop that hands everything from one to the other. The loop alone touches the
/// node's decisions and writes to the real-time line.
class Agent {
 public:
  explicit Agent(Options options) : options_(std::move(options)), lives_(options_.state) {}

  /// Takes sockets and folders, starts the threads. Empty, or a sentence with what to do; empty as well if `ending`
  /// says so before it has come to that: then there is nothing to run.
  std::string Start(const std::function<bool()>& ending);
  /// Until `ending` says so, or the coordinator refuses this node before it has ever welcomed it; then the text is not
  /// empty. `fault` is asked what to suffer (with --chaos only).
  std::string Run(const std::function<bool()>& ending, const std::function<Fault()>& fault);

 private:
  struct RecordingFailed {
    std::string output, error;
  };
  /// Something that another thread wants told.
  struct Told {
    plan::Incident incident;
  };
  struct Woken {};  // there is something to do for the loop that is no message
  using Happening = std::variant<plan::ToAgent, Builder::Result, RecordingFailed, Told,
                                 StateTaker::Arrived, StateTaker::Restored, Woken>;

  std::string FollowPtp(const std::function<bool()>& ending);
  std::string OpenNetworks();
  std::string Serve();
  std::unique_ptr<SoundDevice> OpenDevice();
  void StartThreads();
  plan::Hello MakeHello();
  void Beat();

  void Suffer(Fault fault);
  void Handle(Happening happening);
  void Feed(const core::Input& input);
  void Perform(const core::Effect& effect);
  void Play(const core::Play& play);
  void ArmBuilt();
  void HearInputs(const Production& built);
  void EndInputs(const rt::Engine& engine);
  void KeepPlan();
  void FollowPlan();
  void MoveStates();
  void FreeRetired();
  void TellNotes();
  void TellStalls();
  void TellStatus();
  void TellJoined(const handoff::IncidentNote& joined);
  plan::Status StatusAt(Nanoseconds now);
  void Tell(plan::Incident incident);
  void SendCommand(const handoff::Command& command);
  void SendWaiting();

  const Options options_;
  transport::StageClock clock_;
  SlowClock work_clock_;  // by which work is measured
  UdpPorts ports_;
  handoff::Line line_;
  handoff::Doorbell bell_;
  std::deque<handoff::Command> waiting_;  // did not fit and must not be lost
  bool overrun_ = false;                  // events do not fit at present
  std::vector<plan::KernelCost> costs_;   // set before any thread begins
  std::int64_t memory_bytes_ = 0;         // likewise
  core::Node node_;
  LivesFile lives_;
  std::unique_ptr<PlanFile> plan_file_;
  std::uint64_t kept_term_ = 0;  // as plan_file_ was told last
  std::uint32_t kept_version_ = 0;
  Inbox<Happening> inbox_;
  std::unique_ptr<Production> built_;
  std::uint32_t followed_version_ = 0;  // of the plan that taker_ knows, with these peers
  std::vector<plan::Peer> followed_peers_;
  std::list<std::unique_ptr<Production>> productions_;  // with the audio thread, or on the way back
  std::string refusal_;
  std::filesystem::path stall_log_;
  std::uint64_t stalls_ = 0;
  Nanoseconds stall_max_ = 0, next_status_ = 0;
  bool hurry_ = false;  // a state is with the audio thread

  std::mutex shared_;  // what other threads ask for:
  std::uint64_t heard_term_ = 0;
  std::uint64_t held_term_ = 0;
  std::uint32_t held_version_ = 0;
  plan::MediaTimeMap media_;

  StateGiver giver_{[this] { inbox_.Post(Woken{}); }};
  std::unique_ptr<PtpDaemon> ptp4l_;
  std::unique_ptr<transport::PtpFollower> ptp_;
  std::unique_ptr<StateService> state_service_;
  std::unique_ptr<StateTaker> taker_;  // what it has lent comes back, or the audio thread is gone
  std::unique_ptr<Recorder> recorder_;
  std::unique_ptr<SoundDevice> device_;
  std::unique_ptr<AssetCache> assets_;
  std::unique_ptr<Heart> heart_;
  std::unique_ptr<CoordinatorLink> link_;
  std::unique_ptr<Builder> builder_;
  std::unique_ptr<CoreCrew> crew_;  // outlives the audio thread
  std::unique_ptr<AudioThread> audio_;
  std::unique_ptr<Watchdog> watchdog_;
  std::unique_ptr<discovery::Announcer> announcer_;
};

}  // namespace continuo::agent
