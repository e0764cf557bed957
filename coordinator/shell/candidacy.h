// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <variant>

#include "coordinator/core/leadership.h"
#include "coordinator/core/shared_store.h"
#include "coordinator/shell/lease_clock.h"
#include "coordinator/shell/reign.h"

namespace continuo::coordinator {

/// What a shared store is to a candidate: leadership's questions, and a store for the journal.
struct CandidateStore {
  std::function<StoreAnswer(const AskStore&)>
      ask;               ///< blocks for less than LeadershipTiming::patience
  SharedStore& journal;  ///< used by the thread of the reign
  std::string name;      ///< for people
};

/// A coordinator that shares its state with others: campaigns, reigns while it is elected, campaigns again. Three
/// threads: one for the decisions and their clock, one that asks the store, one for the reign.
class Candidacy {
 public:
  /// `address`: host:port where agents and operators reach this coordinator. All must outlive it.
  Candidacy(CandidateStore store, Court court, const std::string& address);
  /// Resigns, so that others need not wait for its lease to end.
  ~Candidacy();
  Candidacy(const Candidacy&) = delete;
  Candidacy& operator=(const Candidacy&) = delete;

 private:
  struct End {};
  struct ReignOver {
    int number = 0;
    Reign::Over over;
  };
  using Happening = std::variant<StoreAnswer, ReignOver, End>;

  void Decide();
  void AskAll();
  std::optional<Happening> Next();
  void Post(Happening happening);
  void Handle(const Happening& happening);
  void TakeEnd(const Reign::Over& over);
  void Perform(const LeadershipEffects& effects);
  void Begin(const BeginReign& begin);
  void Name(const std::string& leader);

  const CandidateStore store_;
  const Court court_;
  const std::string address_;
  Leadership leadership_;
  LeaseClock lease_;
  std::unique_ptr<Reign> reign_;  // deciding thread only
  int reigns_ = 0;                // deciding thread only: so far

  std::mutex mutex_;
  std::condition_variable happened_, asked_;
  std::deque<Happening> happenings_;
  std::deque<AskStore> questions_;
  bool no_more_questions_ = false;
  std::thread deciding_, asking_;
};

}  // namespace continuo::coordinator
