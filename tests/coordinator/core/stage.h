// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "coordinator/core/coordinator.h"

// A coordinator on a stage of its own: virtual time, made-up agents, and everything it says as text. Every scenario
// ends with the question whether replaying its durable inputs gives the same ledger.

namespace continuo::coordinator {

/// A show of four tasks (voice -> room -> desk, drums -> desk) with the feeds foh-a and foh-b. Nothing is wrong with
/// it but that its voice has no notes.
Show SmallShow();
std::vector<ImportedAsset> SmallAssets();
/// All tasks of a show, as CompileTasks has them.
std::vector<dsp::TaskDescription> Compiled(const Show& show,
                                           const std::vector<ImportedAsset>& assets);

/// A term begins, with the costs that tests have (support/stated_costs.h).
Started BeginningOfTerm(std::uint64_t clock_id = 77, MediaTime n = 1'000'000);

/// Hello of an agent that can do the things named in `abilities`: "compute", "output", "domain=x", "held=TERM.VERSION",
/// "heard=TERM", "synth=N" (nanoseconds per frame of one), "clock=N", "link=N", "host=N" (last number of its addresses;
/// the default follows from the name).
plan::Hello HelloOf(const std::string& name, const std::set<std::string>& abilities);

std::string ToText(const Effect& effect, const Ledger& ledger);

class Stage {
 public:
  static constexpr std::uint64_t kClock = 77;

  /// Takes one input at the time of now, with all inputs it raises. What came of it, one effect a line.
  std::string Take(decltype(Input::what) what);
  /// Goes on in steps of 10 ms; agents that are not in `silent` beat every 50 ms on both networks.
  std::string Pass(Nanoseconds duration);
  /// The coordinator is not called for that long; beats arrive all the same, and are read afterwards.
  std::string Stall(Nanoseconds duration);
  /// To write the next durable input takes that long.
  void NextWriteTakes(Nanoseconds duration) { next_write_ = duration; }
  /// Attaches an agent under a connection of its own, which is returned by ConnectionOf from then on.
  std::string Attach(const std::string& name, const std::set<std::string>& abilities);
  ConnectionId ConnectionOf(const std::string& name) const { return connections_.at(name); }
  std::string Leave(const std::string& name);

  /// Version of the plan that it says it plays; 0: none.
  std::uint32_t PlayedBy(const std::string& name) const;

  const Ledger& ledger() const { return state_.ledger; }
  const EventLog& log() const { return state_.log; }
  View Look() const { return coordinator::Look(state_, now_); }
  /// The ledger that the durable inputs so far give, when replayed.
  Ledger Replayed() const { return ReplayedState().ledger; }
  State ReplayedState() const;
  /// What a journal would hold.
  const std::vector<Input>& durable() const { return durable_; }
  Nanoseconds now() const { return now_; }

  std::set<std::string> silent;  ///< agents that do not beat
  std::set<std::string> deaf;    ///< agents that do not play what they are sent

 private:
  void StepAll(Input input, std::string& text);
  void SayWhatPlays(std::string& text);

  State state_;
  Nanoseconds now_ = 1'000'000'000;
  Nanoseconds next_write_ = 0;
  ConnectionId last_connection_ = 0;
  std::map<std::string, ConnectionId> connections_;
  std::map<ConnectionId, std::uint32_t> sent_;  // versions of dated plans
  std::vector<Input> durable_;
};

/// On a stage on which nothing has happened yet: SmallShow plays on pi-1 to pi-3, its feeds on rack-a and rack-b.
void PlaySmallShow(Stage& stage);

}  // namespace continuo::coordinator
