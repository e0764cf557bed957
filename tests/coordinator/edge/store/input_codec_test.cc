// SPDX-License-Identifier: Apache-2.0
#include "coordinator/edge/store/input_codec.h"

#include <gtest/gtest.h>

#include "coordinator/core/commands.h"
#include "coordinator/core/stage.h"

namespace continuo::coordinator {
namespace {

plan::PlanHeld HeldSample() {
  plan::PlanHeld held{6, {}};
  held.plan.version = 7;
  held.plan.nodes = {{1, "pi-1", {}}};
  plan::Task& task = held.plan.tasks.emplace_back();
  task.description.name = "bass";
  task.replicas = {{1, 2, plan::Origin::kJoiner, plan::Role::kWitness, true}};
  held.plan.outputs = {{5, "a", 2, 1, 3, 4}};
  return held;
}

std::vector<Input> WithoutKeys() {
  plan::Hello hello = HelloOf("pi-1", {"compute", "output", "domain=rack", "held=3.4"});
  hello.build_id = "b";
  hello.clock_now = -5;
  hello.asset_address = "h:1";
  hello.cores = 4;
  hello.costs = {{"synth", 321, true}, {"mixer", 9, false}};
  ShowApplied applied{7, SmallShow(), "show: small\n", SmallAssets()};
  applied.show.tasks[1].inputs = {{"x", 3}};
  applied.show.length = 99;
  applied.show.tasks[2].on = {"pi-1", "pi-2"};
  applied.show.outputs[0].feeds[1].on = "foh-2";
  applied.show.play = false;
  applied.show.scenes = {{"thin", {{"desk", {{"gain.1", -30}}}}}};
  applied.by = "ana@desk";
  EventRequested event{8,         Command::kLocate,          "t",   "p", -9,
                       {3, 2, 1}, session::BarBeat{4, 5, 6}, "thin"};
  return {{1, Started{77, 5, "build", "h:2", {{"synth", 200, false}}}},
          {2, AgentSpoke{9, hello}},
          {3, AgentSpoke{9, plan::PlanPrepared{1, 2, "why"}}},
          {4, AgentSpoke{9, plan::VerdictReached{3, 4, Verdict::kExpired}}},
          {5, AgentLeft{9}},
          {6, NodeDied{2, 55}},
          {7, NodeRecovered{2}},
          {8, PreparationTimedOut{6}},
          {9, applied},
          {10, ShowStopRequested{11, "ana@desk"}},
          {11, event},
          {12, MoveRequested{12, "bass", "pi-3", "pi-1", session::BarBeat{7, 8, 9}}},
          {13, DrainRequested{13, "pi-2", false}},
          {14, RebalanceRequested{14, true}},
          {15, ReplicasRequested{15, "bass", 3}},
          {16, OperationCancelled{16, 5}},
          {17, NodeDoubted{3, 66}},
          {18, ReplicaChanged{4, 5, plan::ReplicaState::kRetired, 77, "why", true, true}},
          {19, ReplicaDiverged{6, 7, 88}},
          {20, OperationTimedOut{8}},
          {21, LoadMeasured{3, {{1, 2, 99}, {4, 5, 7}}}},
          {22, RollbackRequested{17, 3, "ana@desk"}},
          {23, LockRequested{18, false, "ana@desk", "why"}},
          {24, ShowLost{19}},
          {25, ResumeDue{20}},
          {26, AgentSpoke{9, HeldSample()}},
          {27, MapLearned{{{2, 0x1122, 33, 48'000, 48'000, 44}}}},
          {28, DateMissed{21}},
          {29, PartsDue{}}};
}

/// One input of every kind, no field at its initial value.
std::vector<Input> EveryKind() {
  std::vector<Input> inputs = WithoutKeys();
  for (Input& input : inputs) {
    std::visit(
        [&input](auto& what) {
          const auto time = static_cast<std::uint64_t>(input.time);
          if constexpr (requires { what.key; }) what.key = {time << 56, time};
        },
        input.what);
  }
  return inputs;
}

TEST(InputCodec, EveryKindSurvivesToTheLastField) {
  for (const Input& input : EveryKind()) {
    ASSERT_TRUE(IsDurable(input));
    const EncodedInput encoded = Encode(input);
    const auto decoded = Decode(static_cast<int>(encoded.kind), input.time, encoded.bytes);
    ASSERT_TRUE(decoded) << "kind " << static_cast<int>(encoded.kind);
    EXPECT_EQ(decoded->what.index(), input.what.index());
    if (const CommandKey* key = KeyOf(input)) {
      EXPECT_EQ(*KeyOf(*decoded), *key);
    }
    // The codec has no choice of encoding, so equal bytes mean equal values.
    EXPECT_EQ(Encode(*decoded).bytes, encoded.bytes);
  }
}

TEST(InputCodec, ShowAndHelloComeBackEqual) {
  const std::vector<Input> inputs = EveryKind();
  const auto back = [&inputs](std::size_t i) {
    const EncodedInput encoded = Encode(inputs[i]);
    return *Decode(static_cast<int>(encoded.kind), 0, encoded.bytes);
  };
  EXPECT_TRUE(std::get<ShowApplied>(back(8).what) == std::get<ShowApplied>(inputs[8].what));
  EXPECT_TRUE(std::get<plan::Hello>(std::get<AgentSpoke>(back(1).what).message) ==
              std::get<plan::Hello>(std::get<AgentSpoke>(inputs[1].what).message));
}

template <typename T>
void ExpectEqualWhenBack(const Input& input) {
  const auto* what = std::get_if<T>(&input.what);
  if (what == nullptr) return;
  const EncodedInput encoded = Encode(input);
  const auto back = Decode(static_cast<int>(encoded.kind), input.time, encoded.bytes);
  EXPECT_TRUE(std::get<T>(back->what) == *what) << "kind " << static_cast<int>(encoded.kind);
}

TEST(InputCodec, OperatorsWishesAndConclusionsComeBackEqual) {
  for (const Input& input : EveryKind()) {
    ExpectEqualWhenBack<DrainRequested>(input);
    ExpectEqualWhenBack<RebalanceRequested>(input);
    ExpectEqualWhenBack<ReplicasRequested>(input);
    ExpectEqualWhenBack<OperationCancelled>(input);
    ExpectEqualWhenBack<NodeDoubted>(input);
    ExpectEqualWhenBack<ReplicaChanged>(input);
    ExpectEqualWhenBack<ReplicaDiverged>(input);
    ExpectEqualWhenBack<OperationTimedOut>(input);
    ExpectEqualWhenBack<LoadMeasured>(input);
  }
}

TEST(InputCodec, TruncatedOrLongerBytesAreNoInput) {
  for (const Input& input : EveryKind()) {
    const EncodedInput encoded = Encode(input);
    const int kind = static_cast<int>(encoded.kind);
    for (std::size_t size = 0; size < encoded.bytes.size(); ++size) {
      EXPECT_FALSE(Decode(kind, 0, encoded.bytes.substr(0, size))) << kind << " at " << size;
    }
    EXPECT_FALSE(Decode(kind, 0, encoded.bytes + "x"));
  }
  EXPECT_FALSE(Decode(0, 0, ""));
  EXPECT_FALSE(Decode(200, 0, ""));
}

}  // namespace
}  // namespace continuo::coordinator
