// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "sim/agent_process.h"
#include "sim/control_plane.h"
#include "sim/council.h"
#include "sim/injector.h"
#include "sim/network.h"
#include "sim/operator.h"
#include "sim/parting.h"
#include "sim/reader.h"
#include "sim/scene.h"
#include "sim/state_desk.h"
#include "sim/wire_tap.h"

namespace continuo::sim {

/// What a run came to.
struct Outcome {
  std::vector<std::string> failures;  ///< broken promises, as sentences; empty: all were kept
  double seconds = 0;                 ///< simulated
  int faults = 0, kills = 0, stalls = 0, cuts = 0, crashes = 0, reigns = 0, joins = 0, moves = 0,
      transfers = 0, resumes = 0;
  int acknowledged = 0, expired = 0, refused = 0;
  std::uint64_t packets = 0;  ///< whose unflagged value was compared with the truth
  std::uint64_t datagrams = 0;
  std::uint64_t by_boards = 0;  ///< packets of streams that left boards
  Frames foh = 0;               ///< samples of outputs compared with the oracle
  bool good() const { return failures.empty(); }
};

/// A whole cluster in one process, in virtual time: the shipped cores (coordinator, node, pulse, engine, merge,
/// replica, session), on simulated machines, networks and streams. Everything follows from the scene.
class World {
 public:
  static constexpr int kCoordinatorMachine = kMaxMachines - 1;
  static constexpr std::uint64_t kClockId = 77;
  static constexpr MediaTime kFirstN = 192 * 1'000'000;

  World(const Scene& scene, bool trace);
  ~World();
  Outcome Run();

  // ---- for its parts
  const Scene& scene() const { return scene_; }
  Calendar& calendar() { return calendar_; }
  Dice& dice() { return dice_; }
  Network& network(int index) { return *networks_[static_cast<std::size_t>(index)]; }
  ControlPlane& control() { return control_; }
  WireTap& tap() { return tap_; }
  std::vector<std::unique_ptr<Machine>>& machines() { return machines_; }
  Machine& machine(int number) { return *machines_[static_cast<std::size_t>(number - 1)]; }
  Council& council() { return council_; }
  const Council& council() const { return council_; }
  /// What the coordinators know.
  const coordinator::Ledger& ledger() const { return council_.ledger(); }
  Operator& people() { return operator_; }
  const Reader& reader() const { return reader_; }
  /// Events that only lost rows tell of.
  const std::vector<coordinator::EventRecord>& forgotten() const { return forgotten_; }
  const Injector& injector() const { return injector_; }
  Outcome& outcome() { return outcome_; }
  std::vector<Recording> recordings;

  /// Runs `action` in that life of the machine's process: now, when it wakes, or never.
  void InAgent(int machine, std::uint64_t life, std::function<void(Process&)> action);
  /// Again and again, while that life lasts.
  void Every(Nanoseconds period, int machine, std::uint64_t life, void (*action)(Process&));

  /// A state on its way from the machine at `address` to a fetch of that process: late by its size, and by what the
  /// injector has in mind.
  void CarryState(int to, std::uint64_t life, std::uint32_t fetch, const std::string& address,
                  const StateWish& wish);
  /// A state that was checked is altered all the same, if the injector wants it.
  void MayFlip(std::vector<std::uint8_t>& bytes);
  /// The next state on its way is lost, cut short or altered.
  void SpoilTransfer(std::uint64_t pick) { spoil_ = pick | 1; }
  void FlipTransfer(std::uint64_t pick) { flip_ = pick | 1; }

  void RunUntil(Nanoseconds end);
  void StartAgent(Machine& machine);
  void Kill(Machine& machine);
  void StallUntil(Machine& machine, Nanoseconds until);
  static bool Awake(const Machine& machine, Nanoseconds now) {
    return machine.process != nullptr && now >= machine.asleep_until && machine.awake_again;
  }

  // ---- what happens to the parts
  void OnAnswer(std::uint64_t life, const coordinator::Answer& answer) {
    operator_.OnAnswer(life, answer);
  }
  void OnReplayed(std::size_t row, const coordinator::Ledger& ledger) {
    council_.OnReplayed(row, ledger);
  }
  void OnRecovered(const coordinator::Ledger& ledger) { council_.OnRecovered(ledger); }
  void OnCoordinatorBegun(std::uint64_t life);
  /// A disk has lost rows that it had acknowledged: who knew `before` can know only `left` from now on.
  void OnForgotten(const coordinator::Ledger& before, const coordinator::Ledger& left);
  void OnCoordinatorOver(std::uint64_t life);
  void OnOwing() { reader_.MissVerdicts(); }
  /// An agent says so, whether or not anybody hears it.
  void OnVerdict(EventId id, Verdict verdict);
  /// What all who spoke of it have said; none: nobody did, or they contradict each other.
  std::optional<Verdict> SaidOf(EventId id) const;
  /// By a bridge of that number, or an agent.
  void OnPlanSeen(const Machine& machine, const plan::Plan& plan, std::uint32_t bridge = 0);
  /// It calls the coordinators, who send it nothing older from now on than any other bridge of the board was sent. One
  /// that stood still may yet read what it was sent before.
  void OnBridgeSpeaks(const Machine& machine, std::uint32_t bridge);
  void OnIncident(const Machine& machine, const agent::handoff::IncidentNote& note);
  void OnShowDated(MediaTime start_n);
  /// What plays is over, and nobody asks for anything.
  void OnPowerCut();
  void OnArmed(Machine& machine, std::uint32_t version);
  void Refused(const Machine& machine, const std::string& reason);
  /// A promise was broken.
  void Broken(const std::string& what);
  void Trace(const std::string& text);
  bool tracing() const { return trace_; }

  /// True time of a media time, by a clock without error.
  Nanoseconds TrueTimeOf(MediaTime n) const;
  MediaTime start_n() const { return start_n_; }
  const Parting& parting() const { return parting_; }

 private:
  void Overhear(int machine, std::span<const std::uint8_t> bytes);
  void Wake(Machine& machine);
  void PulseAgent(Machine& machine);
  void NoticeLoss();
  void Mend();

  const Scene scene_;
  const bool trace_;
  Calendar calendar_;
  Dice dice_;
  WireTap tap_;
  std::array<std::unique_ptr<Network>, plan::kMaxNetworks> networks_;
  ControlPlane control_;
  std::vector<std::unique_ptr<Machine>> machines_;
  Parting parting_{machines_};
  Council council_;
  Nanoseconds next_injection_ = 0;
  Operator operator_;
  Reader reader_;
  Injector injector_;
  Outcome outcome_;
  std::map<std::pair<int, std::uint32_t>, std::pair<std::uint64_t, std::uint32_t>>
      seen_;                       // by machine and bridge: term, version
  std::uint32_t newest_plan_ = 0;  // that was sent
  MediaTime start_n_ = 0;
  plan::MediaTimeMap media_;  // of that
  std::vector<coordinator::EventRecord> forgotten_;
  std::map<EventId, Verdict> said_;     // kNone: there are two words of it
  bool begins_anew_ = false;            // its date was missed
  bool lost_ = false;                   // nobody computes the show any more
  std::uint64_t spoil_ = 0, flip_ = 0;  // 0: no
};

}  // namespace continuo::sim
