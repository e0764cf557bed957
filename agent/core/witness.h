// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "agent/core/plan_b.h"
#include "agent/core/state_work.h"
#include "dsp/base/units.h"

namespace continuo::agent::core {

/// How old a checkpoint may become, in nanoseconds: what is lost when the computing replica dies is none of the sound
/// that a playout covers, but the time to compute again from here.
inline constexpr Nanoseconds kCheckpointPeriod = 1'000'000'000;
inline constexpr Nanoseconds kLargeCheckpointPeriod = 4'000'000'000;
/// After the first one, of a state that is not large: that one may be nearly as old as the witness.
inline constexpr Nanoseconds kSecondCheckpointAfter = 200'000'000;
inline constexpr std::uint64_t kLargeCheckpoint = 1 << 20;  ///< bytes

/// One witness: fetches a checkpoint of its task again and again, keeps the last good one, and has the task resumed
/// from it when nobody computes it any more.
class Witness {
 public:
  Witness(ReplicaKey self, std::uint16_t generation) : self_(self), generation_(generation) {}

  void Know(std::vector<Donor> donors) { donors_ = std::move(donors); }
  /// Among the witnesses of its task (plan_b.h).
  void SetTurn(int turn) { takeover_.SetTurn(turn); }

  /// Is it time for a new checkpoint? `fetch`: the number to use then.
  std::optional<FetchState> Begin(std::uint32_t fetch, Nanoseconds now);
  void See(const ReplicaSeen& seen);
  void On(const StateProgressed& progressed);
  std::vector<JoinEffect> On(const StateFetched& fetched, Nanoseconds now);
  std::vector<JoinEffect> On(const ResumeWanted& wanted, Nanoseconds now);
  std::vector<JoinEffect> On(const StateLearned& learned, Nanoseconds now);
  std::vector<JoinEffect> Tick(Nanoseconds now);
  std::uint32_t fetch() const { return fetch_; }

  /// First packet after its checkpoint; 0: it has none.
  PacketIndex checkpoint() const { return checkpoint_; }
  /// It computes now.
  bool resumed() const { return stage_ == Stage::kResumed; }
  /// Donor, bytes, and why there is no newer checkpoint.
  const plan::JoinProgress& progress() const { return progress_; }

 private:
  enum class Stage {
    kWaiting,  ///< for the audio thread to have it
    kKeeping,
    kResuming,  ///< the audio thread is being given the checkpoint
    kResumed,
  };
  std::vector<JoinEffect> TakeUp(Nanoseconds now);
  std::vector<JoinEffect> Missed(const std::string& why, Nanoseconds now);

  const ReplicaKey self_;
  const std::uint16_t generation_;
  std::vector<Donor> donors_;
  Stage stage_ = Stage::kWaiting;
  std::uint32_t fetch_ = 0;  // that is on its way
  std::size_t turn_ = 0;     // which donor is asked; another one after a failure
  PacketIndex checkpoint_ = 0;
  PacketIndex offered_ = 0;  // first packet after the checkpoint that the audio thread looks at
  bool told_ = false;
  Takeover takeover_;
  Nanoseconds begun_ = 0, due_ = 0, deadline_ = 0;
  plan::JoinProgress progress_;
};

}  // namespace continuo::agent::core
