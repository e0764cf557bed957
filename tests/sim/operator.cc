// SPDX-License-Identifier: Apache-2.0
#include "sim/operator.h"

#include <algorithm>

#include "coordinator/core/commands.h"
#include "coordinator/core/events.h"
#include "sim/material.h"
#include "sim/world.h"

namespace continuo::sim {
namespace {

/// Until somebody whose connection broke notices, and asks again.
constexpr int kShortestPauseMs = 5, kLongestPauseMs = 400;
/// Who asks so often for a verdict that nobody knows has nobody to ask.
constexpr int kMostAsked = 60;

void SetKey(coordinator::Inbox::What& what, coordinator::CommandKey key) {
  std::visit(
      [key](auto& wish) {
        if constexpr (requires { wish.key; }) wish.key = key;
      },
      what);
}

/// It was dated, and nobody knows what became of it. No verdict: there may be one later.
bool IsUndecided(const coordinator::Reply& reply) {
  return reply.code == coordinator::Code::kUnavailable && reply.event != 0 &&
         reply.verdict == Verdict::kNone;
}

/// Whoever looks finds what that reply spoke of.
bool IsShown(const coordinator::Ledger& ledger, const coordinator::Reply& reply) {
  if (reply.operation > ledger.last_operation || reply.plan_version > ledger.last_version) {
    return false;
  }
  if (reply.event == 0) return true;
  const coordinator::EventRecord* const record = FindEvent(ledger, reply.event);
  return record != nullptr && record->verdict == reply.verdict;
}

}  // namespace

Operator::Operator(World& world) : world_(world), dice_(Dice(world.scene().seed).Fork(13)) {}

void Operator::ApplyShow() {
  coordinator::ShowApplied applied;
  applied.show = world_.scene().show;
  applied.source = "show: seed";
  applied.assets = Imported();
  Wants(std::move(applied), "show apply");
}

void Operator::Ask(Nanoseconds t) {
  const auto& wishes = world_.scene().wishes;
  for (; next_wish_ < wishes.size() && wishes[next_wish_].at <= t; ++next_wish_) {
    Wants(wishes[next_wish_].what, wishes[next_wish_].text);
  }
}

void Operator::StopWishing() {
  next_wish_ = world_.scene().wishes.size();
}

void Operator::Wants(coordinator::Inbox::What what, std::string text) {
  SetKey(what, {world_.scene().seed, commands_.size() + 1});
  Command& command = commands_.emplace_back();
  command.what = std::move(what);
  command.text = std::move(text);
  Send(commands_.size() - 1);
}

void Operator::Send(std::size_t index) {
  Command& command = commands_[index];
  const Nanoseconds now = world_.calendar().now();
  command.again_at = command.patience = kNever;
  command.life = 0;
  const Nanoseconds later = now + Ms(dice_.Between(kShortestPauseMs, kLongestPauseMs));
  const int seat = AnySeat();
  CoordinatorProcess* const coordinator = seat < 0 ? nullptr : world_.council().reign(seat);
  const bool broken_there = dice_.Chance(0.03), broken_back = dice_.Chance(0.03);
  if (coordinator == nullptr || broken_there) {
    command.again_at = later;
    return;
  }
  // A process that stands still keeps the connection open.
  if (!world_.council().Awake(seat)) command.patience = now + Ms(dice_.Between(1000, 5000));
  command.life = coordinator->life();
  command.request = coordinator->Ask(command.what);
  asked_[{command.life, command.request}] = index;
  ++command.asked;
  if (broken_back) command.patience = later;
  if (!world_.tracing()) return;
  world_.Trace("operator asks " + std::to_string(index) + (command.asked > 1 ? " again: " : ": ") +
               command.text);
}

// One that leads, or believes to; mostly the one that does. -1: nobody.
int Operator::AnySeat() {
  const int count = world_.council().count();
  const int any = static_cast<int>(dice_.Below(count));
  if (dice_.Chance(0.2) && world_.council().reign(any) != nullptr) return any;
  return world_.council().leading_seat();
}

void Operator::Poll() {
  const Nanoseconds now = world_.calendar().now();
  for (std::size_t i = 0; i < commands_.size(); ++i) {
    if (now >= std::min(commands_[i].again_at, commands_[i].patience)) Send(i);
  }
}

void Operator::OnAnswer(std::uint64_t life, const coordinator::Answer& answer) {
  const Question question{life, answer.request};
  const auto asked = asked_.find(question);
  if (asked == asked_.end()) return world_.Broken("somebody is answered who has not asked");
  Command& command = commands_[asked->second];
  if (!answered_.insert(question).second) {
    return world_.Broken("\"" + command.text + "\" was answered twice");
  }
  if (world_.tracing()) {
    world_.Trace("operator hears " + std::to_string(asked->second) + " (" + command.text +
                 "): " + answer.reply.text);
  }
  // An answer that comes to nobody is a word of the coordinator all the same.
  const bool waits = command.life == life && command.request == answer.request;
  if (waits && command.patience == kNever) command.life = 0;
  TakeReply(command, answer.reply);
}

void Operator::TakeReply(Command& command, const coordinator::Reply& reply) {
  const Nanoseconds now = world_.calendar().now();
  const bool done = reply.code != coordinator::Code::kExhausted && !IsUndecided(reply);
  if (!done && !command.verdict) {
    if (command.asked < kMostAsked) command.again_at = now + Ms(dice_.Between(100, 900));
    return;
  }
  if (command.verdict) {
    if (*command.verdict == reply || command.forgiven) return;
    return world_.Broken("\"" + command.text + "\" was answered \"" + command.verdict->text +
                         "\", and then \"" + reply.text + "\"");
  }
  command.verdict = reply;
  heard_.push_back(reply);
  if (!reply.ok() && reply.verdict == Verdict::kNone) ++world_.outcome().refused;
  if (dice_.Chance(0.04)) command.again_at = now + Ms(dice_.Between(1, 3000));
}

void Operator::OnCoordinatorDied(std::uint64_t life) {
  const Nanoseconds now = world_.calendar().now();
  for (Command& command : commands_) {
    if (command.life != life) continue;
    command.life = 0;
    command.patience = kNever;
    command.again_at = now + Ms(dice_.Between(kShortestPauseMs, kLongestPauseMs));
  }
}

const coordinator::Reply& Operator::show_reply() const {
  static const coordinator::Reply kNone;
  return Show().verdict ? *Show().verdict : kNone;
}

int Operator::open() const {
  return static_cast<int>(std::ranges::count_if(
      commands_, [](const Command& command) { return !command.verdict.has_value(); }));
}

std::string Operator::Unanswered() const {
  const auto found = std::ranges::find_if(
      commands_, [](const Command& command) { return !command.verdict.has_value(); });
  if (found == commands_.end()) return {};
  return std::to_string(open()) + " commands have no verdict, \"" + found->text + "\" (asked " +
         std::to_string(found->asked) + " times) among them";
}

void Operator::ForEachLost(const coordinator::Ledger& ledger, const Lost& lost) const {
  for (const Command& command : commands_) {
    if (!command.verdict || command.forgiven) continue;
    const coordinator::Reply& reply = *command.verdict;
    if (reply.event != 0) {
      const coordinator::EventRecord* const record = FindEvent(ledger, reply.event);
      if (record == nullptr) {
        lost(command, "its event");
      } else if (record->verdict != reply.verdict) {
        lost(command, "its verdict");
      }
    }
    if (reply.operation > ledger.last_operation) lost(command, "its operation");
    if (reply.plan_version > ledger.last_version) lost(command, "its plan");
  }
}

void Operator::Compare(const coordinator::Ledger& ledger) const {
  ForEachLost(ledger, [this](const Command& command, const std::string& what) {
    if (what == "its verdict" && world_.scene().reckless) return;
    world_.Broken("what was acknowledged is lost: \"" + command.text + "\", " + what);
  });
}

static bool IsSettled(const coordinator::Ledger& ledger,
                      const decltype(coordinator::Input::what)& what) {
  const coordinator::CommandKey* const key = coordinator::KeyOf({0, what});
  const coordinator::CommandRecord* const known =
      key == nullptr ? nullptr : ledger.commands.Find(*key);
  return known != nullptr && known->settled;
}

void Operator::Forgive(const coordinator::Ledger& left) {
  std::vector<std::size_t> lost;
  ForEachLost(left, [&](const Command& command, const std::string&) {
    lost.push_back(static_cast<std::size_t>(&command - commands_.data()));
  });
  for (const std::size_t i : lost) commands_[i].forgiven = true;
  // What only its key tells of, or what became of it: whoever asks again is told something new.
  for (std::size_t i = 0; i < commands_.size(); ++i) {
    if (!commands_[i].verdict || IsSettled(left, commands_[i].what)) continue;
    commands_[i].forgiven = true;
  }
  std::erase_if(heard_, [&left](const coordinator::Reply& reply) { return !IsShown(left, reply); });
}

}  // namespace continuo::sim
