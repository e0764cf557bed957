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
  for (const plan::Task& task : plan.tasks) {
    if (std::ranges::find(task.replicas, self, &plan::Replica::node) == task.replicas.end())
      continue;
    task_ = task.description.id;
    generation_ = task.generation;
  }
  Perform(joins_.Follow(plan, self, peers));
}

void StateCarrier::Stop() {
  task_ = 0;
  lesson_.reset();
  Perform(joins_.Stop());
}

void StateCarrier::Turn(const core::ReplicaSeen* seen, bool tainted, Nanoseconds now) {
  tainted_ = tainted;
  HearFetches(now);
  if (seen != nullptr) Perform(joins_.See(std::span(seen, 1), now));
  Teach(now);
  AskBoard(now);
}

void StateCarrier::Perform(const core::Joins::Effects& effects) {
  for (const core::JoinEffect& effect : effects) {
    std::visit(Overload{
                   [this](const core::FetchState& fetch) { Begin(fetch); },
                   [this](const core::AbandonFetch& abandon) { End(abandon.fetch); },
                   [this](const core::LearnState& learn) {
                     lesson_ = Lesson{.replica = learn.replica,
                                      .bytes = std::move(images_[learn.fetch]),
                                      .ticket = ++ticket_};
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
  if (!lesson_ || now < lesson_->again) return;
  lesson_->again = now + kAgain;
  handoff::Image image;
  if (handoff::ParseImage(lesson_->bytes, image) != nullptr) return;
  const std::span<const std::uint8_t> whole =
      std::span<const std::uint8_t>(lesson_->bytes).subspan(handoff::kImageHeadBytes);
  const auto rest = RestOf(whole, lesson_->have);
  const StatePiece piece{.ticket = lesson_->ticket,
                         .replica = lesson_->replica.incarnation,
                         .head = {.next = image.head.next,
                                  .evseq = image.head.evseq,
                                  .replica_bytes = image.head.replica_bytes,
                                  .total = static_cast<std::uint32_t>(whole.size())},
                         .offset = lesson_->have,
                         .bytes = rest.first(std::min(rest.size(), kMaxPieceBytes))};
  send_(std::span(frame_).first(EncodeStatePiece(piece, frame_)));
}

void StateCarrier::Take(const StateTaken& taken, Nanoseconds now) {
  if (!lesson_ || taken.ticket != lesson_->ticket) return;
  if (taken.outcome != StateOutcome::kPending) {
    const core::StateLearned learned{lesson_->replica, taken.outcome == StateOutcome::kDone};
    if (!learned.taken) {
      std::fprintf(stderr, "continuo-bridge: the board did not take a state (%d)\n",
                   static_cast<int>(taken.outcome));
    }
    lesson_.reset();
    return Perform(joins_.On(learned, now));
  }
  const bool further = taken.have > lesson_->have;
  lesson_->have = std::max(lesson_->have, taken.have);
  lesson_->again = further ? now : std::min(lesson_->again, now + kSoon);
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
  if (task_ == 0 || wish.task != task_ || wish.generation != generation_) {
    return Answer(Given::kNotHere, "does not compute it");
  }
  if (tainted_ && !wish.may_be_tainted) return Answer(Given::kNotNow, "is tainted");
  if (asked_ticket_ == 0) {
    asked_ticket_ = ++ticket_;
    gathered_.assign(handoff::kImageHeadBytes, 0);
    ask_again_ = 0;
  }
  if (now < ask_again_) return;
  ask_again_ = now + kAgain;
  const std::size_t have = gathered_.size() - handoff::kImageHeadBytes;
  send_(std::span(frame_).first(EncodeStateWish({.ticket = asked_ticket_,
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
  handoff::EncodeImageHead({.task = task_,
                            .generation = generation_,
                            .next = piece.head.next,
                            .evseq = piece.head.evseq,
                            .replica_bytes = piece.head.replica_bytes,
                            .body_bytes = body},
                           std::span<std::uint8_t>(gathered_).first<handoff::kImageHeadBytes>());
  asked_->given.state = {std::move(gathered_), piece.head.next, piece.replica, tainted_};
  Answer(Given::kGiven, "");
}

void StateCarrier::Answer(Given answer, const char* why) {
  asked_->given.answer = answer;
  asked_->given.why = why;
  asked_->answered = true;
  asked_ticket_ = 0;
  changed_.notify_all();
}

}  // namespace continuo::mcu
