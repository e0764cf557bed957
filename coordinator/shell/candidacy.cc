// SPDX-License-Identifier: Apache-2.0
#include "coordinator/shell/candidacy.h"

#include <algorithm>
#include <chrono>
#include <utility>

#include "coordinator/edge/store/shared_journal.h"
#include "coordinator/shell/log.h"

namespace continuo::coordinator {
namespace {

/// For which others go first.
constexpr Nanoseconds kDeafPause = 2'000'000'000;
constexpr Nanoseconds kFailedPause = 5'000'000'000;

}  // namespace

Candidacy::Candidacy(CandidateStore store, Court court, const std::string& address)
    : store_(std::move(store)),
      court_(std::move(court)),
      address_(address),
      leadership_(address),
      deciding_([this] { Decide(); }),
      asking_([this] { AskAll(); }) {}

Candidacy::~Candidacy() {
  Post(End{});
  deciding_.join();
  {
    const std::lock_guard lock(mutex_);
    no_more_questions_ = true;
  }
  asked_.notify_all();
  asking_.join();  // the lease is given back before
}

void Candidacy::Decide() {
  Perform(leadership_.Tick(LeaseTime()));
  while (true) {
    const std::optional<Happening> happening = Next();
    if (happening && std::holds_alternative<End>(*happening)) break;
    // Whatever it is, this process may have stood still before: the lease comes first.
    Perform(leadership_.Tick(LeaseTime()));
    if (happening) Handle(*happening);
  }
  Perform(leadership_.Resign(LeaseTime()));
  reign_.reset();
}

std::optional<Candidacy::Happening> Candidacy::Next() {
  std::unique_lock lock(mutex_);
  const Nanoseconds left = std::max<Nanoseconds>(leadership_.NextTick() - LeaseTime(), 0);
  happened_.wait_for(lock, std::chrono::nanoseconds(left), [this] { return !happenings_.empty(); });
  if (happenings_.empty()) return std::nullopt;
  Happening happening = std::move(happenings_.front());
  happenings_.pop_front();
  return happening;
}

void Candidacy::Post(Happening happening) {
  const std::lock_guard lock(mutex_);
  happenings_.push_back(std::move(happening));
  happened_.notify_one();
}

void Candidacy::AskAll() {
  std::unique_lock lock(mutex_);
  while (true) {
    asked_.wait(lock, [this] { return no_more_questions_ || !questions_.empty(); });
    if (questions_.empty()) return;
    const AskStore question = std::move(questions_.front());
    questions_.pop_front();
    lock.unlock();
    StoreAnswer answer = store_.ask(question);
    lock.lock();
    happenings_.push_back(std::move(answer));
    happened_.notify_one();
  }
}

void Candidacy::Handle(const Happening& happening) {
  if (const auto* answer = std::get_if<StoreAnswer>(&happening)) {
    Perform(leadership_.Take(*answer, LeaseTime()));
  } else if (const auto* ended = std::get_if<ReignOver>(&happening)) {
    if (ended->number == reigns_) TakeEnd(ended->over);
  }
}

void Candidacy::TakeEnd(const Reign::Over& over) {
  reign_.reset();
  if (!leadership_.leads()) return;
  const Nanoseconds now = LeaseTime();
  if (!over.failed.empty()) {
    Log(Severity::kError, over.failed);
    Perform(leadership_.StepDown("it cannot take up what was left", kFailedPause, now));
  } else if (over.end == Loop::End::kDeaf) {
    Perform(leadership_.StepDown("it hears none of its nodes, so others may be nearer to them",
                                 kDeafPause, now));
  } else {
    Perform(leadership_.StepDown(over.why, 0, now));
  }
}

void Candidacy::Perform(const LeadershipEffects& effects) {
  for (const LeadershipEffect& effect : effects) {
    if (const auto* ask = std::get_if<AskStore>(&effect)) {
      const std::lock_guard lock(mutex_);
      questions_.push_back(*ask);
      asked_.notify_one();
    } else if (const auto* begin = std::get_if<BeginReign>(&effect)) {
      Begin(*begin);
    } else if (const auto* end = std::get_if<EndReign>(&effect)) {
      lease_.End();
      if (reign_ != nullptr) reign_->Stop();
      Log(Severity::kWarning, "leads no longer: " + end->why);
    } else if (const auto* leader = std::get_if<NameLeader>(&effect)) {
      Name(leader->address);
    }
  }
  if (leadership_.leads()) lease_.LeadUntil(leadership_.leads_until());
}

void Candidacy::Begin(const BeginReign& begin) {
  lease_.LeadUntil(leadership_.leads_until());
  Log(Severity::kInfo, "elected in " + store_.name);
  reign_.reset();  // the one before has been stopped
  reign_ = std::make_unique<Reign>(
      court_, MakeSharedJournal(store_.journal, begin.guard, [this] { return lease_.Leads(); }),
      true, [this, number = ++reigns_](const Reign::Over& over) {
        Post(ReignOver{number, over});
      });
}

void Candidacy::Name(const std::string& leader) {
  court_.reception.Refer(leader == address_ ? std::string() : leader);
  if (leader.empty()) {
    Log(Severity::kInfo, "nobody leads in " + store_.name + " at present");
  } else if (leader != address_) {
    Log(Severity::kInfo, leader + " leads; this coordinator stands by");
  }
}

}  // namespace continuo::coordinator
