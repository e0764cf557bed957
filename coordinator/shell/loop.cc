// SPDX-License-Identifier: Apache-2.0
#include "coordinator/shell/loop.h"

#include <algorithm>
#include <chrono>
#include <future>
#include <memory>
#include <utility>

#include "coordinator/shell/log.h"

namespace continuo::coordinator {
namespace {

constexpr Nanoseconds kTick = 10'000'000;

}  // namespace

Loop::Loop(clock::Clock& clock, Journal& journal, AgentStreams& streams)
    : clock_(clock),
      journal_(journal),
      streams_(streams),
      stepper_(
          state_, journal_, [this] { return clock_.Now(); },
          [this](const Effect& effect) { Perform(effect); }) {}

Loop::~Loop() = default;

void Loop::Post(What what) {
  Enqueue({clock_.Now(), std::move(what)});
}

void Loop::Ask(What what, OnReply on_reply) {
  {
    const std::lock_guard lock(mutex_);
    RequestId* const request = RequestOf(what);
    if (!stop_ && request != nullptr) {
      *request = ++last_request_;
      waiting_[*request] = std::move(on_reply);
      queue_.push_back({clock_.Now(), std::move(what)});
      wake_.notify_one();
      return;
    }
  }
  on_reply({.code = Code::kEnded,
            .text = "this coordinator is ending, or leads no longer; ask again in a moment"});
}

std::optional<View> Loop::Look() {
  View view;
  if (!Inspect([this, &view](const State&, Nanoseconds) { view = ViewNow(); })) return std::nullopt;
  return view;
}

void Loop::LookLater(std::function<void(std::optional<View>)> seen) {
  {
    const std::lock_guard lock(mutex_);
    if (!stop_) {
      looks_.push_back([this, seen = std::move(seen)](bool show) {
        seen(show ? std::optional<View>(ViewNow()) : std::nullopt);
      });
      wake_.notify_one();
      return;
    }
  }
  seen(std::nullopt);
}

View Loop::ViewNow() const {
  View view = coordinator::Look(state_, clock_.Now());
  view.journal_trouble = trouble_;
  return view;
}

bool Loop::Inspect(const std::function<void(const State&, Nanoseconds now)>& look) {
  // The loop may still be about to leave it when this thread goes on.
  const auto done = std::make_shared<std::promise<bool>>();
  std::future<bool> shown = done->get_future();
  {
    const std::lock_guard lock(mutex_);
    if (stop_) return false;
    looks_.push_back([this, &look, done](bool show) {
      if (show) look(state_, clock_.Now());
      done->set_value(show);
    });
    wake_.notify_one();
  }
  return shown.get();
}

std::string Loop::Recover(const Started& started) {
  return Recover([&started](const Ledger&, Started& now) {
    now = started;
    return std::string();
  });
}

std::string Loop::Recover(const Begin& begin) {
  if (std::string wrong = journal_.Recover(state_); !wrong.empty()) return wrong;
  recovered_ = true;
  Started started;
  if (std::string wrong = begin(state_.ledger, started); !wrong.empty()) return wrong;
  {
    // Only now is it known what time it is.
    const std::lock_guard lock(mutex_);
    for (Input& input : queue_) input.time = clock_.Now();
  }
  StepAll({{clock_.Now(), started}});
  return deposed_.empty() ? trouble_ : deposed_;
}

Loop::End Loop::Run(bool ends_deaf) {
  next_tick_ = clock_.Now() + kTick;
  std::unique_lock lock(mutex_);
  while (!stop_) {
    const Nanoseconds left = next_tick_ - clock_.Now();
    if (queue_.empty() && looks_.empty() && left > 0)
      wake_.wait_for(lock, std::chrono::nanoseconds(left));
    std::vector<Input> batch;
    std::vector<OnLook> looks;
    batch.swap(queue_);
    looks.swap(looks_);
    lock.unlock();
    const Nanoseconds taken = clock_.Now();
    Turn(std::move(batch), looks);
    if (!deposed_.empty()) return Close(End::kDeposed);
    // As of when the batch was taken: what was heard while the journal kept it waiting is not looked at yet.
    if (ends_deaf && HearsNobody(state_, taken)) return Close(End::kDeaf);
    lock.lock();
  }
  lock.unlock();
  return Close(End::kStopped);
}

void Loop::Turn(std::vector<Input> batch, const std::vector<OnLook>& looks) {
  // This process may have stood still for any time before this line, and another one may lead since.
  if (!journal_.Held()) deposed_ = "its lease may have ended";
  if (deposed_.empty()) {
    const Nanoseconds now = clock_.Now();
    DateRequests(batch, now);
    if (now >= next_tick_) {
      batch.push_back({now, TimerTicked{}});
      next_tick_ = now + kTick;
    }
    StepAll(std::move(batch));
  }
  if (deposed_.empty() && !looks.empty() && !stepper_.MayShow()) deposed_ = stepper_.deposed();
  for (const OnLook& look : looks) look(deposed_.empty());
}

Loop::End Loop::Close(End end) {
  std::map<RequestId, OnReply> waiting;
  std::vector<OnLook> looks;
  {
    const std::lock_guard lock(mutex_);
    stop_ = true;
    waiting.swap(waiting_);
    looks.swap(looks_);
  }
  for (const OnLook& look : looks) look(false);
  for (auto& [request, on_reply] : waiting) {
    on_reply({.code = Code::kEnded,
              .text =
                  "this coordinator ended, or leads no longer, before this was decided; whether "
                  "it will be done is not known: ask again"});
  }
  if (recovered_) stepper_.End();
  return end;
}

void Loop::Stop() {
  const std::lock_guard lock(mutex_);
  stop_ = true;
  wake_.notify_one();
}

void Loop::Enqueue(Input input) {
  const std::lock_guard lock(mutex_);
  if (stop_) return;
  queue_.push_back(std::move(input));
  wake_.notify_one();
}

void Loop::StepAll(std::vector<Input> batch) {
  stepper_.StepAll(std::move(batch));
  if (deposed_.empty()) deposed_ = stepper_.deposed();
  if (stepper_.trouble() == trouble_) return;
  trouble_ = stepper_.trouble();
  Log(trouble_.empty() ? Severity::kInfo : Severity::kError,
      trouble_.empty() ? "the journal takes inputs again"
                       : "the journal takes no more: " + trouble_);
}

void Loop::Perform(const Effect& effect) {
  if (const auto* send = std::get_if<SendToAgent>(&effect)) {
    streams_.Send(send->connection, send->message);
  } else if (const auto* close = std::get_if<CloseConnection>(&effect)) {
    streams_.Close(close->connection);
  } else if (const auto* answer = std::get_if<coordinator::Answer>(&effect)) {
    Answer(*answer);
  } else if (const auto* line = std::get_if<LogLine>(&effect)) {
    Log(line->severity, line->text);
  } else if (const auto* map = std::get_if<TellMap>(&effect)) {
    if (tell_map_) tell_map_(map->map);
  }
}

void Loop::Answer(const coordinator::Answer& answer) {
  OnReply on_reply;
  {
    const std::lock_guard lock(mutex_);
    const auto waits = waiting_.find(answer.request);
    if (waits == waiting_.end()) return;  // asked in a former life
    on_reply = std::move(waits->second);
    waiting_.erase(waits);
  }
  on_reply(answer.reply);
}

}  // namespace continuo::coordinator
