// SPDX-License-Identifier: Apache-2.0
// The agent's loop.
#include "agent/shell/agent.h"

#include <chrono>
#include <cstdio>
#include <utility>

#include "dsp/base/overload.h"
#include "proto/plan/media_time.h"
#include "proto/transport/build_id.h"

namespace continuo::agent {
namespace {

constexpr auto kTurn = std::chrono::milliseconds(10);
/// While somebody waits for what the audio thread gives back.
constexpr auto kHurriedTurn = std::chrono::milliseconds(2);
/// Tracks of inputs are counted apart from those of outputs.
constexpr std::uint32_t kOfInput = 1u << 31;

}  // namespace

std::string Agent::Run(const std::function<bool()>& ending, const std::function<Fault()>& fault) {
  while (!ending() && refusal_.empty()) {
    for (auto happening = inbox_.Take(hurry_ ? kHurriedTurn : kTurn); happening;
         happening = inbox_.Take(std::chrono::milliseconds(0))) {
      Handle(std::move(*happening));
    }
    Suffer(fault());
    SendWaiting();
    MoveStates();
    FreeRetired();
    TellNotes();
    TellStalls();
    TellStatus();
  }
  giver_.Close();
  assets_->StopServing();
  link_->Stop();
  return refusal_;
}

void Agent::Suffer(Fault fault) {
  if (!options_.chaos) return;
  if (fault == Fault::kCorrupt) SendCommand({.kind = handoff::Command::Kind::kCorrupt});
  if (fault == Fault::kSlow) work_clock_.Toggle();
}

void Agent::Handle(Happening happening) {
  std::visit(Overload{
                 [this](plan::ToAgent& message) { Feed(message); },
                 [this](Builder::Result& result) {
                   const plan::Plan& plan = result.plan;
                   if (plan.start_n == 0) {
                     return Feed(core::PreparationEnded{plan.term, plan.version, result.error});
                   }
                   built_ = std::move(result.production);
                   Feed(core::PlayBuilt{plan.term, plan.version, result.error});
                   built_.reset();  // if nobody wants it any more
                 },
                 [this](StateTaker::Arrived& arrived) {
                   taker_->Handle(std::move(arrived), clock_.Now());
                 },
                 [this](StateTaker::Restored& restored) {
                   taker_->Handle(std::move(restored), clock_.Now());
                 },
                 [this](Told& told) { Tell(std::move(told.incident)); },
                 [](Woken&) {},
                 [this](RecordingFailed& failed) {
                   std::fprintf(stderr, "continuo-agent: %s\n", failed.error.c_str());
                   link_->Send(plan::Incident{.kind = plan::IncidentKind::kOutputError,
                                              .text = failed.error});
                 },
             },
             happening);
}

void Agent::Feed(const core::Input& input) {
  for (const core::Effect& effect : node_.Step(input)) Perform(effect);
  FollowPlan();
  KeepPlan();
  const std::lock_guard lock(shared_);
  heard_term_ = node_.term();
  held_term_ = node_.held_term();
  held_version_ = node_.held_version();
  if (node_.held() != nullptr) media_ = node_.held()->media;
}

void Agent::Perform(const core::Effect& effect) {
  std::visit(
      Overload{
          [this](const core::Tell& tell) { link_->Send(tell.message); },
          [this](const core::Prepare& prepare) {
            builder_->Build({prepare.plan, node_.self(), prepare.asset_sources, {}, nullptr});
          },
          [this](const core::Play& play) { Play(play); },
          [this](const core::Arm&) { ArmBuilt(); },
          [this](const core::Stop&) {
            lives_.End();
            taker_->Stop();
            followed_version_ = 0;
            SendCommand({handoff::Command::Kind::kStop});
          },
          [this](const core::Submit& submit) {
            SendCommand({.kind = handoff::Command::Kind::kSubmit,
                         .task = submit.task,
                         .event = submit.event});
          },
          [this](const core::Refused& refused) {
            // The link has said so, and tries again: sound that plays goes on.
            if (node_.self() == 0) refusal_ = refused.reason;
          },
          [](const core::Note& note) {
            std::fprintf(stderr, "continuo-agent: %s\n", note.text.c_str());
          },
      },
      effect);
}

void Agent::Play(const core::Play& play) {
  const auto lived = lives_.Begin(play.plan, node_.self());
  if (!lived.empty()) {
    std::fprintf(stderr,
                 "continuo-agent: %zu replicas lived in an earlier process of this node and are "
                 "not started again\n",
                 lived.size());
  }
  std::shared_ptr<const rt::Program> predecessor;
  if (play.succeeds && !productions_.empty()) predecessor = productions_.back()->engine->program();
  builder_->Build({play.plan, node_.self(), play.asset_sources, lived, std::move(predecessor)});
}

void Agent::ArmBuilt() {
  rt::Engine* const engine = built_->engine.get();
  const plan::Plan& plan = engine->plan();
  std::size_t ring = 0;
  for (const plan::Output& output : plan.outputs) {
    if (output.node != node_.self()) continue;
    const std::size_t here = ring++;
    const auto& taken = built_->rings[here];
    if (taken == nullptr) continue;
    if (recorder_ != nullptr) {
      recorder_->Add({output.id, output.name, options_.name, plan.quantum,
                      std::string(transport::BuildId()), taken});
    }
    if (device_ != nullptr) {
      device_->Add({output.id, output.name, plan.quantum, plan.timing.playout, plan.media,
                    built_->devices[here]});
    }
  }
  HearInputs(*built_);
  productions_.push_back(std::move(built_));
  SendCommand({.kind = handoff::Command::Kind::kArm, .engine = engine});
}

void Agent::HearInputs(const Production& built) {
  const plan::Plan& plan = built.engine->plan();
  for (std::size_t i = 0; i < plan.tasks.size(); ++i) {
    const std::shared_ptr<handoff::LiveInput>& live = built.materials[i].live;
    if (live == nullptr) continue;
    const dsp::TaskDescription& task = plan.tasks[i].description;
    const std::string name(task.name.view());
    device_->Add(InputTrack{task.id, name, plan.quantum, plan.media, live->heard});
    if (live->record == nullptr) continue;
    recorder_->Add({kOfInput | task.id, name + std::string(plan::kInputSuffix), options_.name,
                    plan.quantum, std::string(transport::BuildId()), live->record});
  }
}

void Agent::EndInputs(const rt::Engine& engine) {
  for (const auto& runner : engine.runners()) {
    if (runner == nullptr || !runner->live().open()) continue;
    const handoff::LiveInput& live = *runner->live().input();
    device_->End(live.heard);
    if (live.record != nullptr) recorder_->End(live.record);
  }
}

void Agent::KeepPlan() {
  const bool known = node_.term() == kept_term_ && node_.held_version() == kept_version_;
  if (known || node_.term() == 0) return;
  kept_term_ = node_.term();
  kept_version_ = node_.held_version();
  plan_file_->Keep(kept_term_, node_.self(), node_.held());
}

void Agent::FollowPlan() {
  const bool known = node_.held_version() == followed_version_ && node_.peers() == followed_peers_;
  if (known || node_.held() == nullptr || productions_.empty()) return;
  followed_version_ = node_.held_version();
  followed_peers_ = node_.peers();
  const Production& newest = *productions_.back();
  taker_->Follow(newest.engine->program(), newest.materials, node_.peers());
}

void Agent::MoveStates() {
  const handoff::Counters& counters = line_.counters.Read();
  const bool gives = giver_.Turn(line_, counters);
  const bool takes = taker_->Turn(counters, clock_.Now());
  hurry_ = gives || takes;
}

void Agent::SendCommand(const handoff::Command& command) {
  // The audio thread empties the queue every few milliseconds. In a storm of events some do not fit: their issuer sends
  // them again. Nobody repeats the others, and what they carry would never come back: they wait.
  SendWaiting();
  if (waiting_.empty() && line_.commands.TrySend(command)) {
    overrun_ = false;
  } else if (command.kind != handoff::Command::Kind::kSubmit) {
    waiting_.push_back(command);
  } else if (!std::exchange(overrun_, true)) {
    std::fprintf(stderr, "continuo-agent: more events than the audio thread can take\n");
  }
}

void Agent::SendWaiting() {
  while (!waiting_.empty() && line_.commands.TrySend(waiting_.front())) waiting_.pop_front();
}

void Agent::FreeRetired() {
  rt::Engine* engine = nullptr;
  while (line_.retired.TryReceive(engine)) {
    productions_.remove_if([this, engine](const auto& production) {
      if (production->engine.get() != engine) return false;
      for (const auto& ring : engine->Rings()) {
        if (recorder_ != nullptr) recorder_->End(ring);
      }
      for (const auto& ring : engine->DeviceRings()) {
        if (device_ != nullptr) device_->End(ring);
      }
      EndInputs(*engine);
      return true;
    });
  }
}

}  // namespace continuo::agent
