// SPDX-License-Identifier: Apache-2.0
#include "coordinator/core/show_check.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <map>

#include "coordinator/core/compile.h"
#include "coordinator/core/did_you_mean.h"
#include "coordinator/core/number_text.h"
#include "coordinator/core/show_rules.h"
#include "coordinator/core/stage.h"
#include "dsp/kernels/registry.h"

namespace continuo::coordinator {
namespace {

using testing::AllOf;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

std::vector<std::string> Errors(const Show& show, const Fleet* fleet = nullptr) {
  std::vector<std::string> errors;
  for (const Issue& issue : CheckShow(show, SmallAssets(), fleet)) {
    if (!issue.warning) errors.push_back(issue.field + ": " + issue.text);
  }
  return errors;
}

std::vector<std::string> AllWarnings(const Show& show) {
  std::vector<std::string> warnings;
  for (const Issue& issue : CheckShow(show, SmallAssets(), nullptr)) {
    if (issue.warning) warnings.push_back(issue.field + ": " + issue.text);
  }
  return warnings;
}

ShowTask& TaskOf(Show& show, std::string_view name) {
  for (ShowTask& task : show.tasks) {
    if (task.name == name) return task;
  }
  ADD_FAILURE() << name;
  return show.tasks.front();
}

TEST(ShowCheck, SmallShowIsClean) {
  EXPECT_THAT(Errors(SmallShow()), IsEmpty());
}

TEST(ShowCheck, TemposOfAMapHaveARangeAndAnOrder) {
  Show show = SmallShow();
  show.meter_num = 6;
  show.meter_den = 8;
  show.tempo_changes = {{{5, 1, 0}, 1'000'000},
                        {{5, 1, 0}, 90'000},
                        {{6, 7, 0}, 9'999},
                        {{6, 6, 480}, 90'000},
                        {{6, 6, 479}, 90'000}};
  EXPECT_THAT(
      Errors(show),
      ElementsAre("tempo.2.bpm: 1000 is out of range; allowed are 10 to 999 beats per minute",
                  "tempo.3.at: 5.1 must be later than 5.1, where the one before it is",
                  "tempo.4.bpm: 9.999 is out of range; allowed are 10 to 999 beats per minute",
                  "tempo.4.at: 6.7 is no place: a bar of 6/8 has 6 beats",
                  "tempo.5.at: 6.6.480 is no place: a beat of 6/8 has parts 0 to 479"));
  show.tempo_changes.clear();
  for (int bar = 2; bar <= 66; ++bar) show.tempo_changes.push_back({{bar, 1, 0}, 90'000});
  EXPECT_THAT(Errors(show), ElementsAre("tempo: 66 tempi are too many; allowed are 65"));
  show.tempo_changes.pop_back();
  EXPECT_THAT(Errors(show), IsEmpty());
}

TEST(ShowCheck, CurvesThatNoParameterCanFollow) {
  using dsp::CurveShape;
  Show show = SmallShow();
  ShowTask& voice = TaskOf(show, "voice");
  voice.params = {{"gain", -6}};
  voice.automation = {
      {"cutof", {{{1, 1, 0}, 200}}},
      {"gain",
       {{{1, 1, 0}, -12},
        {{3, 5, 0}, -6},
        {{1, 1, 0}, -6},
        {{4, 1, 0}, 25},
        {{5, 1, 0}, 6, CurveShape::kExponential}}},
      {"mono", {{{1, 1, 0}, 0}, {{2, 1, 0}, 1, CurveShape::kLinear}, {{3, 1, 0}, 0.5f}}},
      {"sub", {}},
      {"detune", {{{1, 1, 0}, std::nanf("")}}},
      {"detune", {{{1, 1, 0}, 0}}}};
  const std::string at = "tasks.voice.automation.";
  EXPECT_THAT(
      Errors(show),
      ElementsAre(
          AllOf(HasSubstr(at + "cutof: a synth has no parameter of this name"),
                HasSubstr("did you mean \"cutoff\"?")),
          "tasks.voice.params.gain: it is automated: its first point says where it begins; leave "
          "it "
          "out here",
          at + "gain.2.at: 3.5 is no place: a bar of 4/4 has 4 beats",
          at + "gain.3.at: 1.1 must be later than 1.1, where the one before it is",
          at + "gain.4.value: 25 is out of range; allowed are -96 to 24 dB",
          at +
              "gain.5.curve: exponential needs two values on the same side of zero, and leads from "
              "-12 to 6; linear can",
          at + "mono.2.curve: mono has steps only; allowed is step",
          AllOf(HasSubstr(at + "mono.3.value: 0.5 is between two steps"), HasSubstr("0 to 2")),
          at + "sub: needs at least one point, like {at: 1, value: 0}",
          HasSubstr(at + "detune.1.value: nan is out of range"), at + "detune: is there twice"));
}

TEST(ShowCheck, ATaskHasRoomForSoManyPoints) {
  Show show = SmallShow();
  ShowCurve curve{"gain", {}};
  for (int bar = 1; bar <= dsp::kMaxAutomationPoints; ++bar) {
    curve.points.push_back({{bar, 1, 0}, static_cast<float>(-bar % 7)});
  }
  TaskOf(show, "voice").automation = {curve};
  EXPECT_THAT(Errors(show), IsEmpty());
  EXPECT_EQ(Compiled(show, SmallAssets())[2].automation.size(),
            std::size_t{dsp::kMaxAutomationPoints});
  TaskOf(show, "voice").automation.push_back({"sub", {{{1, 1, 0}, 0}}});
  EXPECT_THAT(Errors(show), ElementsAre("tasks.voice.automation: has 129 points; at most 128 are "
                                        "possible for one task"));
}

TEST(ShowCheck, PointsAreCompiledInOrderInTheMeterOfTheShow) {
  Show show = SmallShow();
  show.meter_num = 3;
  show.meter_den = 8;
  TaskOf(show, "voice").automation = {{"sub", {{{3, 2, 480 / 2}, 0.5f, dsp::CurveShape::kStep}}},
                                      {"gain", {{{1, 1, 0}, -9}, {{2, 1, 0}, -3}}}};
  const dsp::TaskDescription voice = Compiled(show, SmallAssets())[2];
  const dsp::KernelDescription& synth = *dsp::FindKernel("synth");
  const auto gain = static_cast<std::uint16_t>(dsp::FindParam(synth, "gain"));
  const auto sub = static_cast<std::uint16_t>(dsp::FindParam(synth, "sub"));
  ASSERT_LT(gain, sub);
  const session::Ticks beat = session::kTicksPerBeat / 2;
  ASSERT_EQ(voice.automation.size(), 3u);
  EXPECT_EQ(voice.automation[0], (dsp::AutomationPoint{0, gain, dsp::CurveShape::kAsKnob, -9}));
  EXPECT_EQ(voice.automation[1],
            (dsp::AutomationPoint{3 * beat, gain, dsp::CurveShape::kAsKnob, -3}));
  EXPECT_EQ(voice.automation[2],
            (dsp::AutomationPoint{7 * beat + beat / 2, sub, dsp::CurveShape::kStep, 0.5f}));
}

TEST(ShowCheck, TellsEverythingAtOnce) {
  Show show = SmallShow();
  show.quantum = 50;
  show.tempo_mbpm = 5'000;
  TaskOf(show, "room").kind = "reverbb";
  TaskOf(show, "drums").params = {{"gain", 99}, {"gian", 0}};
  TaskOf(show, "desk").inputs[1].from = "drms";
  show.outputs[0].from = "dsk";
  EXPECT_THAT(
      Errors(show),
      ElementsAre(AllOf(HasSubstr("quantum: 50"), HasSubstr("48")),
                  HasSubstr("tempo: 5 is out of range"),
                  HasSubstr("tasks.drums.params.gain: 99 is out of range"),
                  HasSubstr("did you mean \"gain\"?"), HasSubstr("did you mean \"reverb\"?"),
                  HasSubstr("did you mean \"drums\"?"), HasSubstr("did you mean \"desk\"?")));
}

TEST(ShowCheck, CycleIsToldOnceAlongTheSound) {
  Show show = SmallShow();
  ShowTask echo;
  echo.name = "echo";
  echo.kind = "delay";
  echo.inputs = {{"desk", 0}};
  show.tasks.push_back(echo);
  TaskOf(show, "desk").inputs.push_back({"echo", 2});
  EXPECT_THAT(Errors(show), ElementsAre(HasSubstr("cycle: desk -> echo -> desk")));
}

TEST(ShowCheck, TaskThatFeedsItselfIsACycle) {
  Show show = SmallShow();
  TaskOf(show, "desk").inputs.push_back({"desk", 2});
  EXPECT_THAT(Errors(show), ElementsAre(HasSubstr("cycle: desk -> desk")));
}

TEST(ShowCheck, WireJoinsEqualChannelCounts) {
  Show show = SmallShow();
  TaskOf(show, "voice").channels = 1;
  EXPECT_THAT(Errors(show),
              Contains(HasSubstr("\"voice\" has 1 channel, but \"room\" has 2 channels")));
}

TEST(ShowCheck, SecondWireIntoOnePortSaysHowToSum) {
  Show show = SmallShow();
  TaskOf(show, "room").inputs = {{"voice", 0}, {"drums", 1}};
  EXPECT_THAT(Errors(show), ElementsAre(HasSubstr("{from: drums, port: 1}")));
}

TEST(ShowCheck, TooManyWiresAreRefusedNotCut) {
  Show show = SmallShow();
  TaskOf(show, "desk").inputs.assign(17, {"room", 0});
  EXPECT_THAT(Errors(show), ElementsAre(HasSubstr("has 17 wires; at most 16")));
}

TEST(ShowCheck, ParameterThatIsNoNumberIsOutOfRange) {
  Show show = SmallShow();
  TaskOf(show, "drums").params = {{"gain", std::numeric_limits<float>::quiet_NaN()}};
  EXPECT_THAT(Errors(show), ElementsAre(HasSubstr("out of range")));
}

/// The scene sets these parameters of that task.
Show WithScene(const char* name, const char* task, std::vector<ShowParam> params) {
  Show show = SmallShow();
  show.scenes.push_back({name, {{task, std::move(params)}}});
  return show;
}

TEST(ShowCheck, ASceneSetsWhatThereIsWithinItsRange) {
  EXPECT_THAT(Errors(WithScene("thin", "desk", {{"gain.1", -30}})), IsEmpty());
  EXPECT_THAT(Errors(WithScene("thin", "dsek", {{"gain.1", -30}})),
              ElementsAre(AllOf(HasSubstr("scenes.thin.dsek"), HasSubstr("mean \"desk\"?"))));
  EXPECT_THAT(Errors(WithScene("thin", "desk", {{"gane.1", -30}})),
              ElementsAre(AllOf(HasSubstr("scenes.thin.desk.gane.1"), HasSubstr("\"gain.1\"?"))));
  EXPECT_THAT(Errors(WithScene("thin", "desk", {{"gain.1", 25}})),
              ElementsAre(HasSubstr("scenes.thin.desk.gain.1: 25 is out of range")));
  EXPECT_THAT(Errors(WithScene("a b", "desk", {{"gain.1", 0}})), ElementsAre(HasSubstr("a b")));
}

TEST(ShowCheck, ScenesThatNobodyHasRoomForAreRefused) {
  Show show = SmallShow();
  for (int i = 0; i < session::kMaxScenes + 1; ++i) {
    show.scenes.push_back({"s" + std::to_string(i), {{"desk", {{"gain.1", -3}, {"gain.2", -3}}}}});
  }
  EXPECT_THAT(Errors(show), ElementsAre(HasSubstr("has 65 scenes; at most 64"),
                                        HasSubstr("set 130 parameters of \"desk\"")));
}

TEST(ShowCheck, ScenesAreNumberedInTheirOrder) {
  Show show = WithScene("thin", "desk", {{"gain.1", -30}});
  show.scenes.push_back({"full", {{"desk", {{"gain.1", 0}}}, {"room", {{"mix", 1}}}}});
  for (const dsp::TaskDescription& task : Compiled(show, SmallAssets())) {
    if (task.name != "desk") continue;
    const auto gain =
        static_cast<std::uint16_t>(dsp::FindParam(*dsp::FindKernel("mixer"), "gain.1"));
    ASSERT_EQ(task.scenes.size(), 2u);
    EXPECT_EQ(task.scenes[0], (dsp::SceneSetting{1, gain, -30.0f}));
    EXPECT_EQ(task.scenes[1], (dsp::SceneSetting{2, gain, 0.0f}));
  }
}

/// Every parameter there is, in a show of one task.
std::vector<std::string> ErrorsOfValue(const dsp::KernelDescription& kernel, const char* param,
                                       float value) {
  Show show = SmallShow();
  ShowTask& task = show.tasks.emplace_back();
  task.name = "probe";
  task.kind = kernel.kind;
  task.params = {{param, value}};
  std::vector<std::string> errors;
  for (const std::string& error : Errors(show)) {
    if (error.starts_with("tasks.probe.params")) errors.push_back(error);
  }
  return errors;
}

TEST(ShowCheck, EveryParameterTakesItsRangeAndNothingElse) {
  constexpr float kInfinity = std::numeric_limits<float>::infinity();
  for (const dsp::KernelDescription* kernel : dsp::Kernels()) {
    for (const dsp::ParamDescription& param : kernel->params) {
      const std::string field = std::string("tasks.probe.params.") + param.name + ": ";
      for (const float good : {param.min, param.max, param.initial}) {
        EXPECT_THAT(ErrorsOfValue(*kernel, param.name, good), IsEmpty()) << kernel->kind;
      }
      for (const float bad :
           {std::nextafter(param.min, -kInfinity), std::nextafter(param.max, kInfinity), -kInfinity,
            kInfinity, std::numeric_limits<float>::quiet_NaN()}) {
        EXPECT_THAT(ErrorsOfValue(*kernel, param.name, bad),
                    ElementsAre(AllOf(HasSubstr(field), HasSubstr("allowed are"),
                                      HasSubstr(NumberText(bad)), HasSubstr(NumberText(param.min)),
                                      HasSubstr(NumberText(param.max)), HasSubstr(param.unit))))
            << kernel->kind;
      }
    }
  }
}

TEST(ShowCheck, ASwitchHasNothingBetweenItsSteps) {
  EXPECT_THAT(ErrorsOfValue(*dsp::FindKernel("gain"), "mute", 0.5f),
              ElementsAre(HasSubstr("0.5 is between two steps; allowed are 0 to 1 in whole")));
}

TEST(ShowCheck, AssetThatIsMissingOrOfTheWrongKind) {
  Show show = SmallShow();
  show.assets.push_back({"snare", AssetKind::kAudio, "snare.wav"});
  TaskOf(show, "drums").samples = {{36, "song"}, {38, "snar"}, {200, "kick"}};
  EXPECT_THAT(Errors(show), ElementsAre("assets.snare: snare.wav was not imported",
                                        HasSubstr("\"song\" is midi, but samples are audio assets"),
                                        HasSubstr("did you mean \"snare\"?"),
                                        HasSubstr("200: is not a MIDI key")));
}

TEST(ShowCheck, KitGoesToASamplerAndKnowsItsKeys) {
  Show show = SmallShow();
  show.assets.push_back({"rock", AssetKind::kHydrogen, "GMRockKit"});
  TaskOf(show, "drums").samples = {{36, "rock"}};
  EXPECT_THAT(Errors(show),
              ElementsAre(HasSubstr("rock"), HasSubstr("knows its keys: write `samples: rock`")));
  TaskOf(show, "drums").samples = {{60, "rock"}};
  EXPECT_THAT(Errors(show), ElementsAre("assets.rock: GMRockKit was not imported"));
  TaskOf(show, "drums").kind = "player";
  EXPECT_THAT(Errors(show),
              ElementsAre(HasSubstr("not imported"),
                          HasSubstr("\"rock\" is a kit, and a player plays none; a sampler does")));
}

TEST(ShowCheck, NotesForAKernelThatPlaysNone) {
  Show show = SmallShow();
  TaskOf(show, "room").notes = ShowNotes{"song", {}, 0, 0, 127, false};
  EXPECT_THAT(Errors(show), ElementsAre("tasks.room.notes: a reverb plays no notes"));
}

TEST(ShowCheck, APlayerNeedsNoNotesToBeHeard) {
  Show show = SmallShow();
  ShowTask& drums = TaskOf(show, "drums");
  ASSERT_TRUE(drums.notes);
  drums.notes.reset();
  EXPECT_THAT(AllWarnings(show),
              Contains(HasSubstr("tasks.drums: has no notes: it will be silent")));
  drums.kind = "player";
  EXPECT_THAT(AllWarnings(show), Not(Contains(HasSubstr("tasks.drums: has no notes"))));
}

TEST(ShowCheck, SourceTakesNoInputsAndAnEffectNeedsOne) {
  Show show = SmallShow();
  TaskOf(show, "voice").inputs = {{"drums", 0}};
  TaskOf(show, "room").inputs = {};
  EXPECT_THAT(Errors(show),
              ElementsAre(HasSubstr("a synth is a source"), HasSubstr("a reverb needs an input")));
}

TEST(ShowCheck, NamesAndDuplicates) {
  Show show = SmallShow();
  TaskOf(show, "voice").name = "drums";
  show.outputs.push_back({"foh", "desk", {{"a", ""}, {"no good", ""}}});
  EXPECT_THAT(Errors(show),
              Contains("tasks.drums: there is another task of this name; rename one"));
  EXPECT_THAT(Errors(show), Contains(HasSubstr("there are two feeds \"foh-a\"")));
  EXPECT_THAT(Errors(show), Contains(HasSubstr("\"no good\" is not a name")));
}

TEST(ShowCheck, CommandsMustHaveTimeToArrive) {
  Show show = SmallShow();
  show.timing.lead = show.timing.promise;
  EXPECT_THAT(Errors(show), ElementsAre(HasSubstr("timing.lead: 300ms must be longer")));
}

TEST(ShowCheck, MoreReplicasThanNodesSaysWhatIsPossible) {
  const Fleet fleet = {{1, "pi-1", "pi-1", true, true}, {2, "pi-2", "pi-2", true, false}};
  Show show = SmallShow();
  TaskOf(show, "desk").redundancy = 3;
  EXPECT_THAT(Errors(show, &fleet),
              ElementsAre(AllOf(HasSubstr("tasks.desk.redundancy: 3 replicas"),
                                HasSubstr("\"pi-1\" and \"pi-2\"")),
                          AllOf(HasSubstr("outputs: 2 feeds"), HasSubstr("only \"pi-1\""))));
}

TEST(ShowCheck, ANodeThatIsNotThereSaysWhatWasMeant) {
  const Fleet fleet = {{1, "pi-1", "pi-1", true, false},
                       {2, "pi-2", "pi-2", true, false},
                       {3, "foh-1", "foh-1", false, true},
                       {4, "foh-2", "foh-2", false, true}};
  Show show = SmallShow();
  TaskOf(show, "desk").on = {"pi-1", "pj-2"};
  show.outputs[0].feeds = {{"a", "foh-3"}, {"b", "pi-1"}};
  EXPECT_THAT(Errors(show, &fleet),
              ElementsAre(AllOf(HasSubstr("tasks.desk.on: there is no node \"pj-2\""),
                                HasSubstr("did you mean \"pi-2\"?")),
                          HasSubstr("tasks.desk.on: 2 replicas need as many nodes"),
                          AllOf(HasSubstr("outputs.foh.feeds.a: there is no node \"foh-3\""),
                                HasSubstr("did you mean \"foh-")),
                          HasSubstr("outputs.foh.feeds.b: \"pi-1\" cannot record")));
}

TEST(ShowCheck, ANamedNodeThatIsDeadForbidsNothingWhereOthersAreEnough) {
  const Fleet fleet = {{1, "pi-1", "pi-1", true, false},
                       {2, "pi-2", "pi-2", true, false},
                       {3, "foh-1", "foh-1", false, true},
                       {4, "foh-2", "foh-2", false, true}};
  Show show = SmallShow();
  TaskOf(show, "desk").on = {"pi-1", "pi-2", "pi-3"};
  EXPECT_THAT(Errors(show, &fleet), ElementsAre());
}

TEST(ShowCheck, FewerNamedNodesThatComputeThanReplicas) {
  const Fleet fleet = {{1, "pi-1", "pi-1", true, false},
                       {2, "pi-2", "pi-2", true, false},
                       {3, "foh-1", "foh-1", false, true},
                       {4, "foh-2", "foh-2", false, true}};
  Show show = SmallShow();
  TaskOf(show, "desk").on = {"pi-1", "foh-1"};
  EXPECT_THAT(Errors(show, &fleet),
              ElementsAre(AllOf(HasSubstr("tasks.desk.on: 2 replicas need as many nodes"),
                                HasSubstr("there is only \"pi-1\""))));
  TaskOf(show, "desk").redundancy = 1;
  EXPECT_THAT(Errors(show, &fleet), IsEmpty());
  EXPECT_THAT(Errors(show), IsEmpty()) << "nothing is said about nodes where there are none";
}

TEST(ShowCheck, ANodeThatIsNamedTwice) {
  Show show = SmallShow();
  TaskOf(show, "desk").on = {"pi-1", "pi-2", "pi-1"};
  show.outputs[0].feeds = {{"a", "foh-1"}, {"b", "foh-1"}};
  EXPECT_THAT(Errors(show),
              ElementsAre("tasks.desk.on: names \"pi-1\" twice",
                          HasSubstr("outputs.foh.feeds.b: \"foh-1\" has a feed already")));
}

ShowTask Fed(const char* name, const char* kind, std::vector<ShowWire> inputs) {
  ShowTask task;
  task.name = name;
  task.kind = kind;
  task.inputs = std::move(inputs);
  return task;
}

TEST(ShowCheck, WhatWouldHaveToWaitTooLongIsRefusedByName) {
  const auto beside_compressors = [](int count) {
    Show show = SmallShow();
    show.tasks = {Fed("drums", "synth", {})};
    std::string before = "drums";
    for (int i = 0; i < count; ++i) {
      show.tasks.push_back(Fed(("c" + std::to_string(i)).c_str(), "compressor", {{before, 0}}));
      before = show.tasks.back().name;
    }
    show.tasks.push_back(Fed("desk", "mixer", {{"drums", 0}, {before, 1}}));
    show.outputs = {{"foh", "desk", {{"a", ""}}}};
    return show;
  };
  EXPECT_THAT(Errors(beside_compressors(170)), IsEmpty());
  EXPECT_THAT(Errors(beside_compressors(171)),
              ElementsAre(AllOf(HasSubstr("tasks.desk.inputs: \"drums\" would have to wait 8208 "),
                                HasSubstr("for \"c170\""), HasSubstr("at most 8192"))));
}

TEST(Compile, ConductorFirstThenEverySourceBeforeItsTarget) {
  Show show = SmallShow();
  std::reverse(show.tasks.begin(), show.tasks.end());
  std::vector<std::string> names;
  for (const auto& task : Compiled(show, SmallAssets())) names.emplace_back(task.name.view());
  EXPECT_THAT(names, ElementsAre("conductor", "voice", "room", "drums", "desk"));
}

TEST(Compile, ConductorHasATwinEvenWhereNothingElseHas) {
  Show show = SmallShow();
  show.redundancy = 1;
  const Fleet two = {{1, "a", "a", true, false}, {2, "b", "b", true, false}};
  EXPECT_EQ(Wishes(show, {}, two)[0].replicas, 2);
  EXPECT_EQ(Wishes(show, {}, {two[0]})[0].replicas, 1);
  EXPECT_EQ(Wishes(show, {}, two)[1].replicas, 1);
}

TEST(Compile, TierSaysHowManyReplicasAreNeededAndHowManyAreNice) {
  Show show = SmallShow();
  TaskOf(show, "desk").tier = 0;
  TaskOf(show, "room").tier = 2;
  std::map<std::string, std::pair<int, int>> replicas;
  const Fleet fleet = {{1, "a", "a", true, false}, {2, "b", "b", true, false}};
  for (const PlacementTask& wish : Wishes(show, {}, fleet)) {
    replicas[wish.name] = {Needed(wish), wish.replicas};
  }
  EXPECT_EQ(replicas["conductor"], std::pair(2, 3)) << "nothing of tier 0 plays without it";
  EXPECT_EQ(replicas["desk"], std::pair(2, 3));
  EXPECT_EQ(replicas["drums"], std::pair(2, 2));
  EXPECT_EQ(replicas["room"], std::pair(1, 1));
}

TEST(ShowCheck, TiersAreThree) {
  Show show = SmallShow();
  TaskOf(show, "desk").tier = 3;
  EXPECT_THAT(Errors(show), ElementsAre(HasSubstr("tasks.desk.tier: 3 is out of range")));
}

ShowTask Microphone() {
  ShowTask mic;
  mic.name = "mic";
  mic.kind = "input";
  mic.on = {"a"};
  return mic;
}

TEST(ShowCheck, AnInputRunsOnceWhereItsDeviceIs) {
  Show show = SmallShow();
  show.tasks.push_back(Microphone());
  TaskOf(show, "desk").inputs.push_back({"mic", 2});
  EXPECT_THAT(Errors(show), IsEmpty());
  EXPECT_EQ(RedundancyOf(show, Microphone()), 1) << "whatever the show says of others";
  TaskOf(show, "mic").redundancy = 2;
  EXPECT_THAT(Errors(show),
              ElementsAre(HasSubstr("tasks.mic.redundancy: an input cannot be twinned")));
  TaskOf(show, "mic") = Microphone();
  TaskOf(show, "mic").on = {"a", "b"};
  EXPECT_THAT(Errors(show),
              ElementsAre(HasSubstr("tasks.mic.on: an input hears a device of one node")));
  TaskOf(show, "mic") = Microphone();
  TaskOf(show, "mic").inputs = {{"desk", 0}};
  EXPECT_THAT(Errors(show), Contains(HasSubstr("hears a device and no task")));
}

TEST(ShowCheck, ThatAnInputHasNoTwinIsSaidAloud) {
  Show show = SmallShow();
  show.tasks.push_back(Microphone());
  std::vector<std::string> warnings;
  for (const Issue& issue : CheckShow(show, SmallAssets(), nullptr)) {
    if (issue.warning) warnings.push_back(issue.field + ": " + issue.text);
  }
  EXPECT_THAT(warnings, Contains(HasSubstr("tasks.mic: cannot be twinned: when \"a\" dies")));
}

TEST(Nearest, MeansWhatIsFewKeystrokesAway) {
  const std::vector<std::string> words = {"cutoff", "resonance", "gain"};
  EXPECT_EQ(Nearest("cutof", words), "cutoff");
  EXPECT_EQ(Nearest("GAIN", words), "gain");
  EXPECT_EQ(Nearest("tempo", words), "");
}

}  // namespace
}  // namespace continuo::coordinator
