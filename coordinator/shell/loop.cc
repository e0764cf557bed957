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
/// Conclusions of conclusions of one batch; the core needs two.
constexpr int kRaisesMax = 16;

}  // namespace

Loop::Loop(clock::Clock& clock, Journal& journal, AgentStreams& streams)
    : clock_(clock), journal_(journal), streams_(streams) {}

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
  on_reply({.code = Code::kUnavailable,
            .text = "this coordinator is ending, or leads no longer; ask again in a moment"});
}

std::optional<View> Loop::Look() {
  View view;
  const bool shown = Inspect([this, &view](const State& state, Nanoseconds now) {
    view = coordinator::Look(state, now);
    view.journal_trouble = trouble_;
  });
  if (!shown) return std::nullopt;
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
  std::string wrong = journal_.ForEach([this](const Input& input) { Replay(state_, input); });
  if (!wrong.empty()) return wrong;
  std::vector<Input> first{{clock_.Now(), started}};
  if (!MakeDurable(first)) return deposed_.empty() ? trouble_ : deposed_;
  std::vector<Input> raised;
  Perform(Step(state_, first.front()), raised);
  StepAll(std::move(raised));
  return {};
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
    Turn(std::move(batch), looks);
    if (!deposed_.empty()) return Close(End::kDeposed);
    if (ends_deaf && HearsNobody(state_, clock_.Now())) return Close(End::kDeaf);
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
  if (deposed_.empty() && !looks.empty() && !journal_.Confirm()) {
    deposed_ = "the store does not confirm that it leads";
  }
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
    on_reply({.code = Code::kUnavailable,
              .text =
                  "this coordinator ended, or leads no longer, before this was decided; whether "
                  "it will be done is not known: ask again"});
  }
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
  for (int round = 0; round < kRaisesMax && !batch.empty(); ++round) {
    std::vector<Input> raised;
    const bool durable = MakeDurable(batch);
    if (!deposed_.empty()) return;  // nothing of this batch may leave
    if (!durable) RefuseDurable(batch);
    for (const Input& input : batch) Perform(Step(state_, input), raised);
    batch = std::move(raised);
  }
}

bool Loop::MakeDurable(const std::vector<Input>& batch) {
  std::vector<Input> durable;
  std::copy_if(batch.begin(), batch.end(), std::back_inserter(durable), IsDurable);
  if (durable.empty()) return true;
  const bool begins = std::holds_alternative<Started>(durable.front().what);
  const Appended appended = journal_.Append(state_.ledger.term + (begins ? 1 : 0), durable);
  if (appended.deposed()) {
    deposed_ = appended.why;
    return false;
  }
  if (appended.why != trouble_) {
    Log(appended.durable() ? Severity::kInfo : Severity::kError,
        appended.durable() ? "the journal takes inputs again"
                           : "the journal takes no more: " + appended.why);
  }
  trouble_ = appended.why;
  return appended.durable();
}

void Loop::RefuseDurable(std::vector<Input>& batch) {
  // What would be forgotten must not happen. Operators are told; an agent that is new here is turned away and comes
  // again; a plan that is being prepared is given up.
  for (Input& input : batch) {
    auto* const spoke = std::get_if<AgentSpoke>(&input.what);
    auto* const prepared = spoke ? std::get_if<plan::PlanPrepared>(&spoke->message) : nullptr;
    if (prepared != nullptr && prepared->error.empty()) {
      prepared->error = "the coordinator cannot write its journal (" + trouble_ +
                        "); make room, then apply it again";
    }
  }
  const auto is_refused = [this](const Input& input) {
    return IsDurable(input) && !MayGoUnrecorded(state_.ledger, input);
  };
  for (Input& input : batch) {
    if (!is_refused(input)) continue;
    if (const RequestId* request = RequestOf(input.what)) {
      Answer({*request,
              {.code = Code::kExhausted,
               .text = "the coordinator cannot write its journal (" + trouble_ +
                       "); the show plays on, but nothing can be changed until there is room"}});
    } else if (const auto* spoke = std::get_if<AgentSpoke>(&input.what);
               spoke != nullptr && std::holds_alternative<plan::Hello>(spoke->message)) {
      streams_.Send(spoke->connection,
                    plan::Refusal{"the coordinator cannot write its journal: " + trouble_});
      streams_.Close(spoke->connection);
    }
  }
  std::erase_if(batch, is_refused);
}

void Loop::Perform(Effects effects, std::vector<Input>& raised) {
  for (Effect& effect : effects) {
    if (auto* send = std::get_if<SendToAgent>(&effect)) {
      streams_.Send(send->connection, send->message);
    } else if (auto* close = std::get_if<CloseConnection>(&effect)) {
      streams_.Close(close->connection);
    } else if (auto* answer = std::get_if<coordinator::Answer>(&effect)) {
      Answer(*answer);
    } else if (auto* raise = std::get_if<Raise>(&effect)) {
      raised.push_back(std::move(raise->input));
    } else if (auto* line = std::get_if<LogLine>(&effect)) {
      Log(line->severity, line->text);
    }
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
