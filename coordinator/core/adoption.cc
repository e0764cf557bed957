// SPDX-License-Identifier: Apache-2.0
#include "coordinator/core/adoption.h"

#include <algorithm>
#include <string>
#include <utility>

#include "coordinator/core/held_parts.h"
#include "coordinator/core/membership.h"
#include "coordinator/core/replica_health.h"
#include "coordinator/core/show_life.h"
#include "proto/plan/media_time.h"
#include "proto/plan/validate.h"
#include "proto/plan/whole.h"

namespace continuo::coordinator {
namespace {

/// Further than what agents have heard of: others may have heard of more, from rows that are lost.
constexpr std::uint64_t kTermsSkipped = 50;

NodeRecord Unknown(std::size_t id) {
  NodeRecord node;
  node.id = static_cast<plan::NodeId>(id);
  node.hello.name = "lost-" + std::to_string(id);
  return node;
}
void SendAway(NodeRecord& node, Effects& effects) {
  if (node.connection != 0) effects.emplace_back(CloseConnection{node.connection});
  node.connection = 0;
}

/// Nodes have the numbers that the plan says. Who came before that, and plays nothing, gets another one.
void Seat(Ledger& ledger, const plan::Plan& plan, Effects& effects) {
  for (const plan::Node& node : plan.nodes) {
    for (NodeRecord& record : ledger.nodes) {
      if (record.hello.name != node.name || record.id == node.id) continue;
      SendAway(record, effects);
      record = Unknown(record.id);
    }
  }
  for (const plan::Node& node : plan.nodes) {
    while (ledger.nodes.size() < node.id) ledger.nodes.push_back(Unknown(ledger.nodes.size() + 1));
    NodeRecord& seat = ledger.nodes[node.id - 1u];
    if (seat.hello.name == node.name) continue;
    NodeRecord other = std::exchange(seat, Unknown(node.id));
    seat.hello.name = node.name;
    seat.hello.networks = node.networks;
    if (IsUnknown(other)) continue;
    SendAway(other, effects);
    other.id = static_cast<plan::NodeId>(ledger.nodes.size() + 1);
    ledger.nodes.push_back(std::move(other));
  }
}

/// Who came before the plan was told of has another one, or none, and comes anew to be given this one.
void SendAwayWithout(Ledger& ledger, const plan::Plan& plan, Effects& effects) {
  for (NodeRecord& node : ledger.nodes) {
    if (IsInPlan(plan, node.id) && node.hello.held_version != plan.version) SendAway(node, effects);
  }
}

/// As far as a plan tells: what placement and operations look at.
Show ShowOf(const plan::Plan& plan) {
  Show show;
  show.name = plan.show;
  show.quantum = plan.quantum;
  show.timing = plan.timing;
  show.length = plan.length;
  show.tempo_mbpm = plan.session.tempo_mbpm;
  show.meter_num = plan.session.meter_num;
  show.meter_den = plan.session.meter_den;
  for (const plan::Task& task : plan.tasks) {
    if (task.description.id == dsp::kConductorId) continue;
    ShowTask& wish = show.tasks.emplace_back();
    wish.name = task.description.name.view();
    wish.kind = task.description.kind.view();
    wish.channels = task.description.channels;
    wish.redundancy = task.wanted;
  }
  return show;
}

void AddAsset(const dsp::AssetHash& hash, AssetKind kind, std::vector<ImportedAsset>& assets) {
  const std::string text(hash.view());
  const bool known = std::any_of(assets.begin(), assets.end(), [&text](const ImportedAsset& asset) {
    return asset.hash == text;
  });
  if (text.empty() || known) return;
  ImportedAsset& asset = assets.emplace_back();
  asset.name = text.substr(0, 12);
  asset.kind = kind;
  asset.hash = text;
}

std::vector<ImportedAsset> AssetsOf(const plan::Plan& plan) {
  std::vector<ImportedAsset> assets;
  for (const plan::Task& task : plan.tasks) {
    for (const dsp::AssetUse& use : task.description.assets) {
      AddAsset(use.hash, AssetKind::kAudio, assets);
    }
    AddAsset(task.description.notes.file, AssetKind::kNotes, assets);
  }
  return assets;
}

ReplicaRecord RecordOf(const plan::Plan& plan, const plan::Task& task,
                       const plan::Replica& replica) {
  ReplicaRecord record;
  record.task = task.description.id;
  record.incarnation = replica.incarnation;
  record.node = replica.node;
  if (replica.role == plan::Role::kWitness) record.state = plan::ReplicaState::kWitness;
  record.n = plan.start_n;
  return record;
}

/// Of those that are known what was known.
void SeatReplicas(Ledger& ledger, MediaTime now) {
  std::vector<ReplicaRecord> records;
  for (const plan::Task& task : ledger.plan.tasks) {
    for (const plan::Replica& replica : task.replicas) {
      const ReplicaRecord* known = FindRecord(ledger, task.description.id, replica.incarnation);
      ReplicaRecord record = known ? *known : RecordOf(ledger.plan, task, replica);
      // The journal may have asked it to leave, or not to, as nobody ever heard.
      if (!replica.leaving) record.leaving_n = 0;
      if (replica.leaving && record.leaving_n == 0) record.leaving_n = now;
      ledger.last_incarnation = std::max(ledger.last_incarnation, replica.incarnation);
      records.push_back(std::move(record));
    }
  }
  std::sort(records.begin(), records.end(), [](const ReplicaRecord& a, const ReplicaRecord& b) {
    return a.incarnation < b.incarnation;
  });
  ledger.replicas = std::move(records);
  ledger.last_incarnation += kIncarnationsSkipped;
}

void Adopt(Ledger& ledger, const plan::Plan& plan, Nanoseconds time, Effects& effects) {
  if (ledger.show.state != ShowState::kDated) {
    const bool known = plan.version == ledger.plan.version;  // but for its date
    ledger.media = plan.media;
    if (!known) {
      ledger.show = {};
      ledger.show.show = ShowOf(plan);
      ledger.show.assets = AssetsOf(plan);
    }
    ledger.show.state = ShowState::kDated;
    ledger.show.problem.clear();
    ledger.lost.reset();
    ledger.plans.Clear();
  }
  Seat(ledger, plan, effects);
  SendAwayWithout(ledger, plan, effects);
  ledger.plan = plan;
  ledger.plans.Add(plan);
  ledger.last_version = std::max(ledger.last_version, plan.version);
  SeatReplicas(ledger, plan::MediaTimeAt(ledger.media, time));
}

/// The date of the newest plan may be what is lost.
bool IsLaterThanKnown(const Ledger& ledger, std::uint32_t version) {
  if (version == 0 || version < ledger.plan.version) return false;
  return version > ledger.plan.version || ledger.plan.run == 0;
}

bool IsPart(const plan::Plan& plan) {
  return plan.deepest != 0;
}

}  // namespace

std::string WhyNotAdopted(const Ledger& ledger, const plan::Plan& plan) {
  if (plan.start_n == 0 || plan.run == 0) return "its plan has no date";
  if (plan.media.clock_id != ledger.started.clock_id) return "its plan is of another clock";
  if (std::string wrong = plan::Validate(plan); !wrong.empty())
    return "its plan is wrong: " + wrong;
  const ShowState state = ledger.show.state;
  const bool idle =
      state == ShowState::kNone || state == ShowState::kFailed || state == ShowState::kStopped;
  if (idle || (state == ShowState::kDated && plan.run == ledger.plan.run)) return "";
  return "another show is on";
}

std::string Called(const plan::Plan& plan) {
  return "plan " + std::to_string(plan.version) + " of \"" + plan.show +
         "\", which an agent plays and the journal does not know";
}

void TakeOver(Ledger& ledger, const plan::Plan& plan, Nanoseconds time, Effects& effects) {
  Adopt(ledger, plan, time, effects);
  effects.emplace_back(
      LogLine{Severity::kWarning,
              Called(plan) + ", is taken over: it plays on, term " + std::to_string(ledger.term)});
}

bool IsUnknown(const NodeRecord& node) {
  return node.hello.networks.empty();
}

bool HasHeardLostTerm(const Ledger& ledger, const plan::Hello& hello) {
  if (hello.heard_term != ledger.term) return hello.heard_term > ledger.term;
  const NodeRecord* const node = FindNode(ledger, hello.name);
  return node == nullptr || node->welcomed != ledger.term;
}

void OutliveTerm(Ledger& ledger, std::uint64_t heard, Nanoseconds time, Effects& effects) {
  ledger.term = heard + kTermsSkipped;
  ledger.last_event = 0;
  ledger.last_version = std::max(ledger.last_version, VersionsBefore(ledger.term));
  for (std::size_t i = 0; i < ledger.nodes.size(); ++i) {
    const ConnectionId connection = ledger.nodes[i].connection;
    if (connection == 0) continue;
    Detach(ledger, connection, time, effects);
    effects.emplace_back(CloseConnection{connection});
  }
}

bool PlaysWhatWasLost(const Ledger& ledger, const plan::Hello& hello) {
  const ShowState state = ledger.show.state;
  if (state == ShowState::kPreparing || state == ShowState::kDark) return false;
  if (IsLaterThanKnown(ledger, hello.held_version)) return true;
  const auto& dated = ledger.plans.all();
  return state == ShowState::kDated && !dated.empty() &&
         hello.held_version > dated.front()->version &&
         ledger.plans.Find(hello.held_version) == nullptr;
}

void TakeHeldPlan(Ledger& ledger, ConnectionId connection, const plan::PlanHeld& held,
                  Nanoseconds time, Effects& effects) {
  const plan::Plan& plan = held.plan;
  const std::uint64_t term = std::max(held.term, plan.term);
  if (term >= ledger.term) OutliveTerm(ledger, term, time, effects);
  // By another agent's answer this plan may be known by now.
  if (plan.version != 0 && ledger.plans.Find(plan.version) == nullptr) {
    const bool latest = IsLaterThanKnown(ledger, plan.version);
    const std::string why = !latest && ledger.show.state != ShowState::kDated
                                ? "there has been a later one, which is over"
                                : WhyNotAdopted(ledger, plan);
    if (!why.empty()) {
      effects.emplace_back(LogLine{Severity::kError, Called(plan) + ", is stopped: " + why});
      effects.emplace_back(SendToAgent{connection, plan::ShowStopped{ledger.term}});
    } else if (!latest) {
      ledger.plans.Insert(IsPart(plan) ? plan::AsHeld(ledger.plan, plan) : plan);
      effects.emplace_back(LogLine{Severity::kWarning, Called(plan) + ", is followed by plan " +
                                                           std::to_string(ledger.plan.version)});
    } else if (IsPart(plan)) {
      return TakePart(ledger, connection, plan, time, effects);
    } else {
      TakeOver(ledger, plan, time, effects);
    }
  }
  effects.emplace_back(CloseConnection{connection});  // it attaches anew, as who it is in the plan
}

}  // namespace continuo::coordinator
