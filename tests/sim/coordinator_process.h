// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "coordinator/core/coordinator.h"
#include "coordinator/core/ports.h"
#include "coordinator/core/stepper.h"
#include "sim/fiber.h"
#include "sim/node_clock.h"

namespace continuo::sim {

class World;

/// Code that blocks lets time go by for its process.
class Blocking {
 public:
  virtual ~Blocking() = default;
  /// Until it is woken, but not longer.
  virtual void Sleep(Nanoseconds most) = 0;
  /// Ends the next sleep, or has no effect if that is over.
  virtual std::function<void()> Waker() = 0;
};

/// Where the journal of a coordinator is, and how one that leads reaches it.
struct JournalHome {
  /// nullptr: it is refused, and `why` is what the process would say.
  std::function<std::shared_ptr<coordinator::Journal>(Blocking& process, std::string& why)> open;
  /// Is that input among the durable rows, at `row` or later? Then `row` is its place.
  std::function<bool(const coordinator::Input& input, std::size_t& row)> holds;
  /// How many rows there are, where a journal is not read row by row. Else there is none.
  std::function<std::size_t()> rows{};
};

/// A coordinator for as long as it leads, as its shell wires it (coordinator/shell/loop.cc): replays the journal,
/// begins a term, takes batches of inputs. It can die between any two effects, and while it writes.
class CoordinatorProcess final : public Blocking {
 public:
  using What = coordinator::Inbox::What;
  using OnLook = std::function<void(const coordinator::State&)>;
  /// `life`: of the process, and of the streams that it has.
  /// `may_end`: others can take over; it ends when it hears none of its nodes.
  CoordinatorProcess(World& world, std::uint64_t life, JournalHome home, const NodeClock& clock,
                     bool may_end);
  ~CoordinatorProcess() override;

  std::uint64_t life() const { return life_; }
  /// It has begun its term.
  bool attachable() const { return running_; }
  bool begun() const { return begun_; }
  void Post(What what);
  /// A question of an operator; the number under which the answer comes.
  coordinator::RequestId Ask(What what);
  /// Somebody wants to see what is known; `look` is never called if it leads no longer by then.
  void LookLater(OnLook look) { looks_.push_back(std::move(look)); }
  /// While it is awake, again and again. False: it is over.
  bool Turn();
  bool dead() const { return dead_; }  ///< the whole process
  bool deaf() const { return deaf_; }  ///< it ended since it heard no node
  /// Why it could not begin, as its last words; empty: it could.
  const std::string& refused() const { return refused_; }
  /// Ends with the batch it is at.
  void Stop() { stop_ = true; }

  /// Dies before that many more effects are performed; `early`: while the next batch is written.
  void StrikeAfter(int effects, bool early) {
    fuse_ = effects;
    early_ = early;
  }
  bool struck() const { return fuse_ >= 0; }
  const coordinator::State& state() const { return state_; }
  /// Rows of the journal that are in the state.
  std::size_t row() const { return row_; }
  /// A replay of the journal comes to the same state.
  bool exact() const { return stepper_ == std::nullopt || stepper_->exact(); }
  /// It is in the middle of it: what is durable already it has not taken yet.
  bool stores() const { return waits_ == Waits::kForTime; }

 private:
  Nanoseconds now() const;
  void Live();
  void Recover();
  bool Goes() const;
  void TakeBatch();
  void Show(const std::vector<OnLook>& looks);
  void Sleep(Nanoseconds most) override;
  std::function<void()> Waker() override;
  void EndNap();
  void Perform(coordinator::Effect effect);
  void ExpectDurable();
  [[noreturn]] void Die();

  World& world_;
  const std::uint64_t life_;
  const JournalHome home_;
  const NodeClock& clock_;
  const bool may_end_;
  coordinator::State state_;
  std::shared_ptr<coordinator::Journal> journal_;
  std::optional<coordinator::Stepper> stepper_;
  std::vector<coordinator::Input> queue_;
  std::vector<OnLook> looks_;
  coordinator::RequestId last_request_ = 0;
  Nanoseconds next_tick_ = 0;
  bool running_ = false, begun_ = false, early_ = false, dead_ = false, deaf_ = false,
       stop_ = false;
  int fuse_ = -1;
  std::string refused_;
  std::size_t row_ = 0;
  const coordinator::Input* expected_ = nullptr;  // the last cause of an effect

  enum class Waits { kForWork, kForTime, kNoMore } waits_ = Waits::kNoMore;
  std::shared_ptr<std::uint64_t> nap_ = std::make_shared<std::uint64_t>(0);  // number of the last
  Fiber fiber_;
};

}  // namespace continuo::sim
