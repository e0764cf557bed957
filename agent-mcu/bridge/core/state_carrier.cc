// SPDX-License-Identifier: Apache-2.0
#include "agent-mcu/bridge/core/state_carrier.h"

#include <algorithm>
#include <string>
#include <utility>

#include "agent/handoff/image.h"
#include "dsp/base/overload.h"

namespace continuo::mcu {
namespace {

namespace core = agent::core;
namespace handoff = agent::handoff;
using Outcome = StateAnswer::Outcome;

constexpr Nanoseconds kAgain = 20'000'000;  // before a piece, or the wish for it, is repeated
constexpr Nanoseconds kSoon = 2'000'000;    // before the board is asked whether it is ready

std::span<const std::uint8_t> RestOf(std::span<const std::uint8_t> bytes, std::size_t offset) {
  return bytes.subspan(std::min(offset, bytes.size()));
}

}  // namespace

// ---- to the board

void StateCarrier::Follow(const plan::Plan& plan, plan::NodeId self,
                          const std::vector<plan::Peer>& peers) {
  mine_.clear();
  for (const plan::Task& task : plan.tasks) {
    const auto at = std::ranges::find(task.replicas, self, &plan::Replica::node);
    if (at == task.replicas.end()) continue;
    mine_.push_back({.task = task.description.id,
                     .name = std::string(task.description.name.view()),
                     .generation = task.generation,
                     .incarnation = at->incarnation});
  }
  std::erase_if(lessons_, [this](const Lesson& lesson) {
    const auto is = [&lesson](const Mine& mine) {
      return mine.incarnation == lesson.replica.incarnation;
    };
    return std::ranges::none_of(mine_, is);
  });
  Perform(joins_.Follow(plan, self, peers));
}

void StateCarrier::Stop() {
  mine_.clear();
  lessons_.clear();
  Perform(joins_.Stop());
}

void StateCarrier::Turn(std::span<const core::ReplicaSeen> seen, Nanoseconds now) {
  for (const core::ReplicaSeen& replica : seen) {
    for (Mine& mine : mine_) {
      if (mine.incarnation == replica.replica.incarnation) {
        mine.tainted = replica.state == plan::ReplicaState::kTainted;
      }
    }
  }
  if (!seen.empty()) Perform(joins_.See(seen, now));
  Teach(now);
  AskBoard(now);
}

void StateCarrier::Perform(const core::Joins::Effects& effects) {
  for (const core::JoinEffect& effect : effects) {
    std::visit(Overload{
                   [this](const core::FetchState& fetch) {
                     fetches_.insert(fetch.fetch);
                     outlet_.Fetch(fetch);
                   },
                   [this](const core::AbandonFetch& abandon) {
                     fetches_.erase(abandon.fetch);
                     outlet_.Abandon(abandon.fetch);
                   },
                   [this](const core::LearnState& learn) {
                     lessons_.push_back({.replica = learn.replica,
                                         .bytes = std::move(images_[learn.fetch]),
                                         .ticket = ++ticket_});
                   },
                   [this](const core::StateRefused& refused) {
                     Tell(plan::IncidentKind::kStateRefused, refused.replica, refused.donor,
                          "no state of ",
                          " from node " + std::to_string(refused.donor) + ": " + refused.error);
                   },
                   [this](const core::GiveUp& given_up) {
                     Tell(plan::IncidentKind::kJoinFailed, given_up.replica, 0, "a replica of ",
                          " could not join: " + given_up.error);
                   },
                   [](const core::KeepCheckpoint&) {},  // a board is no witness
                   [](const core::ResumeTask&) {},
               },
               effect);
  }
}

void StateCarrier::Tell(plan::IncidentKind kind, core::ReplicaKey replica, plan::NodeId donor,
                        const std::string& before, const std::string& after) {
  const auto at = std::ranges::find(mine_, replica.incarnation, &Mine::incarnation);
  const std::string name = at == mine_.end() ? std::to_string(replica.task) : at->name;
  tell_({.kind = kind,
         .task = replica.task,
         .differing = donor,
         .text = before + name + after,
         .incarnation = replica.incarnation});
}

void StateCarrier::Take(StateArrived arrived, Nanoseconds now) {
  if (fetches_.erase(arrived.fetch) == 0) return;  // abandoned
  core::StateFetched fetched{.fetch = arrived.fetch,
                             .error = std::move(arrived.error),
                             .busy = arrived.busy,
                             .next = arrived.next,
                             .bytes = arrived.bytes.size()};
  handoff::Image image;
  if (fetched.error.empty()) {
    const char* const wrong = handoff::ParseImage(arrived.bytes, image);
    if (wrong != nullptr) fetched.error = wrong;
  }
  if (fetched.error.empty()) images_[arrived.fetch] = std::move(arrived.bytes);
  Perform(joins_.On(fetched, now));
  images_.erase(arrived.fetch);  // if nobody wanted it
}

void StateCarrier::Teach(Nanoseconds now) {
  if (lessons_.empty() || asked_ticket_ != 0 || now < lessons_.front().again) return;
  Lesson& lesson = lessons_.front();
  lesson.again = now + kAgain;
  handoff::Image image;
  if (handoff::ParseImage(lesson.bytes, image) != nullptr) return;
  const std::span<const std::uint8_t> whole =
      std::span<const std::uint8_t>(lesson.bytes).subspan(handoff::kImageHeadBytes);
  const auto rest = RestOf(whole, lesson.have);
  const StatePiece piece{.ticket = lesson.ticket,
                         .replica = lesson.replica.incarnation,
                         .head = {.next = image.head.next,
                                  .evseq = image.head.evseq,
                                  .replica_bytes = image.head.replica_bytes,
                                  .total = static_cast<std::uint32_t>(whole.size())},
                         .offset = lesson.have,
                         .bytes = rest.first(std::min(rest.size(), kMaxPieceBytes))};
  outlet_.ToBoard(std::span(frame_).first(EncodeStatePiece(piece, frame_)));
}

void StateCarrier::Take(const StateTaken& taken, Nanoseconds now) {
  if (lessons_.empty() || taken.ticket != lessons_.front().ticket) return;
  Lesson& lesson = lessons_.front();
  if (taken.outcome != StateOutcome::kPending) {
    const core::StateLearned learned{lesson.replica, taken.outcome == StateOutcome::kDone};
    if (!learned.taken) {
      outlet_.Say("the board did not take a state (" +
                  std::to_string(static_cast<int>(taken.outcome)) + ")");
    }
    lessons_.pop_front();
    return Perform(joins_.On(learned, now));
  }
  const bool further = taken.have > lesson.have;
  lesson.have = std::max(lesson.have, taken.have);
  lesson.again = further ? now : std::min(lesson.again, now + kSoon);
  if (further) Teach(now);
}

// ---- from the board

void StateCarrier::Wish(const std::optional<StateAsked>& asked) {
  const auto number = [](const std::optional<StateAsked>& one) { return one ? one->number : 0; };
  if (number(asked) == number(asked_)) return;
  asked_ = asked;
  asked_ticket_ = 0;
}

void StateCarrier::AskBoard(Nanoseconds now) {
  if (!asked_) return;
  const Mine* const mine = Playing(*asked_);
  if (mine == nullptr) return Refuse(Outcome::kNotHere, "does not compute it");
  if (mine->tainted && !asked_->may_be_tainted) return Refuse(Outcome::kNotNow, "is tainted");
  if (asked_ticket_ == 0) {
    if (!lessons_.empty()) return;  // the board does one after the other
    asked_ticket_ = ++ticket_;
    gathered_.assign(handoff::kImageHeadBytes, 0);
    ask_again_ = 0;
  }
  if (now < ask_again_) return;
  ask_again_ = now + kAgain;
  const std::size_t have = gathered_.size() - handoff::kImageHeadBytes;
  const StateWish wish{.ticket = asked_ticket_,
                       .replica = mine->incarnation,
                       .not_before = asked_->not_before,
                       .offset = static_cast<std::uint32_t>(have)};
  outlet_.ToBoard(std::span(frame_).first(EncodeStateWish(wish, frame_)));
}

void StateCarrier::Take(const StatePiece& piece, Nanoseconds now) {
  if (!asked_ || asked_ticket_ == 0 || piece.ticket != asked_ticket_) return;
  if (piece.outcome == StateOutcome::kPending) {
    ask_again_ = std::min(ask_again_, now + kSoon);
    return;
  }
  if (piece.outcome == StateOutcome::kNotYet) {
    asked_ticket_ = ++ticket_;
    ask_again_ = now + kSoon;
    return;
  }
  if (piece.outcome != StateOutcome::kDone) {
    return Refuse(Outcome::kNotNow, "has no state to give");
  }
  const std::size_t have = gathered_.size() - handoff::kImageHeadBytes;
  if (piece.offset != have) return;
  gathered_.insert(gathered_.end(), piece.bytes.begin(), piece.bytes.end());
  if (have + piece.bytes.size() == piece.head.total) return GiveWhole(piece);
  ask_again_ = 0;
  AskBoard(now);
}

void StateCarrier::GiveWhole(const StatePiece& piece) {
  const std::uint32_t body = piece.head.total - piece.head.replica_bytes;
  const Mine* const mine = Playing(*asked_);
  if (mine == nullptr || mine->incarnation != piece.replica) {
    return Refuse(Outcome::kNotHere, "does not compute it any more");
  }
  handoff::EncodeImageHead({.task = mine->task,
                            .generation = mine->generation,
                            .next = piece.head.next,
                            .evseq = piece.head.evseq,
                            .replica_bytes = piece.head.replica_bytes,
                            .body_bytes = body},
                           std::span<std::uint8_t>(gathered_).first<handoff::kImageHeadBytes>());
  EndWish({.number = asked_->number,
           .outcome = Outcome::kGiven,
           .bytes = std::move(gathered_),
           .next = piece.head.next,
           .incarnation = piece.replica,
           .tainted = mine->tainted});
}

StateCarrier::Mine* StateCarrier::Playing(const StateAsked& asked) {
  const auto is = [&asked](const Mine& mine) {
    return mine.task == asked.task && mine.generation == asked.generation;
  };
  const auto at = std::ranges::find_if(mine_, is);
  return at == mine_.end() ? nullptr : &*at;
}

void StateCarrier::Refuse(Outcome outcome, const char* why) {
  EndWish({.number = asked_->number, .outcome = outcome, .why = why, .bytes = {}});
}

void StateCarrier::EndWish(StateAnswer answer) {
  asked_.reset();
  asked_ticket_ = 0;
  outlet_.Give(std::move(answer));
}

}  // namespace continuo::mcu
