// SPDX-License-Identifier: Apache-2.0
#include "sim/fleet/fleet_run.h"

#include <sys/resource.h>

#include <algorithm>
#include <utility>

#include "coordinator/core/ports.h"
#include "coordinator/core/replica_health.h"
#include "coordinator/core/show_life.h"
#include "proto/continuo/v1/agent_link.pb.h"
#include "proto/plan/media_time.h"
#include "proto/transport/link_codec.h"
#include "sim/calendar.h"
#include "sim/costs.h"
#include "sim/fleet/great_show.h"
#include "sim/world.h"

namespace continuo::sim {
namespace {

constexpr Nanoseconds kSlot = Ms(10);
constexpr Nanoseconds kSecond = Ms(1000);
constexpr int kSlotsPerBeat = 5;
constexpr int kSlotsPerReport = 100;
constexpr double kBeatLoss = 0.01;
constexpr Nanoseconds kCalm = 12 * kSecond;  // the show is about to play
constexpr Nanoseconds kFaultPeriod = 20 * kSecond;
constexpr Nanoseconds kWishPeriod = 15 * kSecond;
constexpr Nanoseconds kRepairMost = 15 * kSecond;

std::int64_t PeakRssKb() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  return usage.ru_maxrss;
}

}  // namespace

FleetRun::FleetRun(const FleetOptions& options)
    : options_(options),
      dice_(options.seed),
      stepper_(
          state_, *this, [this] { return now_; },
          [this](coordinator::Effect effect) { Perform(effect); }) {
  for (int i = 0; i < options.nodes; ++i) {
    const bool can_output = i < 4;
    members_.push_back(
        {std::make_unique<LightAgent>(i, can_output, dice_.Fork(static_cast<std::uint64_t>(i)))});
    names_.push_back(members_.back().agent->Greeting(0).name);
  }
  show_ = GreatShow(options.tasks, 0);
}

MediaTime FleetRun::MediaNow() const {
  return plan::MediaTimeAt(state_.ledger.media, now_);
}

void FleetRun::Fail(std::string text) {
  if (figures_.failures.size() < 20) figures_.failures.push_back(std::move(text));
}

void FleetRun::Enter(Kind kind, decltype(coordinator::Input::what) what) {
  pending_.push_back({kind, {now_, std::move(what)}});
}

/// Runs of one kind are stepped together, in the order in which all came, so that it is known what each kind costs.
void FleetRun::TakeAll() {
  if (now_ < stalled_until_) return;
  std::vector<Pending> taken;
  taken.swap(pending_);
  for (std::size_t i = 0; i < taken.size();) {
    const Kind kind = taken[i].kind;
    std::vector<coordinator::Input> inputs;
    for (; i < taken.size() && taken[i].kind == kind; ++i) {
      inputs.push_back(std::move(taken[i].input));
    }
    coordinator::DateRequests(inputs, now_);
    Step(kind, std::move(inputs));
  }
}

void FleetRun::Step(Kind kind, std::vector<coordinator::Input> inputs) {
  Spent* const spent[] = {&figures_.beats, &figures_.reports, &figures_.ticks, &figures_.others};
  Spent& mine = *spent[static_cast<std::size_t>(kind)];
  mine.inputs += inputs.size();
  const std::uint32_t version = state_.ledger.last_version;
  const bool preparing = state_.ledger.show.state == coordinator::ShowState::kPreparing;
  const Nanoseconds begun = CpuNow();
  stepper_.StepAll(std::move(inputs));
  const Nanoseconds cpu = CpuNow() - begun;
  mine.cpu += cpu;
  if (state_.ledger.last_version != version) {
    figures_.plans.Add(cpu);
    if (asked_) (*asked_ ? figures_.replacements : figures_.changes).Add(cpu);
  }
  if (preparing && state_.ledger.show.state == coordinator::ShowState::kDated) figures_.date = cpu;
}

void FleetRun::Perform(const coordinator::Effect& effect) {
  if (const auto* send = std::get_if<coordinator::SendToAgent>(&effect)) {
    Deliver(*send);
  } else if (const auto* close = std::get_if<coordinator::CloseConnection>(&effect)) {
    member_of_.erase(close->connection);
  } else if (const auto* answer = std::get_if<coordinator::Answer>(&effect)) {
    const auto asked = unanswered_.find(answer->request);
    if (asked == unanswered_.end()) return Fail("an answer to nobody, or a second one");
    const bool may_fail = asked->second != "show";  // a move may have nowhere to go
    if (!answer->reply.ok() && !may_fail) {
      Fail("the show is refused: " + answer->reply.text);
      for (const coordinator::Issue& issue : answer->reply.issues) {
        if (!issue.warning) Fail("  " + issue.field + ": " + issue.text);
      }
    }
    unanswered_.erase(asked);
  }
}

