// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "agent/core/state_work.h"
#include "dsp/base/units.h"

namespace continuo::agent::core {

/// How long a join may stand still, in nanoseconds.
struct JoinPatience {
  /// For the state to come; more for a large one. Twice this is less than redundancy may be away.
  Nanoseconds snapshot = 2'000'000'000;
  Nanoseconds learn = 2'000'000'000;     ///< for the audio thread to take it
  Nanoseconds catch_up = 5'000'000'000;  ///< without coming nearer to the members
  Nanoseconds shadow = 3'000'000'000;    ///< from caught up to admitted
  Nanoseconds pause = 300'000'000;       ///< before asking again one that could not give it
  Nanoseconds short_pause =
      20'000'000;  ///< before asking for a newer one, which the donor waits for
  Nanoseconds busy_pause = 100'000'000;  ///< before asking again one that gives to others
  Nanoseconds busy = 60'000'000'000;     ///< for all donors to be busy
};
/// A state comes at no less than this, bytes per second; donors send at eight times that.
inline constexpr std::int64_t kSlowestTransfer = 1'500'000;
/// That a state of so many bytes may take.
constexpr Nanoseconds LongestTransfer(std::int64_t bytes) {
  return bytes / kSlowestTransfer * 1'000'000'000;
}
/// Donors asked for a state that came in no usable form, before the join is given up.
inline constexpr int kJoinAttempts = 3;

/// One joiner on its way to its task's state. Where it fails, it fails for good: the coordinator tries again with
/// another incarnation. Until then nothing is lost, for nobody has counted on it.
class Joiner {
 public:
  enum class Stage {
    kWaiting,   ///< for the audio thread to listen to inputs and fellows, or for a free donor
    kFetching,  ///< a member's state is on its way
    kLearning,  ///< the audio thread was given it
    kCatchUp,   ///< computes what the members have computed since
    kShadow,    ///< has caught up, is compared
    kJoined,
    kFailed,
  };

  Joiner(ReplicaKey self, std::uint16_t generation, const JoinPatience& patience)
      : self_(self), generation_(generation), patience_(patience) {}

  void Know(std::vector<Donor> donors) { donors_ = std::move(donors); }

  /// May it begin to fetch now? `fetch`: the number to use then.
  std::optional<FetchState> Begin(std::uint32_t fetch, Nanoseconds now);
  std::vector<JoinEffect> See(const ReplicaSeen& seen, Nanoseconds now);
  std::vector<JoinEffect> On(const StateFetched& fetched, Nanoseconds now);
  void On(const StateProgressed& progressed);
  std::vector<JoinEffect> On(const StateLearned& learned, Nanoseconds now);
  /// Looks at the time; at least ten times a second.
  std::vector<JoinEffect> Tick(Nanoseconds now);
  /// The fetch it waits for; 0: none.
  std::uint32_t fetch() const { return stage_ == Stage::kFetching ? fetch_ : 0; }

  Stage stage() const { return stage_; }
  /// Donor, bytes, error: what the audio thread does not know of.
  const plan::JoinProgress& progress() const { return progress_; }

 private:
  using Effects = std::vector<JoinEffect>;
  Effects TryAgain(const std::string& why, Nanoseconds now, Nanoseconds pause);
  void Join();
  Effects Fail(std::string why);
  void Enter(Stage stage, Nanoseconds now, Nanoseconds patience);
  const Donor* NextDonor() const;

  const ReplicaKey self_;
  const std::uint16_t generation_;
  const JoinPatience patience_;
  std::vector<Donor> donors_;
  Stage stage_ = Stage::kWaiting;
  bool subscribed_ = false;
  int attempts_ = 0;  // that failed
  std::uint32_t fetch_ = 0;
  PacketIndex not_before_ = 0;
  PacketIndex next_ = 0;    // of the state that was learned
  PacketIndex behind_ = 0;  // best so far
  Nanoseconds since_ = 0, deadline_ = 0, not_until_ = 0, busy_since_ = 0;
  plan::JoinProgress progress_;
};

}  // namespace continuo::agent::core
