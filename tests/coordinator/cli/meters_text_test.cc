// SPDX-License-Identifier: Apache-2.0
#include "coordinator/cli/meters_text.h"

#include <gmock/gmock.h>

#include <nlohmann/json.hpp>

#include "dsp/kernels/registry.h"

namespace continuo::coordinator::cli {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

const Terminal kPlain(false, false, 200);

/// The first kernel that measures something.
const dsp::KernelDescription& Measuring() {
  for (const dsp::KernelDescription* kernel : dsp::Kernels()) {
    if (!kernel->readings.empty()) return *kernel;
  }
  throw std::out_of_range("no kernel has readings");
}

View Measured(int channels, float value) {
  const dsp::KernelDescription& kernel = Measuring();
  ReplicaView replica;
  replica.live = true;
  replica.state = plan::ReplicaState::kInSync;
  replica.readings.assign(static_cast<std::size_t>(dsp::ReadingCount(kernel, channels)), value);
  TaskView task;
  task.name = "master";
  task.kind = kernel.kind;
  task.replicas = {replica};
  View view;
  view.tasks = {task};
  return view;
}

TEST(Meters, EveryValueHasTheNameAndUnitOfItsKernel) {
  const dsp::KernelDescription& kernel = Measuring();
  for (const int channels : {kernel.channels_min, kernel.channels_max}) {
    const auto readings = ReadingsOf(Measured(channels, -6));
    ASSERT_EQ(readings.size(), static_cast<std::size_t>(dsp::ReadingCount(kernel, channels)));
    EXPECT_THAT(readings[0].name, ::testing::StartsWith(kernel.readings[0].name));
    EXPECT_EQ(readings[0].unit, kernel.readings[0].unit);
  }
}

TEST(Meters, AReplicaThatIsNotInSyncOrNotThereSaysNothing) {
  View view = Measured(2, -6);
  view.tasks[0].replicas[0].state = plan::ReplicaState::kTainted;
  EXPECT_THAT(ReadingsOf(view), IsEmpty());
  view = Measured(2, -6);
  view.tasks[0].replicas[0].live = false;
  EXPECT_THAT(ReadingsOf(view), IsEmpty());
  EXPECT_THAT(MeterLines(view, "", kPlain), ElementsAre(HasSubstr("nothing is measured")));
}

TEST(Meters, AMistypedTaskIsAnsweredByTheNameThatWasMeant) {
  const View view = Measured(2, -6);
  EXPECT_EQ(NoSuchTask(view, ""), "");
  EXPECT_EQ(NoSuchTask(view, "master"), "");
  EXPECT_EQ(NoSuchTask(view, "mastr"), "there is no task \"mastr\"; did you mean \"master\"?");
  EXPECT_THAT(MeterLines(view, "mastr", kPlain), ElementsAre(HasSubstr("there is no task")));
}

TEST(Meters, SilenceHasNoBarAndFullScaleAWholeOne) {
  View view = Measured(2, 0);
  view.tasks[0].kind = "meter";
  view.tasks[0].replicas[0].readings.assign(11, dsp::kSilenceDb);
  view.tasks[0].replicas[0].readings[1] = 0;  // peak.2
  const auto lines = MeterLines(view, "", kPlain);
  EXPECT_THAT(lines[1], AllOf(HasSubstr("peak.1"), HasSubstr("-inf dBFS"), Not(HasSubstr("█"))));
  EXPECT_THAT(lines[2], AllOf(HasSubstr("peak.2"), HasSubstr("0.0 dBFS"), Not(HasSubstr("·"))));
}

TEST(Meters, TasksThatMeasureLevelsComeFirst) {
  View view = Measured(2, -6);
  view.tasks[0].kind = "gate";
  view.tasks[0].replicas[0].readings = {-0.01f};
  TaskView meter = view.tasks[0];
  meter.name = "meter";
  meter.kind = "meter";
  meter.replicas[0].readings.assign(11, -20);
  view.tasks.push_back(meter);
  const auto lines = MeterLines(view, "", kPlain);
  EXPECT_THAT(lines[1], HasSubstr("meter"));
  EXPECT_THAT(lines.back(), AllOf(HasSubstr("reduction"), HasSubstr(" 0.0 dB")));
}

TEST(Meters, LinesAndJsonSayTheSame) {
  const View view = Measured(2, -6.26f);
  EXPECT_THAT(MeterLines(view, "", kPlain)[1], HasSubstr("-6.3"));
  const auto json = nlohmann::json::parse(MetersJson(view, "master"));
  ASSERT_FALSE(json["readings"].empty());
  EXPECT_EQ(json["readings"][0]["task"], "master");
  EXPECT_EQ(json["readings"][0]["value"], -6.26);
}

}  // namespace
}  // namespace continuo::coordinator::cli