/// Encoding is the coordinator's work and counts; what the agent makes of it is not, and comes a moment later.
void FleetRun::Deliver(const coordinator::SendToAgent& send) {
  v1::ToAgent message;
  const auto* const plan = std::get_if<plan::PlanSent>(&send.message);
  if (plan != nullptr && plan->parts != nullptr) {
    writer_.Write(*plan, message);
  } else {
    transport::ToProto(send.message, message);
  }
  message.SerializeToString(&encoded_);
  if (plan != nullptr) figures_.parts.Add(static_cast<Nanoseconds>(encoded_.size()));
  deliveries_.push_back({send.connection, encoded_});
}

void FleetRun::DeliverAll() {
  std::vector<Delivery> taken;
  taken.swap(deliveries_);
  for (const Delivery& one : taken) {
    const auto member = member_of_.find(one.connection);
    if (member == member_of_.end() || !members_[member->second].lives) continue;
    v1::ToAgent in;
    plan::ToAgent message;
    std::string error;
    if (!in.ParseFromString(one.bytes)) error = "no message";
    if (error.empty()) transport::FromProto(in, message, transport::FieldPlace(error));
    if (!error.empty()) {
      Fail(names_[member->second] + " cannot read what it was sent: " + error);
      continue;
    }
    for (LightAgent::Said& said :
         members_[member->second].agent->Receive(message, now_, MediaNow())) {
      due_.emplace(said.at, Due{member->second, one.connection, std::move(said.message)});
    }
  }
}

void FleetRun::Attach(std::size_t member) {
  members_[member].connection = ++last_connection_;
  member_of_[last_connection_] = member;
  Enter(Kind::kOthers,
        coordinator::AgentSpoke{last_connection_, members_[member].agent->Greeting(now_)});
}

void FleetRun::Beat() {
  for (auto i = static_cast<std::size_t>(slot_ % kSlotsPerBeat); i < members_.size();
       i += kSlotsPerBeat) {
    if (!members_[i].lives || members_[i].connection == 0) continue;
    for (const plan::Network network : {plan::Network::kRed, plan::Network::kBlue}) {
      if (dice_.Chance(kBeatLoss)) {
        ++figures_.beats_lost;
      } else {
        Enter(Kind::kBeats, coordinator::BeatHeard{names_[i], network});
      }
    }
  }
}

void FleetRun::Report() {
  for (auto i = static_cast<std::size_t>(slot_ % kSlotsPerReport); i < members_.size();
       i += kSlotsPerReport) {
    const Member& member = members_[i];
    if (!member.lives || member.connection == 0 || !member.agent->holds_plan()) continue;
    Enter(Kind::kReports,
          coordinator::AgentSpoke{member.connection, member.agent->Report(MediaNow())});
  }
}

void FleetRun::Tell(std::size_t member, std::vector<plan::Incident> told) {
  for (plan::Incident& incident : told) {
    Enter(Kind::kOthers, coordinator::AgentSpoke{members_[member].connection, std::move(incident)});
  }
}

void FleetRun::Turn() {
  while (!due_.empty() && due_.begin()->first <= now_) {
    Due due = std::move(due_.begin()->second);
    due_.erase(due_.begin());
    const Member& member = members_[due.member];
    if (!member.lives || member.connection != due.connection) continue;
    Enter(Kind::kOthers, coordinator::AgentSpoke{due.connection, std::move(due.message)});
  }
  if (slot_ % 10 != 0) return;
  for (std::size_t i = 0; i < members_.size(); ++i) {
    Member& member = members_[i];
    if (!member.lives && member.returns != 0 && now_ >= member.returns) Return(i);
    if (member.lives && member.connection != 0) Tell(i, member.agent->Turn(MediaNow()));
  }
}

void FleetRun::Kill(std::size_t member) {
  Member& victim = members_[member];
  victim.lives = false;
  victim.returns = now_ + 25 * kSecond;
  ++figures_.kills;
  death_ = Death{member, now_};
  // A machine that loses its power ends no stream at once; a process that dies does.
  if (dice_.Chance(0.7)) {
    Enter(Kind::kOthers, coordinator::AgentLeft{victim.connection});
    member_of_.erase(victim.connection);
  }
  const plan::NodeId lost = victim.agent->id();
  for (std::size_t i = 0; i < members_.size(); ++i) {
    if (!members_[i].lives) continue;
    members_[i].agent->Silence(lost, true);
    for (plan::Incident& incident : members_[i].agent->Exclude(lost, MediaNow())) {
      due_.emplace(now_ + Ms(250), Due{i, members_[i].connection, std::move(incident)});
    }
  }
}

void FleetRun::Return(std::size_t member) {
  Member& back = members_[member];
  back.lives = true;
  back.returns = 0;
  const plan::NodeId id = back.agent->id();
  back.agent->Restart();
  for (Member& other : members_) other.agent->Silence(id, false);
  Attach(member);
}

void FleetRun::Disturb() {
  if (now_ < next_fault_ || death_) return;
  next_fault_ = now_ + kFaultPeriod;
  if (dice_.Chance(0.3)) {
    ++figures_.stalls;
    stalled_until_ = now_ + Ms(dice_.Between(200, 900));
    return;
  }
  const auto member =
      static_cast<std::size_t>(dice_.Between(4, static_cast<std::int64_t>(members_.size()) - 1));
  if (members_[member].lives) Kill(member);
}

