// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "sim/scene.h"

namespace continuo::sim {

class World;
struct Machine;

/// Strikes as the scene says, and keeps to what is promised: one fault at a time, the next not before redundancy is
/// back, as seen by looking into all machines. A reckless scene strikes whenever it likes.
class Injector {
 public:
  explicit Injector(World& world) : world_(world) {}

  /// Every few milliseconds.
  void Poll();
  /// No more faults; what is broken is mended by the world.
  void Stop() { stopped_ = true; }
  /// Everybody is there, heard, at one about who is in sync, holds the plan, and there are as many replicas as wanted
  /// (where nodes are drained: as there is room for). Else `why` says what is missing.
  bool Settled(std::string* why) const { return Settled(LookAtAll(Nobody), why); }
  int struck() const { return static_cast<int>(next_); }
  /// Around then nothing was wrong but that a coordinator was away, stood still or could not write.
  bool OnlyCoordinators(Nanoseconds t) const;
  void Forget();

 private:
  struct Health {
    int playing = 0;  ///< in sync, those that are about to leave included
    int in_sync = 0;  ///< of those that stay
    int witnesses = 0;
    int live = 0, members = 0;
    int left() const { return in_sync + witnesses; }
    bool agree = true;  ///< all say that as many are live as there are
  };
  /// By task.
  using Healths = std::vector<Health>;
  using IsGone = std::function<bool(const Machine&)>;
  static bool Nobody(const Machine&) { return false; }
  Healths LookAtAll(const IsGone& is_gone) const;
  std::string Describe(std::uint32_t task) const;
  bool MayLose(const IsGone& is_gone) const;
  int RoomFor(const plan::Task& task) const;
  bool Whole(const Healths& healths, std::string* why) const;
  bool Settled(const Healths& healths, std::string* why) const;
  void Watch(const Healths& healths);
  void WatchRestoration(const Healths& healths);

  bool Strike(const Fault& fault);
  bool StrikeMachine(const Fault& fault);
  bool StrikeCoordinator(const Fault& fault);
  bool StrikeNetwork(const Fault& fault);
  Machine* PickMachine(std::uint64_t pick);

  World& world_;
  struct Past {
    FaultKind kind = FaultKind::kKill;
    Nanoseconds from = 0, until = 0;
  };

  std::vector<Past> past_;
  std::size_t next_ = 0;
  Nanoseconds over_at_ = 0;  // of the last fault
  Nanoseconds settled_since_ = kNever, whole_at_ = 0;
  int wanted_ = 0;                     // replicas of all tasks
  Nanoseconds asked_at_ = 0;           // when that rose last
  std::map<std::uint32_t, int> best_;  // in sync since the last fault, by task
  bool stopped_ = false, complained_ = false;
};

}  // namespace continuo::sim
