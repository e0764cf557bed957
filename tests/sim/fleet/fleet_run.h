// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "coordinator/core/stepper.h"
#include "proto/transport/part_writer.h"
#include "sim/fleet/light_agent.h"
#include "sim/fleet/meter.h"

namespace continuo::sim {

struct FleetOptions {
  int nodes = 100;      ///< 4 to 10,000
  int tasks = 1000;     ///< of the show; 1 to 16,383
  double hours = 0.05;  ///< of virtual time, above 0
  std::uint64_t seed = 1;
};

/// What a run came to. Times of the coordinator are CPU time of its thread, those of the fleet are virtual.
struct FleetFigures {
  Spent beats, reports, ticks, others;
  Nanoseconds virtual_time = 0;
  Nanoseconds apply = 0;   ///< check, place, make the plan, send it to be prepared
  Nanoseconds date = 0;    ///< date it and send it again
  Durations changes;       ///< an operator's move, until its plan is encoded for every node
  Durations replacements;  ///< another show in play, likewise
  Durations plans;         ///< any input of which a plan came, likewise
  Durations parts;         ///< bytes of each plan that was sent to a node
  Durations found;         ///< from a death until it is known
  Durations repaired;      ///< from a death until everything has its replicas again
  int kills = 0, stalls = 0, beats_lost = 0;
  int false_doubts = 0, false_deaths = 0;  ///< of nodes that lived
  std::int64_t rss_before_kb = 0, rss_kb = 0;
  std::vector<std::string> failures;  ///< what must not be; empty: good
};

/// A thousand agents of which only what is said is there, and the coordinator's whole core, in virtual time. Messages
/// to agents are encoded, and read again as an agent reads them. The journal keeps nothing.
class FleetRun final : private coordinator::Journal {
 public:
  explicit FleetRun(const FleetOptions& options);
  FleetFigures Run();

 private:
  enum class Kind : std::uint8_t { kBeats, kReports, kTicks, kOthers };
  struct Member {
    std::unique_ptr<LightAgent> agent;
    coordinator::ConnectionId connection = 0;  // 0: none
    bool lives = true;
    Nanoseconds returns = 0;
  };
  struct Death {
    std::size_t member = 0;
    Nanoseconds at = 0;
    bool known = false;
  };
  struct Due {
    std::size_t member = 0;
    coordinator::ConnectionId connection = 0;
    plan::FromAgent message;
  };

  struct Delivery {
    coordinator::ConnectionId connection = 0;
    std::string bytes;
  };

  std::string ForEach(const std::function<void(const coordinator::Input&)>&) override { return ""; }
  coordinator::Appended Append(std::uint64_t, std::span<const coordinator::Input>) override {
    return {};
  }

  MediaTime MediaNow() const;
  void Enter(Kind kind, decltype(coordinator::Input::what) what);
  void TakeAll();
  void Step(Kind kind, std::vector<coordinator::Input> inputs);
  void Perform(const coordinator::Effect& effect);
  void Deliver(const coordinator::SendToAgent& send);
  void DeliverAll();
  void Tell(std::size_t member, std::vector<plan::Incident> told);
  void Attach(std::size_t member);
  void Beat();
  void Report();
  void Turn();
  void Kill(std::size_t member);
  void Return(std::size_t member);
  void Disturb();
  void Look();
  void Operate();
  void Apply(const coordinator::Show& show, bool replaces);
  bool IsWhole() const;
  void Judge();
  void Fail(std::string text);

  const FleetOptions options_;
  Dice dice_;
  coordinator::State state_;
  coordinator::Stepper stepper_;
  std::vector<Member> members_;
  std::map<coordinator::ConnectionId, std::size_t> member_of_;
  std::multimap<Nanoseconds, Due> due_;
  struct Pending {
    Kind kind = Kind::kOthers;
    coordinator::Input input;
  };
  std::vector<Pending> pending_;
  std::vector<std::string> names_;
  std::vector<Delivery> deliveries_;
  Nanoseconds now_ = 0, slot_ = 0;
  Nanoseconds stalled_until_ = 0, next_fault_ = 0, next_wish_ = 0;
  coordinator::ConnectionId last_connection_ = 0;
  coordinator::RequestId last_request_ = 0;
  std::optional<Death> death_;
  std::optional<bool> asked_;  // a request is being stepped; true: it replaces the show
  std::map<coordinator::RequestId, std::string> unanswered_;
  std::set<plan::NodeId> was_doubted_, was_dead_;
  std::string encoded_;
  transport::PartWriter writer_;
  coordinator::Show show_;
  int wishes_ = 0;
  FleetFigures figures_;
};

/// For people, or as one JSON object.
std::string FleetText(const FleetOptions& options, const FleetFigures& figures);
std::string FleetJson(const FleetOptions& options, const FleetFigures& figures);

}  // namespace continuo::sim