void FleetRun::Apply(const coordinator::Show& show, bool replaces) {
  coordinator::ShowApplied applied;
  applied.request = ++last_request_;
  applied.show = show;
  unanswered_[applied.request] = "show";
  if (replaces) asked_ = true;
  const Nanoseconds begun = figures_.others.cpu;
  Step(Kind::kOthers, {{now_, std::move(applied)}});
  asked_.reset();
  if (!replaces) figures_.apply = figures_.others.cpu - begun;
}

void FleetRun::Operate() {
  if (now_ < next_wish_ || now_ < stalled_until_) return;
  next_wish_ = now_ + kWishPeriod;
  if (++wishes_ % 4 == 0) {
    show_ = GreatShow(options_.tasks, wishes_ / 4);
    return Apply(show_, true);
  }
  coordinator::MoveRequested move;
  move.request = ++last_request_;
  move.task = show_
                  .tasks[static_cast<std::size_t>(
                      dice_.Below(static_cast<std::int64_t>(show_.tasks.size())))]
                  .name;
  unanswered_[move.request] = "move";
  asked_ = false;
  Step(Kind::kOthers, {{now_, std::move(move)}});
  asked_.reset();
}

bool FleetRun::IsWhole() const {
  const coordinator::Ledger& ledger = state_.ledger;
  for (const plan::Task& task : ledger.plan.tasks) {
    if (task.span.ends != dsp::kForever) continue;
    if (coordinator::Count(ledger, task).sound < task.wanted) return false;
  }
  return true;
}

/// What the ledger says of who is dead, beside the truth.
void FleetRun::Look() {
  for (const Member& member : members_) {
    if (member.agent->id() == 0) continue;  // they come one after the other, in another order
    const coordinator::NodeRecord& node = state_.ledger.nodes[member.agent->id() - 1u];
    const bool doubted = node.doubted && was_doubted_.insert(node.id).second;
    const bool dead = node.dead && was_dead_.insert(node.id).second;
    if (!node.doubted) was_doubted_.erase(node.id);
    if (!node.dead) was_dead_.erase(node.id);
    if (member.lives && now_ > Ms(5000)) {
      figures_.false_doubts += doubted;
      figures_.false_deaths += dead;
    }
  }
  if (!death_) return;
  const coordinator::NodeRecord& lost =
      state_.ledger.nodes[members_[death_->member].agent->id() - 1u];
  if (!death_->known && (lost.doubted || lost.dead)) {
    death_->known = true;
    figures_.found.Add(now_ - death_->at);
  }
  if (slot_ % 10 == 0 && death_->known && IsWhole()) {
    figures_.repaired.Add(now_ - death_->at);
    death_.reset();
  } else if (now_ - death_->at > kRepairMost) {
    Fail("what died with " + names_[death_->member] + " is not made good for after 15 s");
    death_.reset();
  }
}

void FleetRun::Judge() {
  const coordinator::Ledger& ledger = state_.ledger;
  if (coordinator::PhaseAt(ledger, now_) != coordinator::ShowPhase::kPlaying) {
    Fail("the show does not play: " + ledger.show.problem);
  }
  if (figures_.false_deaths != 0) Fail("nodes were called dead that lived");
  if (!unanswered_.empty()) Fail(std::to_string(unanswered_.size()) + " requests have no answer");
  for (const Member& member : members_) {
    const bool planned = coordinator::IsInPlan(ledger.plan, member.agent->id());
    if (!member.lives || !planned || member.agent->version() == ledger.plan.version) continue;
    if (!coordinator::RunsReplicas(ledger.plan, member.agent->id())) continue;
    Fail("node " + std::to_string(member.agent->id()) + " plays plan " +
         std::to_string(member.agent->version()) + ", and not " +
         std::to_string(ledger.plan.version));
  }
}

FleetFigures FleetRun::Run() {
  const auto end = static_cast<Nanoseconds>(options_.hours * 3600e9);
  coordinator::Started started;
  started.clock_id = World::kClockId;
  started.n = World::kFirstN;
  started.build_id = "sim";
  started.asset_address = "coordinator:1";
  started.costs = StatedCosts();
  Step(Kind::kOthers, {{now_, std::move(started)}});
  next_fault_ = next_wish_ = kCalm;
  for (; now_ < end || death_; now_ += kSlot, ++slot_) {
    if (slot_ < 100) {  // they come within a second
      for (auto i = static_cast<std::size_t>(slot_); i < members_.size(); i += 100) Attach(i);
    }
    Beat();
    Report();
    Turn();
    const bool is_on = now_ >= kCalm && now_ + kRepairMost < end;
    if (is_on) Disturb();
    Enter(Kind::kTicks, coordinator::TimerTicked{});
    TakeAll();
    if (now_ == 3 * kSecond) {
      figures_.rss_before_kb = PeakRssKb();
      Apply(show_, false);
    }
    if (is_on) Operate();
    DeliverAll();
    Look();
  }
  figures_.virtual_time = now_;
  figures_.rss_kb = PeakRssKb();
  Judge();
  return figures_;
}

}  // namespace continuo::sim
