// SPDX-License-Identifier: Apache-2.0
#include "sim/power_cut.h"

#include <algorithm>
#include <string>

#include "proto/session/conductor.h"
#include "sim/judge.h"
#include "sim/world.h"

namespace continuo::sim {
namespace {

constexpr Nanoseconds kBackWithin = Ms(10'000);  // the promise
constexpr Nanoseconds kHeard = Ms(2500);         // of what plays then
constexpr std::int64_t kFirstBackMs = 300, kLastBackMs = 2500;

/// The music at sample n, by a conductor that nothing has ever happened to.
session::Segment MusicAt(const coordinator::Ledger& ledger, MediaTime n) {
  const plan::Plan& plan = ledger.plan;
  std::vector<Event> events;
  for (const coordinator::EventRecord& record : ledger.events) {
    if (record.task == dsp::kConductorId && record.verdict == Verdict::kCommitted)
      events.push_back(record.event);
  }
  std::ranges::sort(events, Before);
  session::Segment segment = plan.session;
  segment.n0 = plan.start_n;
  session::Conductor conductor;
  conductor.Start(segment, plan.version, plan.tempo_marks);
  session::ControlQuantum out;
  auto next = events.begin();
  for (MediaTime at = plan.start_n; at < n; at += plan.quantum) {
    const auto first = next;
    while (next != events.end() && next->at < std::min(at + plan.quantum, n)) ++next;
    conductor.Run(at, plan.quantum, {first, next}, out);
  }
  return conductor.segment();
}

bool IsTakenUp(const coordinator::Ledger& ledger, const plan::Plan& before) {
  return ledger.show.state == coordinator::ShowState::kDated && !ledger.lost &&
         ledger.plan.start_n > before.start_n;
}

void JudgePlace(World& world, const coordinator::Ledger& before) {
  const plan::Plan& plan = world.ledger().plan;
  const session::Segment should = MusicAt(before, plan.start_n);
  const session::Segment is = plan.session;
  const session::Ticks wrong = is.At(plan.start_n) - should.At(plan.start_n);
  if (wrong < -1 || wrong > 1 || is.playing != should.playing ||
      is.tempo_mbpm != should.tempo_mbpm) {
    world.Broken("after the power cut the show goes on at another place, by " +
                 std::to_string(wrong) + " ticks");
  }
}

}  // namespace

void CutThePower(World& world) {
  const coordinator::Ledger before = world.ledger();
  Dice dice = Dice(world.scene().seed).Fork(19);
  world.Trace("the power is cut");
  world.OnPowerCut();
  const Nanoseconds now = world.calendar().now();
  for (const auto& machine : world.machines()) {
    world.Kill(*machine);
    machine->back_at = now + Ms(dice.Between(kFirstBackMs, kLastBackMs));
  }
  world.council().CutPower(now + Ms(kFirstBackMs), now + Ms(kLastBackMs), dice);
  const Nanoseconds limit = now + Ms(kLastBackMs) + kBackWithin;
  while (!IsTakenUp(world.ledger(), before.plan) && world.calendar().now() < limit) {
    world.RunUntil(world.calendar().now() + Ms(10));
  }
  const Nanoseconds sounds = IsTakenUp(world.ledger(), before.plan)
                                 ? world.TrueTimeOf(world.ledger().plan.start_n)
                                 : kNever;
  if (sounds > limit) {
    const std::string& why = world.ledger().show.problem;
    return world.Broken("10 s after the power came back the show was not: " + why);
  }
  world.OnShowDated(world.ledger().plan.start_n);
  JudgePlace(world, before);
  world.RunUntil(sounds + kHeard);
  for (const auto& machine : world.machines()) {
    if (machine->process != nullptr) machine->process->Turn();
  }
  JudgeAfterPowerCut(world);
}

}  // namespace continuo::sim
