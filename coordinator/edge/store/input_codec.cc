// SPDX-License-Identifier: Apache-2.0
#include "coordinator/edge/store/input_codec.h"

#include "coordinator/edge/store/archive.h"
#include "coordinator/edge/store/plan_fields.h"

namespace continuo::coordinator {
namespace {

template <typename T>
constexpr RowKind KindOf() {
  if constexpr (std::is_same_v<T, Started>) return RowKind::kStarted;
  if constexpr (std::is_same_v<T, AgentLeft>) return RowKind::kAgentLeft;
  if constexpr (std::is_same_v<T, NodeDied>) return RowKind::kNodeDied;
  if constexpr (std::is_same_v<T, NodeRecovered>) return RowKind::kNodeRecovered;
  if constexpr (std::is_same_v<T, PreparationTimedOut>) return RowKind::kPreparationTimedOut;
  if constexpr (std::is_same_v<T, ShowApplied>) return RowKind::kShowApplied;
  if constexpr (std::is_same_v<T, ShowStopRequested>) return RowKind::kShowStopRequested;
  if constexpr (std::is_same_v<T, EventRequested>) return RowKind::kEventRequested;
  if constexpr (std::is_same_v<T, MoveRequested>) return RowKind::kMoveRequested;
  if constexpr (std::is_same_v<T, DrainRequested>) return RowKind::kDrainRequested;
  if constexpr (std::is_same_v<T, RebalanceRequested>) return RowKind::kRebalanceRequested;
  if constexpr (std::is_same_v<T, ReplicasRequested>) return RowKind::kReplicasRequested;
  if constexpr (std::is_same_v<T, OperationCancelled>) return RowKind::kOperationCancelled;
  if constexpr (std::is_same_v<T, NodeDoubted>) return RowKind::kNodeDoubted;
  if constexpr (std::is_same_v<T, ReplicaChanged>) return RowKind::kReplicaChanged;
  if constexpr (std::is_same_v<T, ReplicaDiverged>) return RowKind::kReplicaDiverged;
  if constexpr (std::is_same_v<T, OperationTimedOut>) return RowKind::kOperationTimedOut;
  if constexpr (std::is_same_v<T, LoadMeasured>) return RowKind::kLoadMeasured;
  if constexpr (std::is_same_v<T, RollbackRequested>) return RowKind::kRollbackRequested;
  if constexpr (std::is_same_v<T, LockRequested>) return RowKind::kLockRequested;
  if constexpr (std::is_same_v<T, ShowLost>) return RowKind::kShowLost;
  if constexpr (std::is_same_v<T, ResumeDue>) return RowKind::kResumeDue;
  if constexpr (std::is_same_v<T, DateMissed>) return RowKind::kDateMissed;
  if constexpr (std::is_same_v<T, PartsDue>) return RowKind::kPartsDue;
  if constexpr (std::is_same_v<T, MapLearned>) return RowKind::kMapLearned;
}

struct Encoder {
  EncodedInput operator()(const AgentSpoke& spoke) const {
    if (const auto* hello = std::get_if<plan::Hello>(&spoke.message)) {
      return Row(RowKind::kHello, spoke.connection, *hello);
    }
    if (const auto* prepared = std::get_if<plan::PlanPrepared>(&spoke.message)) {
      return Row(RowKind::kPlanPrepared, spoke.connection, *prepared);
    }
    if (const auto* held = std::get_if<plan::PlanHeld>(&spoke.message)) {
      return Row(RowKind::kPlanHeld, spoke.connection, *held);
    }
    return Row(RowKind::kVerdictReached, spoke.connection,
               std::get<plan::VerdictReached>(spoke.message));
  }
  template <typename T>
  EncodedInput operator()(const T& what) const {
    return Row(KindOf<T>(), what);
  }
  // Never durable, so never asked for.
  EncodedInput operator()(const BeatHeard&) const { return {}; }
  EncodedInput operator()(const TimerTicked&) const { return {}; }
  EncodedInput operator()(const ClockSeen&) const { return {}; }

