// SPDX-License-Identifier: Apache-2.0
#include "agent-mcu/bridge/state_carrier.h"

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <utility>

#include "agent/handoff/image.h"
#include "dsp/base/overload.h"

namespace continuo::mcu {
namespace {

namespace core = agent::core;
namespace handoff = agent::handoff;
using Given = agent::StateGiven::Answer;

constexpr std::chrono::seconds kPatience{2};
constexpr Nanoseconds kAgain = 20'000'000;  // before a piece, or the wish for it, is repeated
constexpr Nanoseconds kSoon = 2'000'000;    // before the board is asked whether it is ready

std::span<const std::uint8_t> RestOf(std::span<const std::uint8_t> bytes, std::size_t offset) {
  return bytes.subspan(std::min(offset, bytes.size()));
}

}  // namespace

StateCarrier::~StateCarrier() {
  while (!fetches_.empty()) End(fetches_.begin()->first);
}

// ---- to the board

void StateCarrier::Follow(const plan::Plan& plan, plan::NodeId self,
                          const std::vector<plan::Peer>& peers) {
  mine_.clear();
  for (const plan::Task& task : plan.tasks) {
    const auto at = std::ranges::find(task.replicas, self, &plan::Replica::node);
    if (at == task.replicas.end()) continue;
    mine_.push_back({task.description.id, task.generation, at->incarnation, false});
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
  HearFetches(now);
  if (!seen.empty()) Perform(joins_.See(seen, now));
  Teach(now);
  AskBoard(now);
}

void StateCarrier::Perform(const core::Joins::Effects& effects) {
  for (const core::JoinEffect& effect : effects) {
    std::visit(Overload{
                   [this](const core::FetchState& fetch) { Begin(fetch); },
                   [this](const core::AbandonFetch& abandon) { End(abandon.fetch); },
                   [this](const core::LearnState& learn) {
                     lessons_.push_back({.replica = learn.replica,
                                         .bytes = std::move(images_[learn.fetch]),
                                         .ticket = ++ticket_});
                   },
                   [](const core::StateRefused& refused) {
                     std::fprintf(stderr, "continuo-bridge: no state from node %u: %s\n",
                                  static_cast<unsigned>(refused.donor), refused.error.c_str());
                   },
                   [](const core::GiveUp& given_up) {
                     std::fprintf(stderr, "continuo-bridge: the board could not join: %s\n",
                                  given_up.error.c_str());
                   },
                   [](const core::KeepCheckpoint&) {},  // a board is no witness
                   [](const core::ResumeTask&) {},
               },
               effect);
  }
}

void StateCarrier::Begin(const core::FetchState& what) {
  const agent::StateWish wish{what.replica.task, what.generation, what.not_before,
                              what.may_be_tainted};
  auto fetch = std::make_unique<Fetch>(what, wish);
  fetch->thread = std::thread([this, running = fetch.get()] {
    agent::StateReceived received = running->call.Run([](std::uint64_t, std::uint64_t) {});
    const std::lock_guard lock(mutex_);
    arrived_.push_back({running->what.fetch, std::move(received)});
  });
  fetches_.emplace(what.fetch, std::move(fetch));
}

void StateCarrier::End(std::uint32_t fetch) {
  const auto at = fetches_.find(fetch);
  if (at == fetches_.end()) return;
  at->second->call.Cancel();
  at->second->thread.join();
  fetches_.erase(at);
}

void StateCarrier::HearFetches(Nanoseconds now) {
  std::deque<Arrived> arrived;
  {
    const std::lock_guard lock(mutex_);
    arrived.swap(arrived_);
  }
  for (Arrived& one : arrived) {
    const bool wanted = fetches_.contains(one.fetch);
    End(one.fetch);
    if (!wanted) continue;  // abandoned
    core::StateFetched fetched{.fetch = one.fetch,
                               .error = one.received.error,
                               .busy = one.received.busy,
                               .next = one.received.state.next,
                               .bytes = one.received.state.bytes.size()};
    handoff::Image image;
    if (fetched.error.empty()) {
      const char* const wrong = handoff::ParseImage(one.received.state.bytes, image);
      if (wrong != nullptr) fetched.error = wrong;
    }
    if (fetched.error.empty()) images_[one.fetch] = std::move(one.received.state.bytes);
    Perform(joins_.On(fetched, now));
    images_.erase(one.fetch);  // if nobody wanted it
  }
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
  send_(std::span(frame_).first(EncodeStatePiece(piece, frame_)));
}

void StateCarrier::Take(const StateTaken& taken, Nanoseconds now) {
  if (lessons_.empty() || taken.ticket != lessons_.front().ticket) return;
  Lesson& lesson = lessons_.front();
  if (taken.outcome != StateOutcome::kPending) {
    const core::StateLearned learned{lesson.replica, taken.outcome == StateOutcome::kDone};
    if (!learned.taken) {
      std::fprintf(stderr, "continuo-bridge: the board did not take a state (%d)\n",
                   static_cast<int>(taken.outcome));
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

agent::StateGiven StateCarrier::Give(const agent::StateWish& wish) {
  const std::lock_guard alone(giving_);
  std::unique_lock lock(mutex_);
  asked_ = Asked{.wish = wish, .given = {}};
  changed_.wait_for(lock, kPatience, [this] { return asked_->answered; });
  agent::StateGiven given = std::move(asked_->given);
  if (!asked_->answered) given = {Given::kNoAnswer, "the board does not answer", {}};
  asked_.reset();
  return given;
}

void StateCarrier::AskBoard(Nanoseconds now) {
  const std::lock_guard lock(mutex_);
  if (!asked_ || asked_->answered) {
    asked_ticket_ = 0;
    return;
  }
  const agent::StateWish& wish = asked_->wish;
  const Mine* const mine = Playing(wish);
  if (mine == nullptr) return Answer(Given::kNotHere, "does not compute it");
  if (mine->tainted && !wish.may_be_tainted) return Answer(Given::kNotNow, "is tainted");
  if (asked_ticket_ == 0) {
    if (!lessons_.empty()) return;  // the board does one after the other
    asked_ticket_ = ++ticket_;
    gathered_.assign(handoff::kImageHeadBytes, 0);
    ask_again_ = 0;
  }
  if (now < ask_again_) return;
  ask_again_ = now + kAgain;
  const std::size_t have = gathered_.size() - handoff::kImageHeadBytes;
  send_(std::span(frame_).first(EncodeStateWish({.ticket = asked_ticket_,
                                                 .replica = mine->incarnation,
                                                 .not_before = wish.not_before,
                                                 .offset = static_cast<std::uint32_t>(have)},
                                                frame_)));
}

void StateCarrier::Take(const StatePiece& piece, Nanoseconds now) {
  if (asked_ticket_ == 0 || piece.ticket != asked_ticket_) return;
  {
    const std::lock_guard lock(mutex_);
    if (!asked_ || asked_->answered) return;
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
      return Answer(Given::kNotNow, "has no state to give");
    }
    const std::size_t have = gathered_.size() - handoff::kImageHeadBytes;
    if (piece.offset != have) return;
    gathered_.insert(gathered_.end(), piece.bytes.begin(), piece.bytes.end());
    if (have + piece.bytes.size() == piece.head.total) return AnswerWhole(piece);
    ask_again_ = 0;
  }
  AskBoard(now);
}

void StateCarrier::AnswerWhole(const StatePiece& piece) {
  const std::uint32_t body = piece.head.total - piece.head.replica_bytes;
  const Mine* const mine = Playing(asked_->wish);
  if (mine == nullptr || mine->incarnation != piece.replica) {
    return Answer(Given::kNotHere, "does not compute it any more");
  }
  handoff::EncodeImageHead({.task = mine->task,
                            .generation = mine->generation,
                            .next = piece.head.next,
                            .evseq = piece.head.evseq,
                            .replica_bytes = piece.head.replica_bytes,
                            .body_bytes = body},
                           std::span<std::uint8_t>(gathered_).first<handoff::kImageHeadBytes>());
  asked_->given.state = {std::move(gathered_), piece.head.next, piece.replica, mine->tainted};
  Answer(Given::kGiven, "");
}

StateCarrier::Mine* StateCarrier::Playing(const agent::StateWish& wish) {
  const auto is = [&wish](const Mine& mine) {
    return mine.task == wish.task && mine.generation == wish.generation;
  };
  const auto at = std::ranges::find_if(mine_, is);
  return at == mine_.end() ? nullptr : &*at;
}

void StateCarrier::Answer(Given answer, const char* why) {
  asked_->given.answer = answer;
  asked_->given.why = why;
  asked_->answered = true;
  asked_ticket_ = 0;
  changed_.notify_all();
}

}  // namespace continuo::mcu