  template <typename... Ts>
  static EncodedInput Row(RowKind kind, const Ts&... values) {
    Writer writer;
    writer(values...);
    return {kind, writer.bytes()};
  }
};

template <typename T>
bool Read(std::string_view bytes, Input& input) {
  Reader reader(bytes);
  T what;
  reader(what);
  input.what = std::move(what);
  return reader.complete();
}

template <typename Message>
bool ReadSpoken(std::string_view bytes, Input& input) {
  Reader reader(bytes);
  AgentSpoke spoke;
  Message message;
  reader(spoke.connection, message);
  spoke.message = std::move(message);
  input.what = std::move(spoke);
  return reader.complete();
}

bool ReadWhat(RowKind kind, std::string_view bytes, Input& input) {
  switch (kind) {
    case RowKind::kStarted:
      return Read<Started>(bytes, input);
    case RowKind::kHello:
      return ReadSpoken<plan::Hello>(bytes, input);
    case RowKind::kPlanPrepared:
      return ReadSpoken<plan::PlanPrepared>(bytes, input);
    case RowKind::kVerdictReached:
      return ReadSpoken<plan::VerdictReached>(bytes, input);
    case RowKind::kPlanHeld:
      return ReadSpoken<plan::PlanHeld>(bytes, input);
    case RowKind::kAgentLeft:
      return Read<AgentLeft>(bytes, input);
    case RowKind::kNodeDied:
      return Read<NodeDied>(bytes, input);
    case RowKind::kNodeRecovered:
      return Read<NodeRecovered>(bytes, input);
    case RowKind::kPreparationTimedOut:
      return Read<PreparationTimedOut>(bytes, input);
    case RowKind::kShowApplied:
      return Read<ShowApplied>(bytes, input);
    case RowKind::kShowStopRequested:
      return Read<ShowStopRequested>(bytes, input);
    case RowKind::kEventRequested:
      return Read<EventRequested>(bytes, input);
    case RowKind::kMoveRequested:
      return Read<MoveRequested>(bytes, input);
    case RowKind::kDrainRequested:
      return Read<DrainRequested>(bytes, input);
    case RowKind::kRebalanceRequested:
      return Read<RebalanceRequested>(bytes, input);
    case RowKind::kReplicasRequested:
      return Read<ReplicasRequested>(bytes, input);
    case RowKind::kOperationCancelled:
      return Read<OperationCancelled>(bytes, input);
    case RowKind::kNodeDoubted:
      return Read<NodeDoubted>(bytes, input);
    case RowKind::kReplicaChanged:
      return Read<ReplicaChanged>(bytes, input);
    case RowKind::kReplicaDiverged:
      return Read<ReplicaDiverged>(bytes, input);
    case RowKind::kOperationTimedOut:
      return Read<OperationTimedOut>(bytes, input);
    case RowKind::kLoadMeasured:
      return Read<LoadMeasured>(bytes, input);
    case RowKind::kRollbackRequested:
      return Read<RollbackRequested>(bytes, input);
    case RowKind::kLockRequested:
      return Read<LockRequested>(bytes, input);
    case RowKind::kShowLost:
      return Read<ShowLost>(bytes, input);
    case RowKind::kResumeDue:
      return Read<ResumeDue>(bytes, input);
    case RowKind::kDateMissed:
      return Read<DateMissed>(bytes, input);
    case RowKind::kPartsDue:
      return Read<PartsDue>(bytes, input);
    case RowKind::kMapLearned:
      return Read<MapLearned>(bytes, input);
  }
  return false;
}

}  // namespace

EncodedInput Encode(const Input& input) {
  return std::visit(Encoder{}, input.what);
}

std::optional<Input> Decode(int kind, Nanoseconds time, std::string_view bytes) {
  Input input;
  input.time = time;
  if (!ReadWhat(static_cast<RowKind>(kind), bytes, input)) return std::nullopt;
  return input;
}

}  // namespace continuo::coordinator
